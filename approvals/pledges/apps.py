"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    name = "approvals.pledges"
    label = "pledges"
    verbose_name = _("Tolerant acceptance and commitments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.pledges import exports, jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
        exports.register()
