"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PatrolsConfig(AppConfig):
    name = "hall.patrols"
    label = "patrols"
    verbose_name = _("Patrols")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.indicators import contribute
        from hall.patrols import exports, measures, notices, photos, rules, scores  # noqa: F401 - templates register themselves
        from hall.rule_seeds import announce
        from portal.core import access, files
        from portal.core.registries import HALL, STAFF, register_nav
        from portal.people.history import register_history
        from portal.people.roles import Role

        announce(rules.PATROL_RULES)
        contribute("patrols", measures.sums, frozenset(measures.DIMENSIONS), figures=measures.PATROL_FIGURES)
        scores.connect()
        files.register_policy(photos.KIND, photos.may_read)
        access.register_stream(photos.STREAM, _("Finding of a patrol"))
        access.register_words({f"file:{photos.KIND}": _("Photo of a patrol")})
        overseers = {role.value for role in (Role.HALL_MANAGER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}
        register_nav(STAFF, _("Patrols"), "patrols:tours", overseers, order=18, group=HALL)
        departments = {Role.CLERK.value, Role.REVIEWER.value, Role.DEPARTMENT_HEAD.value}
        register_nav(STAFF, _("Patrol findings"), "patrols:findings", departments, order=19, group=HALL)
        register_history(
            {
                "finding.noted": pgettext_lazy("history", "Noted on a visit"),
                "finding.hand_over": pgettext_lazy("history", "Handed over"),
                "finding.withdraw": pgettext_lazy("history", "Withdrawn"),
                "finding.found": pgettext_lazy("history", "Found"),
                "finding.rectify": pgettext_lazy("history", "Put right"),
                "finding.verify": pgettext_lazy("history", "Verified"),
                "finding.send_back": pgettext_lazy("history", "Sent back"),
                "finding.close": pgettext_lazy("history", "Closed"),
                "finding.set_aside": pgettext_lazy("history", "Set aside"),
            }
        )
        exports.register()
