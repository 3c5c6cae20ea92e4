"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "procurement.opendata"
    label = "opendata"
    verbose_name = _("Open data of trading")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.opendata import registrations

        registrations.connect()
