"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class HallConfig(AppConfig):
    name = "hall"
    label = "hall"
    default_auto_field = "django.db.models.BigAutoField"
