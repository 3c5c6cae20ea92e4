"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AttendanceConfig(AppConfig):
    name = "hall.attendance"
    label = "attendance"
    verbose_name = _("Attendance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.attendance import exports, measures, panels, rules, scores
        from hall.indicators import contribute
        from hall.rule_seeds import announce
        from portal.core.registries import HALL, STAFF, register_nav
        from portal.people.history import register_history
        from portal.people.roles import Role

        announce(rules.POST_RULES)
        contribute("attendance", measures.sums, frozenset(measures.DIMENSIONS), figures=measures.GIVEN)
        scores.connect()
        panels.connect()
        windows = {Role.CLERK.value, Role.REVIEWER.value, Role.DEPARTMENT_HEAD.value}
        register_nav(STAFF, _("My attendance"), "attendance:own", windows, order=16, group=HALL)
        overseers = {role.value for role in (Role.HALL_MANAGER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}
        register_nav(STAFF, _("Attendance"), "attendance:day", overseers, order=17, group=HALL)
        register_history(
            {
                "shift.clocked_in": pgettext_lazy("history", "Clocked in"),
                "shift.back": pgettext_lazy("history", "Back at the post"),
                "shift.clocked_out": pgettext_lazy("history", "Clocked out"),
                "shift.corrected": pgettext_lazy("history", "Corrected"),
                "empty_post.found": pgettext_lazy("history", "Found empty"),
                "empty_post.ended": pgettext_lazy("history", "Filled again"),
                "empty_post.explain": pgettext_lazy("history", "Explained"),
                "empty_post.accept": pgettext_lazy("history", "Explanation accepted"),
                "empty_post.reject": pgettext_lazy("history", "Explanation not accepted"),
                "window.hours_set": pgettext_lazy("history", "Hours entered"),
                "window.hours_ended": pgettext_lazy("history", "Hours ended"),
            }
        )
        exports.register()
