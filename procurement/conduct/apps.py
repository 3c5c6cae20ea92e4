"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConductConfig(AppConfig):
    name = "procurement.conduct"
    label = "conduct"
    verbose_name = _("Conduct")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.conduct import registrations

        registrations.connect()
