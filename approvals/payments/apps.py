"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "approvals.payments"
    label = "payments"
    verbose_name = _("Fees and payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.payments import exports, jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
        exports.register()
