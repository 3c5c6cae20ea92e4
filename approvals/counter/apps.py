"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CounterConfig(AppConfig):
    name = "approvals.counter"
    label = "counter"
    verbose_name = _("Counter")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.counter import actions, exports, panels
        from approvals.counter.rules import COUNTER_RULES, KEEP_DAYS
        from hall.rule_seeds import announce
        from portal.core import access
        from portal.core.registries import HANDLING, STAFF, SUPERVISION, register_nav
        from portal.core.retention import Kept, keep
        from portal.core.retention_lines import CREATED, OPERATION
        from portal.people.history import register_history
        from portal.people.roles import Role

        clerk, head = Role.CLERK.value, Role.DEPARTMENT_HEAD.value
        register_nav(STAFF, _("Take in"), "counter:intakes", {clerk}, order=11, group=HANDLING)
        register_nav(
            STAFF, pgettext_lazy("navigation", "Papers here"), "counter:papers", {clerk}, order=13, group=HANDLING
        )
        register_nav(
            STAFF,
            pgettext_lazy("navigation", "Hand-over"),
            "counter:handovers",
            {clerk, head},
            order=14,
            group=HANDLING,
        )
        register_nav(
            STAFF,
            pgettext_lazy("navigation", "Window items"),
            "counter:windows",
            {Role.HALL_MANAGER.value, Role.ADMINISTRATOR.value},
            order=57,
            group=HANDLING,
        )
        readers = {role.value for role in (Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD)}
        register_nav(
            STAFF, pgettext_lazy("navigation", "Kinds"), "counter:kinds", readers | {head}, order=22, group=SUPERVISION
        )
        access.register_words({"papers": _("Papers left at the window"), "identity": _("Identity")})
        register_history({"window.scope_set": pgettext_lazy("history", "What the window takes in was set")})
        announce(COUNTER_RULES)
        keep(
            Kept(
                "counter.intakes", _("Intakes at the window that nobody finished, with what was typed and scanned"),
                CREATED, OPERATION, rule=KEEP_DAYS, clear=actions.purge_all_intakes,
            )
        )  # fmt: skip
        panels.connect()
        exports.register()
