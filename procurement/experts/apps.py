"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpertsConfig(AppConfig):
    name = "procurement.experts"
    label = "experts"
    verbose_name = _("Experts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from procurement.experts import registrations

        registrations.connect()
