"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstantConfig(AppConfig):
    name = "approvals.instant"
    label = "instant"
    verbose_name = _("Instant approval")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.instant import jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
