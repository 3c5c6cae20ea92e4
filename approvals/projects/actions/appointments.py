"""Joint appointments: announced with named people, moved or cancelled with notice, held, found, reported, mended."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from approvals.projects import notices, policies, reports, rules
from approvals.projects.actions.common import (
    PORTAL,
    finish_request,
    join,
    locked,
    locked_part,
    must_run,
    person,
    successor_of,
    take_papers,
    told_of,
)
from approvals.projects.lifecycle import APPOINTMENT, RECTIFICATION, REQUEST
from approvals.projects.measures import ABSENCE_MEASURES
from approvals.projects.models import Appointment, Invitation, OpinionRequest, Project, Rectification, Stage
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.models import StoredFile
from portal.core.statistics import watch
from portal.core.time import ZONE, local_date, now, today
from portal.core.workdays import OutsideCalendar
from portal.people.models import Department

OPENS, CLOSES = dt.time(8), dt.time(18)
MOST_POINTS = 30


@dataclass(frozen=True)
class Point:
    """One point to be mended, as it is entered."""

    department_id: int
    text: str
    due_on: dt.date


def _moment(day: dt.date, at: dt.time) -> dt.datetime:
    """Raises Invalid for a day off, an hour outside office hours, and a day that leaves the departments no notice."""
    index = workdays()
    try:
        if not index.is_workday(day):
            free = index.next_workday_on_or_after(day)
            raise Invalid(
                fields={"day": _("This is a day off. The next working day is %(day)s.") % {"day": free.isoformat()}},
                code="day_off",
            )
        ahead = index.between(today(), day)
    except OutsideCalendar:
        raise Invalid(fields={"day": _("The calendar does not reach this day.")}) from None
    least = rules.days("notice_days")
    if ahead < least:
        earliest = index.add(today(), least)
        raise Invalid(
            fields={
                "day": _("The departments need %(n)s working days’ notice: not before %(day)s.")
                % {"n": least, "day": earliest.isoformat()}
            },
            code="short_notice",
        )
    if not OPENS <= at <= CLOSES:
        raise Invalid(fields={"at": _("Choose a time between 08:00 and 18:00.")})
    return dt.datetime.combine(day, at, ZONE)


@action
def set_appointment(
    actor: Actor,
    stage_id: int,
    *,
    kind: str,
    day: dt.date,
    at: dt.time,
    place: str,
    invited: Mapping[int, str],
    purpose: str = "",
) -> Appointment:
    """Announce an appointment to departments (id → named person) and the builder. Raises Invalid, WrongState.

    A department that waits to give an opinion of this kind in the stage answers it here: whoever stays away consents.
    """
    project, stage = locked_part(actor, Stage.objects.all(), stage_id)
    user = must_run(actor, project)
    if stage.state != "open":
        raise WrongState()
    wrong: dict[str, type_of_message] = {}
    if kind not in Appointment.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if not place.strip():
        wrong["place"] = _("Say where you meet.")
    if not invited:
        wrong["departments"] = _("Invite at least one department.")
    if wrong:
        raise Invalid(fields=wrong)
    starts_at = _moment(day, at)
    made = Appointment.objects.create(
        project=project, stage=stage, kind=kind, starts_at=starts_at, on=day, place=place.strip(),
        purpose=purpose.strip(), set_by=user, set_at=now(),
    )  # fmt: skip
    for department, name in _invited(invited):
        request = OpinionRequest.objects.waiting().filter(stage=stage, department=department, kind=kind).first()
        Invitation.objects.create(appointment=made, department=department, request=request, person=name)
        join(project, department)
    told_of(project, "appointment_set", actor, appointment=made.pk, on=day.isoformat(), note=place.strip())
    notices.tell_appointment(made, notices.APPOINTED, key=f"set:{made.pk}")
    return made


def _invited(invited: Mapping[int, str]) -> list[tuple[Department, str]]:
    """Open departments with the person who comes for each. Raises Invalid for an unnamed one."""
    rows = Department.objects.filter(pk__in=invited).select_related("successor").order_by("pk")
    found: dict[int, tuple[Department, str]] = {}
    for row in rows:
        department, name = successor_of(row), invited[row.pk].strip()[:60]
        if not name:
            raise Invalid(
                fields={
                    "departments": _("Name the person who comes for %(department)s.") % {"department": row.display_name}
                },
                code="unnamed",
            )
        found.setdefault(department.pk, (department, name))
    if len(rows) < len(invited):
        raise Invalid(fields={"departments": _("Please choose one of the answers.")})
    return list(found.values())


@action
def postpone(
    actor: Actor, appointment_id: int, *, day: dt.date, at: dt.time, reason: str, state_version: int
) -> Appointment:
    """Move an appointment; everybody invited hears of it and why. Raises Invalid, Stale, WrongState, NotAllowed."""
    project, visit = _visit(actor, appointment_id)
    step = APPOINTMENT.begin(visit, "postpone", actor, {"reason": reason}, state_version=state_version)
    before, visit.starts_at = visit.on, _moment(day, at)
    visit.on, visit.note = day, step.inputs["reason"]
    visit.postponed += 1
    step.apply()
    visit.save()
    told_of(
        project, "appointment_postpone", actor, appointment=visit.pk, note=visit.note,
        **{"from": before.isoformat(), "to": day.isoformat()},
    )  # fmt: skip
    notices.tell_appointment(visit, notices.POSTPONED, key=f"postponed:{visit.pk}:{visit.postponed}")
    return visit


@action
def cancel(actor: Actor, appointment_id: int, *, reason: str, state_version: int) -> Appointment:
    """Call an appointment off; everybody invited hears of it and why."""
    project, visit = _visit(actor, appointment_id)
    step = APPOINTMENT.begin(visit, "cancel", actor, {"reason": reason}, state_version=state_version)
    visit.note = step.inputs["reason"]
    step.apply()
    visit.save()
    told_of(project, "appointment_cancel", actor, appointment=visit.pk, note=visit.note)
    notices.tell_appointment(visit, notices.CANCELLED, key=f"cancelled:{visit.pk}")
    return visit


def _visit(actor: Actor, appointment_id: int) -> tuple[Project, Appointment]:
    return locked_part(actor, Appointment.objects.select_related("stage"), appointment_id)


# --- held ----------------------------------------------------------------------------------------------------------------


@action
def hold(
    actor: Actor, appointment_id: int, attendance: Mapping[int, tuple[str, str]], *, state_version: int
) -> Appointment:
    """Enter who came: invitation id → (present, absent or excused; who came). Absence is consent (缺席默认).

    The consent ends the department's waiting opinion of this kind, marked; it never ends a permit decision and never
    confirms a preliminary opinion. Who is excused answers in writing. Raises Invalid, WrongState before the day.
    """
    project, visit = _visit(actor, appointment_id)
    step = APPOINTMENT.begin(visit, "hold", actor, state_version=state_version)
    if local_date(now()) < visit.on:
        raise WrongState(_("The appointment is still to come."), code="too_early")
    invitations = list(visit.invitations.select_related("department"))
    _check_attendance(invitations, attendance)
    for one in invitations:
        one.attendance, came = attendance[one.pk]
        one.came = came.strip()[:60] if one.attendance == Invitation.Attendance.PRESENT else ""
        one.held_on = visit.on
        with watch(ABSENCE_MEASURES, one):
            one.save()
        if one.consented_by_absence:
            _consent(project, visit, one, actor)
    step.apply()
    visit.save()
    absent = [one.department.name for one in invitations if one.consented_by_absence]
    told_of(project, "appointment_hold", actor, appointment=visit.pk, absent=len(absent), note="、".join(absent))
    return visit


def _check_attendance(invitations: Sequence[Invitation], attendance: Mapping[int, tuple[str, str]]) -> None:
    wrong: dict[str, type_of_message] = {}
    for one in invitations:
        said, came = attendance.get(one.pk, ("", ""))
        if said not in Invitation.Attendance.values:
            wrong[f"attendance_{one.pk}"] = _("Say whether %(department)s came.") % {
                "department": one.department.display_name
            }
        elif said == Invitation.Attendance.PRESENT and not came.strip():
            wrong[f"came_{one.pk}"] = _("Name the person who came for %(department)s.") % {
                "department": one.department.display_name
            }
    if wrong:
        raise Invalid(fields=wrong)


def _consent(project: Project, visit: Appointment, one: Invitation, actor: Actor) -> None:
    """The absent department's waiting opinion of the appointment's kind ends as consent; a permit's never does."""
    rows = OpinionRequest.objects.filter(
        stage_id=visit.stage_id, department=one.department_id, kind=visit.kind, state="asked", preliminary=False
    )
    for request in db.lock_rows(rows.select_related("department", "stage"), list(rows.values_list("pk", flat=True))):
        request.project = project
        deem(request, by_absence=True, actor=actor)
        notices.tell_request(request, notices.ABSENT, key=f"absent:{request.pk}")


