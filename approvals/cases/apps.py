"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
