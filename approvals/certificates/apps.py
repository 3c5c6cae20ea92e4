"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "approvals.certificates"
    label = "certificates"
    verbose_name = _("Certificates and licences")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.certificates import exports, jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
        exports.register()
