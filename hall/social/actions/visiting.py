"""On the visit: findings with photos, then the report with a grade for each unit, which hands the findings over."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from hall.patrols import handing
from hall.patrols.handing import NoteDraft
from hall.patrols.models import Finding
from hall.social import notices, terms
from hall.social.actions.seats import finish, locked_seat
from hall.social.lifecycle import SEAT, may_report_now
from hall.social.models import Seat, UnitGrade, VisitFinding
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.models import StoredFile
from portal.core.time import today


@action
def note_finding(actor: Actor, seat_id: int, draft: NoteDraft, photos: Sequence[StoredFile] = ()) -> Finding:
    """Write down what is wrong at a unit of the visit. Raises NotFound, WrongState, Invalid with `fields`."""
    seat, visit = locked_seat(actor, seat_id)
    if seat.state != "accepted" or not may_report_now(seat):
        raise WrongState(_("Findings are written down from the day of the visit on, until you hand in your report."))
    if not visit.departments.filter(pk=draft.department_id).exists():
        raise Invalid(fields={"department": _("Choose a unit of this visit.")})
    finding = handing.note(actor, draft, photos, limit_days=terms.limit_days(today()))
    VisitFinding.objects.create(seat=seat, finding=finding)
    return finding


@action
def withdraw_finding(actor: Actor, seat_id: int, finding_id: int, *, state_version: int | None) -> Finding:
    """Take a finding back that was not handed over yet. Raises NotFound, WrongState."""
    seat, _visit = locked_seat(actor, seat_id)
    if not seat.findings.filter(finding=finding_id).exists():
        raise NotFound()
    return handing.withdraw(actor, finding_id, state_version=state_version)


@action
def report(actor: Actor, seat_id: int, *, report: str, grades: Mapping[int, int], state_version: int | None) -> Seat:
    """Hand the report in: a grade for each unit that was seen; the findings go to their units, the limits begin.

    Raises NotFound, WrongState before the day, and Invalid with `fields` (a unit's field is `grade-<id>`).
    """
    seat, visit = locked_seat(actor, seat_id)
    step = SEAT.begin(seat, "report", actor, {"report": report}, state_version=state_version)
    visited = set(visit.departments.values_list("pk", flat=True))
    if not grades or set(grades) - visited or set(grades.values()) - set(UnitGrade.Grade.values):
        raise Invalid(fields={"grades": _("Give a grade to at least one unit of this visit.")})
    rows = (UnitGrade(seat=seat, department_id=pk, grade=grade, given_on=today()) for pk, grade in grades.items())
    UnitGrade.objects.bulk_create(rows)
    handed = handing.hand_over(actor, list(seat.findings.values_list("finding", flat=True)))
    finish(seat, step, actor, findings=len(handed))
    notices.tell_reported(seat, len(handed))
    return seat