def deem(request: OpinionRequest, *, by_absence: bool, actor: Actor = PORTAL) -> None:
    """Consent by silence or absence, under the locks of the caller. The lifecycle refuses it for a permit."""
    step = REQUEST.begin(request, "deem", PORTAL, state_version=None)
    request.by_absence, request.answer, request.ended_on = by_absence, OpinionRequest.Answer.AGREE, today()
    request.took_days = max(0, workdays().between(request.asked_on, today()))
    finish_request(step, actor, absence=by_absence)


@action
def find(
    actor: Actor,
    invitation_id: int,
    *,
    finding: str,
    text: str = "",
    uploads: Sequence[StoredFile] = (),
    points: Sequence[Point] = (),
) -> Invitation:
    """A department that was there enters what it found, with photographs and points to be mended.

    Its waiting opinion of this kind is answered by it. Raises NotAllowed for another department, Invalid, WrongState.
    """
    rows = Invitation.objects.filter(pk=invitation_id)
    appointment_id = rows.values_list("appointment_id", flat=True).first()
    if appointment_id is None:
        raise NotFound()
    project, visit = _visit(actor, appointment_id)
    one = db.lock_row(Invitation.objects.select_related("department"), invitation_id)
    if not policies.may_find(person(actor), project, one.department_id):
        raise NotAllowed(_("Each department enters its own findings."))
    if visit.state != "held" or one.attendance != Invitation.Attendance.PRESENT:
        raise WrongState(_("Findings are entered between the appointment and its report, by departments that came."))
    if one.finding:
        raise Stale()
    _check_finding(actor, one, finding, text, points)
    one.finding, one.text, one.found_by, one.found_at = finding, text.strip(), person(actor), now()
    one.save()
    Rectification.objects.bulk_create(
        Rectification(
            appointment=visit, project=project, department_id=one.department_id, text=point.text.strip()[:500],
            due_on=point.due_on,
        )
        for point in points
    )  # fmt: skip
    take_papers(actor, project, uploads, invitation=one)
    told_of(
        project, "found", actor, appointment=visit.pk, finding=finding, points=len(points),
        on_behalf=one.department.name, note=str(Invitation.Finding(finding).label),
    )  # fmt: skip
    _answer_by_finding(actor, project, visit, one)
    if points:
        notices.tell_builder(project, notices.POINTS, key=f"points:{one.pk}", visit=visit)
    return one


