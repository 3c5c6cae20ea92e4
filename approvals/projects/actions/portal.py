"""What the portal does when days have passed: reminders, silence, lapsed opinions; and after a change of days."""

import datetime as dt

from approvals.projects import notices, rules
from approvals.projects.actions.appointments import deem
from approvals.projects.actions.common import PORTAL, finish_request, locked, settle, told_of
from approvals.projects.lifecycle import REQUEST
from approvals.projects.measures import OPINION_MEASURES
from approvals.projects.models import Appointment, MeetingTask, OpinionRequest, Project, Rectification, Stage
from portal.core import db
from portal.core.actions import action
from portal.core.calendar import calendar_version, workdays
from portal.core.statistics import watch
from portal.core.time import today

BATCH = 200


def light_amber(limit: int = BATCH) -> int:
    """Remind departments whose answer is due soon, each request once; returns how many."""
    rows = OpinionRequest.objects.filter(state="asked", amber_lit_on__isnull=True, amber_on__lte=today())
    return sum(_remind(pk) for pk in list(rows.order_by("amber_on", "pk").values_list("pk", flat=True)[:limit]))


@action
def _remind(request_id: int) -> int:
    project, one = _taken(request_id)
    if one.state != "asked" or one.amber_lit_on is not None or one.amber_on > today():
        return 0
    one.amber_lit_on = today()
    one.save(update_fields=["amber_lit_on"])
    if one.due_on >= today():  # past the day silence says it
        notices.tell_request(one, notices.AMBER, key=f"amber:{one.pk}")
        told_of(project, "request_amber", PORTAL, request=one.pk, on_behalf=one.department.name)
    return 1


def mark_silent_due(limit: int = BATCH) -> int:
    """The day has passed without an answer: count it, and let follow what the kind says; returns how many."""
    rows = OpinionRequest.objects.filter(state="asked", silent_on__isnull=True, due_on__lt=today())
    return sum(_silent(pk) for pk in list(rows.order_by("due_on", "pk").values_list("pk", flat=True)[:limit]))


@action
def _silent(request_id: int) -> int:
    """Consent for a consultation, an inspection, an acceptance; a permit and a preliminary opinion are waited for."""
    _project, one = _taken(request_id)
    if one.state != "asked" or one.silent_on is not None or one.due_on >= today():
        return 0  # answered, or moved by the calendar, meanwhile
    one.silent_on = workdays().add(one.due_on, 1)
    one.amber_lit_on = one.amber_lit_on or today()
    finish_request(REQUEST.begin(one, "mark_silent", PORTAL, state_version=None), PORTAL)
    if one.silence_is_consent:
        deem(one, by_absence=False)
        notices.tell_request(one, notices.DEEMED, key=f"deemed:{one.pk}", supervisors=True)
    else:
        notices.tell_request(one, notices.SILENT, key=f"silent:{one.pk}", supervisors=True)
    return 1


def lapse_due(limit: int = BATCH) -> int:
    """Preliminary opinions that nobody confirmed in time lapse; returns how many."""
    rows = OpinionRequest.objects.filter(state="preliminary", confirm_by_on__lt=today())
    return sum(_lapse(pk) for pk in list(rows.order_by("confirm_by_on", "pk").values_list("pk", flat=True)[:limit]))


@action
def _lapse(request_id: int) -> int:
    _project, one = _taken(request_id)
    if one.state != "preliminary" or one.confirm_by_on is None or one.confirm_by_on >= today():
        return 0
    one.ended_on = today()
    finish_request(REQUEST.begin(one, "lapse", PORTAL, state_version=None), PORTAL)
    notices.tell_request(one, notices.LAPSED, key=f"lapsed:{one.pk}", lead=True)
    return 1


def _taken(request_id: int) -> tuple[Project, OpinionRequest]:
    project_id = OpinionRequest.objects.values_list("project_id", flat=True).get(pk=request_id)
    project = locked(PORTAL, project_id)
    one = db.lock_row(OpinionRequest.objects.select_related("department", "stage", "item"), request_id)
    one.project = project
    return project, one


