"""What social supervision hangs into the core's registries: rules, navigation, words of the history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.rule_seeds import announce
from hall.social import jobs
from hall.social.lifecycle import SEAT, VISIT
from hall.social.rules import SOCIAL_RULES
from portal.core import access
from portal.core.registries import HALL, PUBLIC, STAFF, register_nav
from portal.people.history import register_history
from portal.people.roles import Role

READERS = {role.value for role in (Role.HALL_MANAGER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    announce(SOCIAL_RULES)
    jobs.connect()
    access.register_stream("social.visit", _("Visit of social supervisors"))
    access.register_words({"visit_seats": _("Names of those who were drawn for a visit")})
    register_nav(STAFF, _("Social supervision"), "social:visits", READERS, order=21, group=HALL)
    register_nav(PUBLIC, _("Social supervision"), "social:public", order=67, group=HALL)
    register_history(
        {
            "social.appointed": pgettext_lazy("history", "Appointed"),
            "social.reappointed": pgettext_lazy("history", "Appointed for another term"),
            "social.corrected": pgettext_lazy("history", "Entry corrected"),
            "social.released": pgettext_lazy("history", "Released"),
            "visit.frozen": pgettext_lazy("history", "Pool frozen, its digest published"),
            "visit_seat.invited": pgettext_lazy("history", "Invited"),
            **{f"visit.{code}": step.told for code, step in VISIT.transitions.items()},
            **{f"visit_seat.{code}": step.told for code, step in SEAT.transitions.items()},
        }
    )
