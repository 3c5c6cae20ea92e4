"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BidsConfig(AppConfig):
    name = "procurement.bids"
    label = "bids"
    verbose_name = _("Sealed bids")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.bids import registrations

        registrations.connect()
