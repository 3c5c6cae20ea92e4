"""What people are told about ratings: one template for each occasion. None of them says who rated."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.ratings.people import holders, overseers
from portal.core.notifications import Contact, Template, Words, notify, register
from portal.people.roles import Role

if TYPE_CHECKING:
    from hall.ratings.models import Grievance, Invitation, Rectification
    from portal.people.models import Department, User

ASKED = register(
    Template(
        "rating.asked",
        _("How was it? Please rate “%(what)s”"),
        _("“%(what)s” has come to its end. Please tell us how it was; it takes half a minute, and those who served you"
          " do not learn who said it."),
        {"what", "link"},
        sms=_("“%(what)s” has come to its end. Please rate our service: %(link)s"),
    )
)  # fmt: skip
OPENED = register(
    Template(
        "rectification.opened",
        _("A bad rating is yours to rectify"),
        _("%(department)s received a bad rating, and you are named as its handler. First contact by %(contact_due)s,"
          " rectified by %(due)s."),
        {"department", "contact_due", "due"},
    )
)  # fmt: skip
LAMP = register(
    Template(
        "rectification.lamp",
        _("Rectification of a bad rating: %(what)s"),
        _("%(department)s, bad rating of %(day)s: %(what)s. Due by %(due)s. Handler: %(handler)s."),
        {"what", "department", "day", "due", "handler"},
    )
)
MOVED = register(
    Template(
        "rectification.moved",
        _("Rectification of a bad rating: %(step)s"),
        _("%(department)s, bad rating of %(day)s: %(step)s."),
        {"department", "day", "step"},
    )
)
GRIEVANCE_NAMED = register(
    Template(
        "grievance.named",
        _("Something was reported as wrong: %(number)s is yours"),
        _("You are named as the handler of %(number)s (%(topic)s). Please reply by %(due)s."),
        {"number", "topic", "due"},
    )
)
GRIEVANCE_REPLIED = register(
    Template(
        "grievance.replied",
        _("We have replied to what you told us (%(number)s)"),
        _("There is a reply to what you told us is wrong (%(number)s). Please read it in the portal."),
        {"number"},
    )
)
GRIEVANCE_LATE = register(
    Template(
        "grievance.late",
        _("%(number)s has not been answered in time"),
        _("%(number)s (%(topic)s) was to be answered by %(due)s. Handler: %(handler)s."),
        {"number", "topic", "due", "handler"},
    )
)

LAMPS = {
    "contact": pgettext_lazy("rectification lamp", "no first contact yet"),
    "amber": pgettext_lazy("rectification lamp", "due soon"),
    "red": pgettext_lazy("rectification lamp", "overdue"),
}


def ask_for(invitation: "Invitation", what: Any) -> None:
    """Tell whom the invitation asks, with the link; once."""
    path = reverse("ratings:rate", args=[invitation.token])
    to: Any = invitation.invited or (Contact(phone=invitation.phone) if invitation.phone else None)
    if to is None:
        return
    context = {"what": what, "link": f"{settings.SITE_URL}{path}?by=sms"}
    about = ("ratings.invitation", invitation.pk)
    notify(to, ASKED.code, context, about=about, key=f"rating:{invitation.pk}", path=path, channels=("in_app", "sms"))


def tell_handler(work: "Rectification") -> None:
    """Who is named hears of it at once."""
    if work.handler is None:
        return
    context = {
        "department": words_of(work.department),
        "contact_due": work.contact_due_on,
        "due": work.due_on,
    }
    _tell(work, OPENED, context, [work.handler])


def tell_lamp(work: "Rectification", lamp: str) -> None:
    """Handler and head when it grows late; the managers too when it is."""
    people = [*([work.handler] if work.handler else []), *holders(Role.DEPARTMENT_HEAD, work.department_id)]
    if lamp != "amber":
        people += [*overseers(), *holders(Role.SUPERVISOR)]
    context = {
        "what": LAMPS[lamp],
        "department": words_of(work.department),
        "day": work.opened_on,
        "due": work.contact_due_on if lamp == "contact" else work.due_on,
        "handler": work.handler.name if work.handler else "—",
    }
    people = [one for one in people if one.pk != work.staff_id or one.pk == work.handler_id]
    _tell(work, LAMP, context, people, key=f"{lamp}:{work.pk}:{work.rounds}")


def tell_step(work: "Rectification", step: Any, people: Iterable["User"]) -> None:
    """What happened, for those whose turn it is."""
    context = {"department": words_of(work.department), "day": work.opened_on, "step": step}
    _tell(work, MOVED, context, people, key=f"step:{work.pk}:{work.state_version}")


def _tell(
    work: "Rectification", template: Template, context: dict[str, Any], people: Iterable["User"], key: str = ""
) -> None:
    path = reverse("ratings:rectification", args=[work.pk])
    for person in {one.pk: one for one in people}.values():
        notify(
            person, template.code, context, about=("ratings.rectification", work.pk), path=path,
            key=f"{template.code}:{key}" if key else None, channels=("in_app",),
        )  # fmt: skip


def tell_grievance(grievance: "Grievance", template: Template, people: Iterable["User"]) -> None:
    """Name the handler, or say that it is late."""
    path = reverse("ratings:grievance", args=[grievance.pk])
    values = {
        "number": grievance.number,
        "topic": grievance.Topic(grievance.topic).label,
        "due": grievance.due_on,
        "handler": grievance.handler.name if grievance.handler else "—",
    }
    context = {name: values[name] for name in template.placeholders}
    for person in {one.pk: one for one in people}.values():
        notify(
            person, template.code, context, about=("ratings.grievance", grievance.pk), path=path, channels=("in_app",)
        )


def tell_author(grievance: "Grievance") -> None:
    """The reply is there: to the account, else to the number that was left."""
    to: Any = grievance.author or (Contact(phone=grievance.phone) if grievance.phone else None)
    if to is not None:
        path = reverse("ratings:grievance-track")
        notify(to, GRIEVANCE_REPLIED.code, {"number": grievance.number}, about=("ratings.grievance", grievance.pk),
               path=path, channels=("in_app", "sms"))  # fmt: skip


def words_of(department: "Department") -> Words:
    return Words(department.name, department.name_en)
