"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    name = "hotline"
    label = "hotline"
    verbose_name = _("12345 hotline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.rule_seeds import announce
        from hotline import exchange, exports, jobs, measures, ratings, registrations, rules
        from portal.core.rules import name_values
        from portal.core.search import register_index

        announce(rules.HOTLINE_RULES)
        name_values(rules.WORDS)
        register_index("hotline.Ticket")
        measures.connect()
        jobs.connect()
        ratings.connect()
        exchange.connect()
        exports.register()
        registrations.connect()
