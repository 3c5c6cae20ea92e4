"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "hotline.insight"
    label = "insight"
    verbose_name = _("Insight of the hotline")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.rule_seeds import announce
        from hotline.insight import actions, notices, rules  # noqa: F401 - templates register themselves
        from portal.core.registries import HOTLINE, STAFF, register_nav
        from portal.core.retention import Kept, keep
        from portal.core.retention_lines import CREATED, OPERATION
        from portal.core.rules import name_values
        from portal.people.roles import CENTRE_WIDE, Role

        announce(rules.INSIGHT_RULES)
        name_values(rules.WORDS)
        keep(
            Kept(
                "insight.counts", _("Daily counts of the words and places of tickets"), CREATED, OPERATION,
                days=actions.KEPT_DAYS, clear=actions.purge,
            )
        )  # fmt: skip
        all_seeing = {role.value for role in CENTRE_WIDE} | {Role.HOTLINE_DISPATCHER.value}
        seen = all_seeing | {Role.DEPARTMENT_HEAD.value}
        register_nav(STAFF, _("Hotline insight"), "insight:rates", seen, order=65, group=HOTLINE)
        register_nav(STAFF, _("Topics and rises"), "insight:topics", all_seeing, order=66, group=HOTLINE)
