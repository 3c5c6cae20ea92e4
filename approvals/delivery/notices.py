"""What people are told about deliveries."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.delivery.models import Delivery
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

WORDS = frozenset({"item", "number"})


def _template(code: str, subject: Any, body: Any, *more: str) -> str:
    return register(Template(f"delivery.{code}", subject, body, WORDS | set(more))).code


READY = _template(
    "ready",
    _("Your document for %(number)s can be picked up"),
    _(
        "The result of your application %(number)s (%(item)s) lies ready at the issuing window. Please bring your identity"
        " card; your pick-up code is %(code)s. Somebody else needs a power of attorney."
    ),
    "code",
)
REMINDER = _template(
    "reminder",
    _("Your document for %(number)s still waits for you"),
    _(
        "The result of your application %(number)s (%(item)s) has been ready at the window since %(day)s. Code: %(code)s"
    ),
    "code",
    "day",
)
POSTED = _template(
    "posted",
    _("Your document for %(number)s is on its way"),
    _("The result of your application %(number)s (%(item)s) was posted with %(carrier)s, number %(tracking)s."),
    "carrier",
    "tracking",
)
PROVIDED = _template(
    "provided",
    _("Your result for %(number)s can be opened online"),
    _("The result of your application %(number)s (%(item)s) is ready. Please sign in and open it."),
)
FAILED = _template(
    "failed",
    _("Your letter for %(number)s came back"),
    _(
        "The letter with the result of your application %(number)s (%(item)s) came back. The window will get in touch with"
        " you about another way."
    ),
)
LAMP = {
    "amber": _template(
        "amber",
        _("The delivery of %(number)s is due soon"),
        _("The result of case %(number)s (%(item)s) must be with the applicant by %(day)s."),
        "day",
    ),
    "red": _template(
        "red",
        _("The delivery of %(number)s is overdue"),
        _("The result of case %(number)s (%(item)s) should have been delivered by %(day)s (permit law, article 44)."),
        "day",
    ),
}


def tell_applicant(delivery: Delivery, template: str, *, key: str) -> None:
    """Tell the applicant, on all channels that have an address. Rows only, in the present transaction."""
    case = delivery.case
    if case.applicant is None or case.imported:
        return
    notify(
        case.applicant,
        template,
        {
            **_words(delivery),
            "code": delivery.pick_up_code,
            "day": delivery.ready_on or delivery.due_on,
            "carrier": delivery.get_carrier_display(),
            "tracking": delivery.tracking_number,
        },
        about=("cases.case", case.pk),
        path=reverse("cases:detail", args=[case.number]),
        key=key,
    )


def tell_lamp(delivery: Delivery, lamp: str) -> None:
    """Tell the clerk and the heads of the department once that the lamp went on; of a red one the supervisors too."""
    holders = Posting.objects.in_force().filter(role=Role.DEPARTMENT_HEAD, department=delivery.department_id)
    wanted = {one.user_id for one in holders}
    if lamp == "red":
        wanted |= {one.user_id for one in Posting.objects.in_force().filter(role=Role.SUPERVISOR)}
    if delivery.case.staff_id:
        wanted.add(delivery.case.staff_id)
    for person in User.objects.filter(pk__in=wanted, is_active=True):
        notify(
            person,
            LAMP[lamp],
            {**_words(delivery), "day": delivery.due_on},
            about=("cases.case", delivery.case_id),
            channels=("in_app",),
            path=reverse("delivery:delivery", args=[delivery.pk]),
            key=f"delivery.{lamp}:{delivery.pk}:{delivery.due_on}",
        )


def _words(delivery: Delivery) -> dict[str, Any]:
    item = delivery.case.item
    return {"item": Words(item.name, item.name_en), "number": delivery.case.number}
