"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "procurement.oversight"
    label = "oversight"
    verbose_name = _("Signs of collusion")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.oversight import registrations

        registrations.connect()
