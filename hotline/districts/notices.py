"""What people are told of the districts: departments below them, their dispatchers, and who looks after platforms."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.districts.models import Assignment, Platform, Push
from hotline.notices import DEPARTMENT_ROLES, dispatchers, holders, words
from portal.core.notifications import Template, notify, register
from portal.people.models import User
from portal.people.roles import Role

WORDS = {"number", "title", "due"}


def _template(code: str, subject: Any, body: Any, names: set[str] = WORDS) -> Template:
    return register(Template(f"district.{code}", subject, body, names))


ASSIGNED = _template(
    "assigned",
    _("A ticket of your district: %(number)s"),
    _("Your district has passed ticket %(number)s (%(title)s) on to you. It is due by %(due)s. Please sign for it."),
)
RETURNED = _template(
    "returned",
    _("Returned within the district, please decide: ticket %(number)s"),
    _("A department of your district has returned ticket %(number)s (%(title)s). It is due by %(due)s."),
)
REJECTED = _template(
    "rejected",
    _("Your district has rejected the return of ticket %(number)s"),
    _("Ticket %(number)s (%(title)s) stays with you. It is due by %(due)s."),
)
TAKEN_BACK = _template(
    "taken_back",
    _("Your district has taken ticket %(number)s back"),
    _("Ticket %(number)s (%(title)s, due by %(due)s) is no longer yours."),
)
LATE = _template(
    "late",
    _("Late within the district: ticket %(number)s"),
    _("Ticket %(number)s (%(title)s) has not been signed for in time. It is due by %(due)s."),
)
DOWN = _template(
    "platform_down",
    _("The platform of %(district)s cannot be reached"),
    _(
        "Messages to the platform of %(district)s have been waiting since %(since)s. They are tried again by themselves."
    ),
    {"district", "since"},
)
REFUSED = _template(
    "refused",
    _("Refused by the platform of %(district)s: ticket %(number)s"),
    _("The platform of %(district)s refused a message about ticket %(number)s. Please look."),
    {"district", "number"},
)


def of_assignment(one: Assignment) -> list[User]:
    return holders(*DEPARTMENT_ROLES, department_id=one.department_id)


def of_district(one: Assignment) -> list[User]:
    return holders(Role.HOTLINE_DISPATCHER, department_id=one.district_id)


TOLD = {
    "inner_assign": (ASSIGNED, of_assignment),
    "inner_return": (RETURNED, of_district),
    "inner_reject": (REJECTED, of_assignment),
    "inner_take_back": (TAKEN_BACK, of_assignment),
    "inner_uphold": (TAKEN_BACK, of_assignment),
}


def tell(one: Assignment, template: Template, people: Iterable[User], *, key: str) -> None:
    for person in people:
        notify(
            person, template.code, words(one.ticket), about=("hotline.ticket", one.ticket_id), channels=("in_app",),
            path=reverse("hotline:ticket", args=[one.ticket_id]), key=f"district:{one.pk}:{template.code}:{key}",
        )  # fmt: skip


def tell_refused(row: Push) -> None:
    """Dispatchers, once for each attempt round."""
    said = {"district": row.platform.district.name, "number": row.ticket.number}
    path = reverse("districts:push", args=[row.pk])
    for person in dispatchers():
        notify(
            person, REFUSED.code, said, about=("districts.push", row.pk), channels=("in_app",), path=path,
            key=f"push:{row.pk}:{row.attempts}",
        )  # fmt: skip


def tell_down(platform: Platform) -> None:
    """Dispatchers and administrators, once for each failure."""
    said = {"district": platform.district.name, "since": platform.failing_since}
    path = reverse("districts:platform", args=[platform.pk])
    for person in {one.pk: one for one in (*dispatchers(), *holders(Role.ADMINISTRATOR))}.values():
        notify(
            person, DOWN.code, said, about=("districts.platform", platform.pk), channels=("in_app",), path=path,
            key=f"platform:{platform.pk}:{platform.failing_since}",
        )  # fmt: skip
