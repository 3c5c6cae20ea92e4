"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "portal.supervision.reports"
    label = "reports"
    verbose_name = _("Period reports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.supervision.reports import registrations

        registrations.connect()
