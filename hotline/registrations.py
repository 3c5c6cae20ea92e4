"""What the hotline hangs into other rooms' pages: navigation, access log, files, words of the history."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import files
from hotline.actions import sweeps
from hotline.lifecycle import TICKET
from hotline.rules import KEEP_DAYS
from hotline.tasks import until_nothing
from hotline.timeline import OTHERS
from portal.core import access
from portal.core import files as core_files
from portal.core.registries import HOTLINE, STAFF, register_nav
from portal.core.retention import Kept, Then, keep
from portal.core.retention_lines import FOR_GOOD
from portal.people.history import register_history
from portal.people.roles import CENTRE_WIDE, DISTRICT_DISPATCHER, Role

OVERSEERS = {role.value for role in CENTRE_WIDE}
PEOPLE = {Role.HOTLINE_OPERATOR.value, Role.HOTLINE_DISPATCHER.value}
DEPARTMENTS = {Role.CLERK.value, Role.REVIEWER.value, Role.DEPARTMENT_HEAD.value}


def connect() -> None:
    """Called once, in the app's ready()."""
    core_files.register_policy(files.KIND, files.may_read)
    keep(
        Kept(
            "hotline.callers", _("Callers of the hotline: name, number, what tells of them in a ticket"),
            pgettext_lazy("retention", "the ticket ended"),
            _("Personal Information Protection Law, article 19; the time is set by the centre"),
            Then.ANONYMISED, rule=KEEP_DAYS, clear=lambda: until_nothing(sweeps.anonymise),
        ),
        Kept(
            "hotline.tickets", _("Tickets of the hotline, without their callers"), FOR_GOOD,
            _("The figures of past years stay open to a second count"), Then.KEPT,
        ),
    )  # fmt: skip
    access.register_stream("hotline.ticket", _("Hotline ticket"), link=lambda pk: reverse("hotline:ticket", args=[pk]))
    access.register_purposes(
        {
            "ticket handling": pgettext_lazy("purpose", "Handling of a ticket"),
            "call-back": pgettext_lazy("purpose", "Call-back"),
        }
    )
    access.register_words({"caller": _("Caller of a ticket"), f"file:{files.KIND}": _("Photo of a ticket")})
    register_history({f"ticket.{code}": step.told for code, step in TICKET.transitions.items()})
    register_history({f"ticket.{code}": words for code, (words, _public) in OTHERS.items()})
    register_history(
        {
            "category.made": pgettext_lazy("history", "Category made"),
            "category.changed": pgettext_lazy("history", "Category changed"),
        }
    )
    everybody = PEOPLE | DEPARTMENTS | OVERSEERS | {DISTRICT_DISPATCHER}
    register_nav(STAFF, _("Tickets"), "hotline:tickets", everybody, order=60, group=HOTLINE)
    register_nav(
        STAFF, _("To decide"), "hotline:decisions", {Role.HOTLINE_DISPATCHER.value} | OVERSEERS, order=61,
        group=HOTLINE,
    )  # fmt: skip
    register_nav(STAFF, _("Supervision orders"), "hotline:orders", everybody, order=62, group=HOTLINE)
    register_nav(STAFF, _("Ticket call-backs"), "hotline:call-backs", PEOPLE | OVERSEERS, order=63, group=HOTLINE)
    register_nav(STAFF, _("Hotline figures"), "hotline:figures", everybody, order=64, group=HOTLINE)
    register_nav(
        STAFF, _("Categories and limits"), "hotline:settings", {Role.HOTLINE_DISPATCHER.value} | OVERSEERS, order=69,
        group=HOTLINE,
    )  # fmt: skip