# --- tasks and points ----------------------------------------------------------------------------------------------------


@action
def light_tasks(limit: int = BATCH) -> int:
    """Tell departments that a task of a meeting is overdue, each once; returns how many."""
    due = MeetingTask.objects.filter(state="open", red_lit_on__isnull=True, due_on__lt=today()).order_by("pk")
    rows = MeetingTask.objects.select_related("department", "project", "meeting").filter(red_lit_on__isnull=True)
    found = db.lock_rows(rows, list(due.values_list("pk", flat=True)[:limit]))
    for task in found:
        task.red_lit_on = today()
        task.save(update_fields=["red_lit_on"])
        if task.state == "open":
            notices.tell_task(task, notices.TASK_LATE, key=f"task-late:{task.pk}")
    return len(found)


@action
def light_points(limit: int = BATCH) -> int:
    """Tell builder and department that a point was to be mended by now, each once; returns how many."""
    due = Rectification.objects.filter(state="open", red_lit_on__isnull=True, due_on__lt=today()).order_by("pk")
    rows = Rectification.objects.select_related("department", "project").filter(red_lit_on__isnull=True)
    found = db.lock_rows(rows, list(due.values_list("pk", flat=True)[:limit]))
    for point in found:
        point.red_lit_on = today()
        point.save(update_fields=["red_lit_on"])
        if point.state == "open":
            notices.tell_builder(point.project, notices.POINT_LATE, key=f"point-late:{point.pk}", point=point)
            notices.tell_department(
                point.project, notices.POINT_LATE, point.department_id, key=f"point-late:{point.pk}", point=point
            )
    return len(found)


# --- after a change of the calendar -----------------------------------------------------------------------------------


def reflow_requests(limit: int = BATCH) -> int:
    """Count the days of what is waited for anew by the present calendar; returns how many projects were looked at."""
    version = calendar_version()
    rows = OpinionRequest.objects.filter(state="asked").exclude(calendar_version=version).order_by("project_id")
    pks = list(rows.values_list("project_id", flat=True).distinct()[:limit])
    for pk in pks:
        _reflow(pk, version)
    return len(pks)


@action
def _reflow(project_id: int, version: int) -> None:
    project, index = locked(PORTAL, project_id), workdays()
    ahead = rules.days("amber_days")
    moved: list[tuple[str, dt.date, dt.date]] = []
    for one in OpinionRequest.objects.filter(project=project, state="asked").select_related("department", "stage"):
        before, one.project = one.due_on, project
        one.calendar_version = version
        if one.silent_on is None:  # what was counted as silent stays counted
            one.due_on = index.add(one.asked_on, one.limit_days)
            one.amber_on = max(one.asked_on, index.add(one.due_on, -ahead))
        with watch(OPINION_MEASURES, one):
            one.save(update_fields=["calendar_version", "due_on", "amber_on"])
        if one.due_on != before:
            moved.append((one.department.name, before, one.due_on))
            notices.tell_request(one, notices.MOVED, key=f"moved:{one.pk}:{version}")
    for stage in Stage.objects.filter(project=project, state="open"):
        stage.due_on = index.add(stage.opened_on, stage.limit_days)
        stage.save(update_fields=["due_on"])
    settle(project)
    if moved:
        told_of(project, "due_moved", PORTAL, moved=len(moved), note="；".join(f"{n} {b} → {a}" for n, b, a in moved))


@action
def warn_of_days_off(from_day: dt.date) -> int:
    """Tell those who run a project that its appointment now lies on a day off; returns how many."""
    index, told = workdays(), 0
    for visit in Appointment.objects.filter(state="set", on__gte=max(from_day, today())).select_related(
        "project__lead"
    ):
        if index.is_workday(visit.on):
            continue
        told += 1
        key = f"day-off:{visit.pk}:{index.version}"
        notices.tell_department(visit.project, notices.DAY_OFF, visit.project.lead_id, key=key, visit=visit)
    return told
