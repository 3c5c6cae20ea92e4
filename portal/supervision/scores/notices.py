"""Who is told what about rankings and suggestions."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.ratings.people import holders
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.supervision.scores.models import Edition, Proposal, Row, Span

POINTS = 100  # hundredths


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"scores.{code}", subject, body, set(placeholders)))


READY = _template(
    "ready",
    _("The ranking of week %(week)s has been computed"),
    _("The ranking of departments of week %(week)s has been computed (edition %(number)s). Please look at it and"
      " publish it."),
    "week", "number",
)  # fmt: skip
PUBLISHED = _template(
    "published",
    _("The ranking of week %(week)s has been published"),
    _("In week %(week)s %(department)s has rank %(rank)s with %(points)s points."),
    "week", "department", "rank", "points",
)  # fmt: skip
ASKED = _template(
    "asked",
    _("A suggestion for improvement is asked for: %(indicator)s"),
    _("The supervisors ask %(department)s for a suggestion how to improve “%(indicator)s”. Please answer until %(until)s."),
    "department", "indicator", "until",
)  # fmt: skip
ANSWERED = _template(
    "answered",
    _("%(department)s has answered: %(indicator)s"),
    _("%(department)s has answered how it will improve “%(indicator)s”. Please accept the suggestion or send it back."),
    "department", "indicator",
)  # fmt: skip
ACCEPTED = _template(
    "accepted",
    _("Your suggestion has been accepted: %(indicator)s"),
    _("The suggestion for “%(indicator)s” has been accepted. Please report each measure when it is done."),
    "indicator",
)
RETURNED = _template(
    "returned",
    _("Your suggestion has been sent back: %(indicator)s"),
    _("The suggestion for “%(indicator)s” has been sent back: %(reason)s. Please answer again until %(until)s."),
    "indicator", "reason", "until",
)  # fmt: skip
ENDED = _template(
    "ended",
    _("The suggestion for “%(indicator)s” has been closed"),
    _("The suggestion for “%(indicator)s” has been closed: %(reason)s"),
    "indicator",
    "reason",
)
LATE = _template(
    "late",
    _("A suggestion for improvement is overdue: %(indicator)s"),
    _("%(department)s had to answer until %(until)s how it will improve “%(indicator)s”, and has not."),
    "department", "indicator", "until",
)  # fmt: skip
MEASURE_LATE = _template(
    "measure_late",
    _("A measure is overdue: %(measure)s"),
    _("%(department)s had announced the measure “%(measure)s” for %(until)s; it has not been reported as done."),
    "department", "measure", "until",
)  # fmt: skip


def tell_ready(edition: Edition) -> None:
    """The supervisors, who look at a ranking before everybody sees it."""
    for person in holders(Role.SUPERVISOR):
        notify(
            person, READY.code, {"week": edition.name, "number": edition.number},
            about=("scores.edition", edition.pk), channels=("in_app",), key=f"edition:{edition.pk}",
            path=f"{reverse('scores:ranking')}?week={edition.week}",
        )  # fmt: skip


def tell_published(edition: Edition) -> None:
    """The heads of the ranked departments, each with the own place."""
    rows = Row.objects.filter(edition=edition, span=Span.WEEK, rank__isnull=False).select_related("department")
    by_department = {row.department_id: row for row in rows}
    for department_id, people in _heads(by_department).items():
        row = by_department[department_id]
        values = {
            "week": edition.name, "department": _named(row.department), "rank": row.rank,
            "points": f"{(row.points or 0) / POINTS:.2f}",
        }  # fmt: skip
        for person in people:
            notify(
                person, PUBLISHED.code, values, about=("scores.edition", edition.pk), channels=("in_app",),
                key=f"published:{edition.pk}:{department_id}", path=reverse("scores:row", args=[row.pk]),
            )  # fmt: skip


def _heads(departments: Any) -> dict[int, list[User]]:
    """The heads of several departments in one query."""
    from portal.people.models import Posting

    found: dict[int, list[User]] = {}
    rows = Posting.objects.in_force().filter(role=Role.DEPARTMENT_HEAD, department__in=list(departments))
    for posting in rows.select_related("user").order_by("pk"):
        if posting.department_id is not None and posting.user.may_sign_in:
            found.setdefault(posting.department_id, []).append(posting.user)
    return found


def _named(department: Department) -> Words:
    return Words(department.short_name or department.name, department.name_en)


def _values(proposal: Proposal) -> dict[str, Any]:
    one = proposal.indicator
    return {
        "department": _named(proposal.department), "indicator": Words(one.title, one.title_en or one.title),
        "until": proposal.due_on, "reason": proposal.note,
    }  # fmt: skip


def _tell(proposal: Proposal, template: Template, people: list[User], key: str = "", **more: Any) -> None:
    values = {name: value for name, value in {**_values(proposal), **more}.items() if name in template.placeholders}
    for person in people:
        notify(
            person, template.code, values, about=("scores.proposal", proposal.pk), channels=("in_app",),
            key=key or f"suggestion:{proposal.pk}:{proposal.state_version}",
            path=reverse("scores:proposal", args=[proposal.pk]),
        )  # fmt: skip


def tell_asked(proposal: Proposal) -> None:
    _tell(proposal, ASKED, holders(Role.DEPARTMENT_HEAD, proposal.department_id))


def tell_step(proposal: Proposal, code: str) -> None:
    """Who must know of a step: the supervisor who asked hears of answers, the department of all else."""
    if code == "answer":
        _tell(proposal, ANSWERED, [proposal.asked_by])
        return
    template = {"accept": ACCEPTED, "send_back": RETURNED, "finish": ENDED, "withdraw": ENDED}[code]
    _tell(proposal, template, holders(Role.DEPARTMENT_HEAD, proposal.department_id))


def tell_late(proposal: Proposal) -> None:
    """Both sides, once for each limit that passed."""
    people = [proposal.asked_by, *holders(Role.DEPARTMENT_HEAD, proposal.department_id)]
    _tell(proposal, LATE, people, key=f"late:{proposal.pk}:{proposal.due_on}")


def tell_measure_late(proposal: Proposal, measure: Any) -> None:
    people = [proposal.asked_by, *holders(Role.DEPARTMENT_HEAD, proposal.department_id)]
    _tell(
        proposal, MEASURE_LATE, people, key=f"measure:{measure.pk}:{measure.due_on}", measure=measure.text,
        until=measure.due_on,
    )  # fmt: skip
