"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReformConfig(AppConfig):
    name = "approvals.reform"
    label = "reform"
    verbose_name = _("Reform of items and delegation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.reform import exports, jobs, registrations

        jobs.connect()
        registrations.connect()
        exports.register()
