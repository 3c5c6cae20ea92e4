"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "portal.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
