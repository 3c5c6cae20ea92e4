"""What people are told about tickets: departments and dispatchers inside the portal, callers by text message."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.models import Reporter, Ticket
from hotline.policies import DEPARTMENT_ROLES
from portal.core.notifications import Contact, Template, notify, register
from portal.people.models import Department, Posting, User
from portal.people.roles import Role

WORDS = frozenset({"number", "title"})
MOST = 30  # people of one department that are told at a time
Audience = Callable[[Ticket], Iterable[User]]


def _template(code: str, subject: Any, body: Any, *more: str, sms: Any = "") -> Template:
    return register(Template(f"ticket.{code}", subject, body, WORDS | set(more), sms=sms))


DISPATCHED = _template(
    "dispatched",
    _("A ticket for your department: %(number)s"),
    _(
        "The hotline has sent ticket %(number)s (%(title)s) to your department. It is due by %(due)s. Please sign for it."
    ),
    "due",
)
RETURNED = _template(
    "returned",
    _("Returned, please decide: ticket %(number)s"),
    _("A department has returned ticket %(number)s (%(title)s). The clock runs on: it is due by %(due)s."),
    "due",
)
REJECTED = _template(
    "rejected",
    _("The return of ticket %(number)s was rejected"),
    _("Ticket %(number)s (%(title)s) stays with your department. It is due by %(due)s."),
    "due",
)
DRAFTED = _template(
    "drafted",
    _("A reply waits for your approval: ticket %(number)s"),
    _("The reply to ticket %(number)s (%(title)s) is written and waits for approval. It is due by %(due)s."),
    "due",
)
SENT_BACK = _template(
    "sent_back",
    _("The reply to ticket %(number)s was sent back"),
    _("The reply to ticket %(number)s (%(title)s) needs another look. It is due by %(due)s."),
    "due",
)
REDONE = _template(
    "redone",
    _("To be done again: ticket %(number)s"),
    _("The caller is not content with the handling of ticket %(number)s (%(title)s). It is due by %(due)s."),
    "due",
)
URGED = _template(
    "urged",
    _("The caller urges: ticket %(number)s"),
    _("The caller of ticket %(number)s (%(title)s) asks where it stays. It is due by %(due)s."),
    "due",
)
ADDED = _template(
    "added",
    _("New information: ticket %(number)s"),
    _("The caller has added information to ticket %(number)s (%(title)s). It is due by %(due)s."),
    "due",
)
ASKED = _template(
    "asked",
    _("Your help is asked for: ticket %(number)s"),
    _("Your department is asked to assist with ticket %(number)s (%(title)s). It is due by %(due)s."),
    "due",
)
BACK = _template(
    "back",
    _("Back at the hotline: ticket %(number)s"),
    _("Ticket %(number)s (%(title)s) has no department any more. It is due by %(due)s. Please dispatch it."),
    "due",
)
DANGER = _template(
    "danger",
    _("Danger to life: ticket %(number)s"),
    _("Ticket %(number)s (%(title)s) speaks of danger to life. Please act at once."),
)
ESCALATED = _template(
    "escalated",
    _("%(percent)s%% of the limit has passed: ticket %(number)s"),
    _("%(percent)s%% of the limit of ticket %(number)s (%(title)s) has passed. It is due by %(due)s."),
    "percent",
    "due",
)
PROVINCE = _template(
    "province",
    _("Due at the provincial platform: ticket %(number)s"),
    _("Ticket %(number)s (%(title)s) came from the provincial platform, and its limit there ends at %(due)s."),
    "due",
)
ORDERED = _template(
    "ordered",
    _("Supervision order: ticket %(number)s"),
    _("Your department has got a supervision order about ticket %(number)s (%(title)s). Answer it by %(due)s."),
    "due",
)
ORDER_LATE = _template(
    "order_late",
    _("Supervision order overdue: ticket %(number)s"),
    _("The supervision order about ticket %(number)s (%(title)s) was to be answered by %(due)s."),
    "due",
)
REQUESTED = _template(
    "requested",
    _("Please decide: a request about ticket %(number)s"),
    _("Something is asked for that needs your decision: ticket %(number)s (%(title)s), due by %(due)s."),
    "due",
)
DECIDED = _template(
    "decided",
    _("Your request about ticket %(number)s was decided"),
    _("Your request about ticket %(number)s (%(title)s) was decided. It is due by %(due)s."),
    "due",
)
ANSWERED = _template(
    "replied",
    _("Your request %(number)s has been answered"),
    _("The hotline has an answer to your request %(number)s (%(title)s). You can read it with the number and your query"
      " code, and say there whether it helped."),
    sms=_("The hotline has an answer to your request %(number)s. Read it online with your query code, or call us."),
)  # fmt: skip
ASKED_BACK = _template(
    "asked_back",
    _("How did we do? Your request %(number)s"),
    _("Please tell us whether your request %(number)s (%(title)s) was settled: %(link)s"),
    "link",
    sms=_("Was your request %(number)s settled? Please tell us: %(link)s"),
)


# --- who is told ------------------------------------------------------------------------------------------------------


def holders(*roles: str, department_id: int | None = None, city: bool = False) -> list[User]:
    """Who holds one of the roles today, for a department if one is named, or in the city's own; each person once."""
    rows = Posting.objects.in_force().filter(role__in=roles, user__is_active=True).select_related("user")
    if department_id is not None:
        rows = rows.filter(department=department_id)
    if city:
        rows = rows.filter(department__level=Department.Level.CITY)
    return list({row.user_id: row.user for row in rows.order_by("pk")[: MOST * 3]}.values())[:MOST]


