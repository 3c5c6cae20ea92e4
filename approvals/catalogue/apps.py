"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.catalogue import measures
        from approvals.catalogue.synonyms import SYNONYMS
        from portal.core import search

        search.register_index("catalogue.Item", "search")
        search.register_synonyms(SYNONYMS)
        measures.connect()
