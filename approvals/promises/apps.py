"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    name = "approvals.promises"
    label = "promises"
    verbose_name = _("Promises and their proof")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.promises import exports, jobs, registrations
        from approvals.promises.rules import PROMISE_RULES
        from hall.rule_seeds import announce

        announce(PROMISE_RULES)
        jobs.connect()
        registrations.connect()
        exports.register()
