"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "procurement.awards"
    label = "awards"
    verbose_name = _("Awards and contracts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.awards import exports, registrations

        registrations.connect()
        exports.register()