def of_department(ticket: Ticket) -> list[User]:
    """Clerks, reviewers and heads of the responsible department; the hotline's dispatchers while there is none."""
    if ticket.department_id is None:
        return dispatchers(ticket)
    if ticket.inner_department_id is not None:
        people = holders(*DEPARTMENT_ROLES, department_id=ticket.inner_department_id)
        return [*people, *holders(Role.HOTLINE_DISPATCHER, department_id=ticket.department_id)]
    return holders(*DEPARTMENT_ROLES, Role.HOTLINE_DISPATCHER, department_id=ticket.department_id)


def approvers(ticket: Ticket) -> list[User]:
    return holders(Role.REVIEWER, Role.DEPARTMENT_HEAD, department_id=ticket.handler_id)


def dispatchers(_ticket: Ticket | None = None) -> list[User]:
    """The city's; those of a district are told of its own tickets only."""
    return holders(Role.HOTLINE_DISPATCHER, city=True)


def handler(ticket: Ticket) -> list[User]:
    """Who works on it; the department where nobody does yet."""
    person = ticket.staff
    return [person] if person is not None and person.is_active else of_department(ticket)


def assistants(ticket: Ticket) -> list[User]:
    ids = ticket.assists.filter(answered_at__isnull=True).values_list("department_id", flat=True)
    return [person for pk in ids for person in holders(Role.CLERK, Role.DEPARTMENT_HEAD, department_id=pk)]


def nobody(_ticket: Ticket) -> list[User]:
    return []


# Event → what the staff is told, and whom.
TOLD: Mapping[str, tuple[Template | None, Audience]] = {
    "dispatch": (DISPATCHED, of_department),
    "reassign": (DISPATCHED, of_department),
    "uphold": (DISPATCHED, of_department),
    "return": (RETURNED, dispatchers),
    "reject": (REJECTED, of_department),
    "leave": (BACK, dispatchers),
    "draft": (DRAFTED, approvers),
    "send_back": (SENT_BACK, handler),
    "redo": (REDONE, of_department),
    "reopen": (REDONE, of_department),
    "reopen_by_caller": (REDONE, of_department),
    "urge": (URGED, handler),
    "add": (ADDED, handler),
    "ask_assistance": (ASKED, assistants),
    "approve": (None, nobody),
    "approve_outside": (None, nobody),
    "reply_with_series": (None, nobody),
}
TO_CALLER = frozenset({"approve", "approve_outside", "reply_with_series"})


def after_step(ticket: Ticket, code: str, _data: Mapping[str, Any], *, key: str) -> None:
    """Tell whom a step concerns, once for each key."""
    template, audience = TOLD[code]
    if template is not None:
        tell(ticket, template, audience(ticket), key=key)
    if code == "dispatch":
        tell(ticket, ASKED, assistants(ticket), key=f"{key}:assist")
    if code in TO_CALLER:
        tell_caller(ticket, ANSWERED, key=key)


def tell(ticket: Ticket, template: Template, people: Iterable[User], *, key: str, **more: Any) -> None:
    """Inside the portal, for they work here."""
    for person in people:
        notify(
            person,
            template.code,
            words(ticket) | more,
            about=("hotline.ticket", ticket.pk),
            channels=("in_app",),
            path=reverse("hotline:ticket", args=[ticket.pk]),
            key=f"ticket:{ticket.pk}:{template.code}:{key}",
        )


def tell_danger(ticket: Ticket) -> None:
    """Every dispatcher and supervisor."""
    people = [*dispatchers(), *holders(Role.SUPERVISOR)]
    tell(ticket, DANGER, people, key="recorded")


def tell_caller(ticket: Ticket, template: Template, *, key: str, **more: Any) -> bool:
    """By text message to the number of the ticket, and to the account of a signed-in caller. False without either."""
    if ticket.imported or ticket.anonymised_at is not None:
        return False
    context = words(ticket) | more
    about, name = ("hotline.ticket", ticket.pk), f"caller:{ticket.pk}:{template.code}:{key}"
    if ticket.owner is not None:
        notify(ticket.owner, template.code, context, about=about, key=name)
        return True
    reporter = Reporter.objects.filter(ticket=ticket).first()
    if reporter is None or not reporter.phone:
        return False
    contact = Contact(name=reporter.name, phone=reporter.phone, language=reporter.language)
    notify(contact, template.code, context, about=about, channels=("sms",), key=name)
    return True


def words(ticket: Ticket) -> dict[str, Any]:
    """What every text may name; nothing of the caller."""
    return {"number": ticket.reference, "title": ticket.title, "due": ticket.due_at or "—"}
