"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PackagesConfig(AppConfig):
    name = "approvals.packages"
    label = "packages"
    verbose_name = _("Packages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.packages import exports, jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
        exports.register()
