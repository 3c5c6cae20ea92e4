"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "approvals.delivery"
    label = "delivery"
    verbose_name = _("Delivery of results")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.delivery import exports, jobs, measures, registrations

        jobs.connect()
        measures.connect()
        registrations.connect()
        exports.register()
