"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.catalogue import departments, measures
        from approvals.catalogue.registrations import register

        register()
        measures.connect()
        departments.connect()
