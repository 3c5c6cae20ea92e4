"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "portal.supervision.monitoring"
    label = "monitoring"
    verbose_name = _("Electronic supervision")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.supervision.monitoring import registrations

        registrations.connect()
