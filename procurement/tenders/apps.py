"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TendersConfig(AppConfig):
    name = "procurement.tenders"
    label = "tenders"
    verbose_name = _("Tenders")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.tenders import registrations

        registrations.connect()
