"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "hotline"
    label = "hotline"
    default_auto_field = "django.db.models.BigAutoField"