def _check_finding(actor: Actor, one: Invitation, finding: str, text: str, points: Sequence[Point]) -> None:
    wrong: dict[str, type_of_message] = {}
    if finding not in Invitation.Finding.values:
        wrong["finding"] = _("Please choose one of the answers.")
    if finding in (Invitation.Finding.FAILED, Invitation.Finding.RECTIFY) and not text.strip():
        wrong["text"] = _("Say what was found.")
    if finding == Invitation.Finding.RECTIFY and not points:
        wrong["points"] = _("Name at least one point to be mended.")
    if len(points) > MOST_POINTS or any(not point.text.strip() for point in points):
        wrong["points"] = _("Each point needs words; at most %(n)s points.") % {"n": MOST_POINTS}
    if any(point.due_on <= today() for point in points):
        wrong["points"] = _("The day by which a point is mended lies after today.")
    if finding == Invitation.Finding.FAILED and not policies.may_disagree(person(actor), one.department_id):
        wrong["finding"] = _("A clerk does not say no alone: a reviewer or the head of the department does.")
    if wrong:
        raise Invalid(fields=wrong)


ANSWERS = {
    Invitation.Finding.PASSED.value: OpinionRequest.Answer.AGREE,
    Invitation.Finding.RECTIFY.value: OpinionRequest.Answer.CONDITIONS,
    Invitation.Finding.FAILED.value: OpinionRequest.Answer.DISAGREE,
}


