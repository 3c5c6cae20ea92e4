"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    label = "procurement"
    verbose_name = _("Public resource trading")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.core.search import register_index
        from procurement import exchange, measures

        register_index("procurement.Deal")
        measures.connect()
        exchange.connect()
