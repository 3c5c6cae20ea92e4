"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenGovernmentConfig(AppConfig):
    name = "portal.supervision.opengov"
    label = "opengov"
    verbose_name = _("Open government")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.supervision.opengov import registrations

        registrations.connect()
