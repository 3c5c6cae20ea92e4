"""What follows from news of other rooms: a decided case, a closed department, a changed calendar."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.projects import actions
from approvals.projects.actions.common import PORTAL, join, told_of
from approvals.projects.actions.portal import warn_of_days_off
from approvals.projects.measures import OPINION_MEASURES
from approvals.projects.models import (
    Invitation,
    MeetingTask,
    OpinionRequest,
    Project,
    ProjectCase,
    Rectification,
    Stage,
)
from portal.core import db
from portal.core.events import on_event
from portal.core.jobs import Job, Later, enqueue, job
from portal.core.statistics import watch
from portal.core.time import ZONE, today
from portal.people.closing import OpenWork, register_open_work
from portal.people.models import Department

FOLLOW_CASE, FOLLOW_DEPARTMENT, REFLOW = "projects.follow_case", "projects.follow_department", "projects.reflow"
# Whatever makes, unmakes or ends a decision of a case.
FOLLOWED = ("approve", "deem_granted", "refuse", "withdraw", "terminate", "correct")
BATCH = 50


@job(FOLLOW_CASE, steps=True)
def follow_case_job(payload: dict[str, Any], _job: Job) -> None:
    """A linked case was decided, or its decision undone. Safe to repeat."""
    actions.follow_case(payload["stream_id"])


def any_links() -> bool:
    """Asked at each decision of a case: without any link nobody needs the job."""
    return ProjectCase.objects.exists()


@job(REFLOW, steps=True, lease_seconds=300)
def reflow_job(payload: dict[str, Any], running: Job) -> None:
    """Recompute the days of what is waited for; project by project, each in its own transaction."""
    while actions.reflow_requests():
        running.renew()
    warn_of_days_off(dt.date.fromisoformat(payload["from_day"]))


def calendar_changed(from_day: dt.date, version: int) -> None:
    enqueue(REFLOW, {"from_day": from_day.isoformat()}, key=f"projects:{version}")


@job(FOLLOW_DEPARTMENT, steps=True, lease_seconds=300)
def follow_department(payload: dict[str, Any], running: Job) -> None:
    """What is open with a closed department goes to its successor; what it said and missed stays with it."""
    department = Department.objects.filter(pk=payload["stream_id"]).select_related("successor").first()
    if department is None or department.closed_on is None or department.successor is None:
        return
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    while pks := _concerned(department.pk):
        with running.step():
            for project in db.lock_rows(Project.objects.all(), pks):
                _hand_over(project, department, department.successor)
        running.renew()


def _concerned(department_id: int) -> list[int]:
    """Open projects that the department still leads or owes something, a batch of them."""
    found: set[int] = set(
        Project.objects.open().filter(lead=department_id).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    waiting: list[Any] = [
        OpinionRequest.objects.waiting().filter(department=department_id),
        MeetingTask.objects.filter(department=department_id, state="open"),
        Rectification.objects.filter(department=department_id, state__in=("open", "done")),
        Invitation.objects.filter(department=department_id, attendance="", appointment__state="set"),
        Stage.objects.filter(lead=department_id, state="open"),
    ]
    for rows in waiting:
        column = "appointment__project_id" if rows.model is Invitation else "project_id"
        found.update(rows.order_by("pk").values_list(column, flat=True)[:BATCH])
    return sorted(found)[:BATCH]


def _hand_over(project: Project, old: Department, new: Department) -> None:
    """One project under its lock. A question that the successor has been asked anyway is not put twice: it is withdrawn."""
    join(project, new)
    for one in OpinionRequest.objects.waiting().filter(project=project, department=old).select_related("stage"):
        twin = OpinionRequest.objects.waiting().filter(
            stage=one.stage_id, department=new, kind=one.kind, item=one.item_id
        )
        with watch(OPINION_MEASURES, one):
            if twin.exists():
                one.state, one.ended_on = "withdrawn", today()
            else:
                one.department = new
            one.state_version += 1
            one.save()
    for invitation in Invitation.objects.filter(appointment__project=project, department=old, attendance=""):
        if Invitation.objects.filter(appointment=invitation.appointment_id, department=new).exists():
            invitation.delete()
        else:
            invitation.department = new
            invitation.save(update_fields=["department"])
    MeetingTask.objects.filter(project=project, department=old, state="open").update(department=new)
    Rectification.objects.filter(project=project, department=old, state__in=("open", "done")).update(department=new)
    Stage.objects.filter(project=project, lead=old, state="open").update(lead=new)
    if project.lead_id == old.pk:
        project.lead = new
        project.save(update_fields=["lead"])
    told_of(project, "department_moved", PORTAL, **{"from": old.name, "to": new.name})


def connect() -> None:
    """Called in `ready()`."""
    for code in FOLLOWED:
        on_event(f"case.{code}", FOLLOW_CASE, when=any_links)
    on_event("department.closed", FOLLOW_DEPARTMENT)
    register_open_work(
        OpenWork(
            "projects",
            _("Open questions of joint reviews"),
            lambda department_id: OpinionRequest.objects.waiting().filter(department=department_id).count(),
            lambda _user_id: 0,
        )
    )