def _answer_by_finding(actor: Actor, project: Project, visit: Appointment, one: Invitation) -> None:
    """The finding is the department's opinion of this kind, where one waits; a preliminary one stays as it is."""
    rows = OpinionRequest.objects.filter(
        stage_id=visit.stage_id, department=one.department_id, kind=visit.kind, state="asked", preliminary=False
    )
    for request in db.lock_rows(rows.select_related("department", "stage"), list(rows.values_list("pk", flat=True))):
        request.project = project
        step = REQUEST.begin(request, "answer", actor, state_version=request.state_version)
        request.answer, request.text = ANSWERS[one.finding], one.text
        request.answered_on = request.ended_on = today()
        request.answered_by, request.late = person(actor), today() > request.due_on
        request.took_days = max(0, workdays().between(request.asked_on, today()))
        finish_request(step, actor, answer=request.answer, late=request.late)


@action
def issue_report(actor: Actor, appointment_id: int, *, conclusion: str, state_version: int) -> Appointment:
    """One report for all departments: who came, who consented by absence, what was found, what is to be mended."""
    project, visit = _visit(actor, appointment_id)
    step = APPOINTMENT.begin(visit, "report", actor, {"conclusion": conclusion}, state_version=state_version)
    silent = visit.invitations.filter(attendance="present", finding="").select_related("department").first()
    if silent is not None:
        raise WrongState(
            _("%(department)s was there and has not entered its findings yet."),
            code="findings_missing", department=silent.department.display_name,
        )  # fmt: skip
    visit.conclusion = step.inputs["conclusion"]
    step.apply()
    visit.report = reports.issue(visit, project)
    visit.save()
    told_of(project, "appointment_report", actor, appointment=visit.pk, note=visit.report.number)
    notices.tell_appointment(visit, notices.REPORTED, key=f"reported:{visit.pk}")
    return visit


# --- points to be mended -----------------------------------------------------------------------------------------------


@action
def mend(
    actor: Actor, point_id: int, *, text: str, uploads: Sequence[StoredFile] = (), state_version: int
) -> Rectification:
    """The builder reports that a point is mended. Raises as the lifecycle does."""
    project, point = locked_part(actor, Rectification.objects.select_related("department"), point_id)
    step = RECTIFICATION.begin(point, "mend", actor, {"text": text}, state_version=state_version)
    point.done_text, point.done_on = step.inputs["text"], today()
    step.apply()
    point.save()
    take_papers(actor, project, uploads, rectification=point)
    told_of(project, "point_mend", actor, point=point.pk, note=point.text[:80])
    notices.tell_department(
        project, notices.MENDED, point.department_id, key=f"mended:{point.pk}:{point.state_version}", point=point
    )
    return point


@action
def check_point(actor: Actor, point_id: int, code: str, *, note: str = "", state_version: int) -> Rectification:
    """The department that found it says "verify" or "again". Raises as the lifecycle does."""
    if code not in ("verify", "again"):
        raise WrongState()
    project, point = locked_part(actor, Rectification.objects.select_related("department"), point_id)
    step = RECTIFICATION.begin(point, code, actor, {"note": note}, state_version=state_version)
    point.check_note, point.checked_by, point.checked_on = step.inputs["note"], person(actor), today()
    step.apply()
    point.save()
    told_of(project, f"point_{code}", actor, point=point.pk, on_behalf=point.department.name, note=point.text[:80])
    notices.tell_builder(
        project, notices.CHECKED if code == "verify" else notices.AGAIN,
        key=f"{code}:{point.pk}:{point.state_version}", point=point,
    )  # fmt: skip
    return point


__all__ = [
    "Point",
    "cancel",
    "check_point",
    "deem",
    "find",
    "hold",
    "issue_report",
    "locked",
    "mend",
    "postpone",
    "set_appointment",
]
