"""What the staff is told about findings; inside the portal only, for they work here."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hall.patrols.models import Finding
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

WORDS = {"number", "area", "point"}


def _template(code: str, subject: Any, body: Any, *more: str, words: set[str] = WORDS) -> Template:
    return register(Template(f"finding.{code}", subject, body, words | set(more)))


FOUND_BY_SUPERVISOR = _template(
    "found_by_supervisor",
    _("Finding of a social supervisor: %(area)s"),
    _("A social supervisor found something in your charge (%(number)s): %(area)s. Please put it right and reply by"
      " %(due)s."),
    "due", words={"number", "area"},
)  # fmt: skip
FOUND = _template(
    "found",
    _("Finding of a patrol: %(area)s, %(point)s"),
    _("A patrol found something in your charge (%(number)s): %(area)s, %(point)s. Please put it right by %(due)s."),
    "due",
)
RECTIFIED = _template(
    "rectify",
    _("Put right, please verify: %(area)s"),
    _("Finding %(number)s (%(area)s, %(point)s) is reported as put right. Please look and verify."),
)
SENT_BACK = _template(
    "send_back",
    _("Sent back: finding %(number)s"),
    _("Finding %(number)s (%(area)s, %(point)s) was sent back. Reason: %(note)s. It is due by %(due)s."),
    "note",
    "due",
)
VERIFIED = _template(
    "verify",
    _("Verified: finding %(number)s"),
    _("Finding %(number)s (%(area)s, %(point)s) has been verified as put right. Thank you."),
)
OVERDUE = _template(
    "overdue",
    _("Overdue: finding %(number)s"),
    _("Finding %(number)s (%(area)s, %(point)s) was due by %(due)s and has not been put right."),
    "due",
)


def responsible(finding: Finding) -> list[User]:
    """The person named, if still here; the heads of the department beside or instead of them."""
    posted = Posting.objects.in_force().filter(department=finding.department, user__is_active=True)
    people = {row.user_id: row.user for row in posted.filter(role=Role.DEPARTMENT_HEAD).select_related("user")}
    if finding.person is not None and finding.person.is_active:
        people[finding.person.pk] = finding.person
    elif not people:
        people = {row.user_id: row.user for row in posted.select_related("user")[:20]}
    return list(people.values())


def managers() -> list[User]:
    """Who manages the hall today."""
    rows = Posting.objects.in_force().filter(role=Role.HALL_MANAGER, user__is_active=True).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def _point(finding: Finding) -> Words:
    if finding.point is not None:
        return Words(finding.point.text, finding.point.text_en)
    with override("zh-hans"):
        chinese = finding.subject
    with override("en"):
        return Words(chinese, finding.subject)


def tell(finding: Finding, template: Template, people: Iterable[User], *, key: str) -> None:
    """Once for each key."""
    words: dict[str, Any] = {
        "number": finding.number,
        "area": Words(finding.area.name, finding.area.name_en),
        "point": _point(finding),
        "due": finding.due_on,
        "note": finding.note,
    }
    for person in people:
        notify(
            person,
            template.code,
            {name: words[name] for name in template.placeholders},
            about=("patrols.finding", finding.pk),
            channels=("in_app",),
            path=reverse("patrols:finding", args=[finding.number]),
            key=f"finding:{finding.pk}:{key}",
        )
