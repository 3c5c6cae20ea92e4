"""What the pages of a project read: its stages side by side, what is waited for, appointments, meetings; few queries."""

from typing import Any

from django.db.models import Prefetch

from approvals.cases.policies import may_see as may_see_case
from approvals.projects import policies
from approvals.projects.actions.stages import next_stages
from approvals.projects.lifecycle import APPOINTMENT, PROJECT, RECTIFICATION, REQUEST, STAGE
from approvals.projects.lights import by_day, of_request
from approvals.projects.models import (
    Appointment,
    Invitation,
    Meeting,
    MeetingTask,
    OpinionRequest,
    Paper,
    Participant,
    Project,
    Rectification,
    Stage,
    StageCode,
)
from approvals.projects.standing import Saved, saved_of
from portal.core.calendar import workdays
from portal.core.time import today
from portal.core.workdays import WorkdayIndex
from portal.people.history import history_of


def with_papers() -> "Prefetch[str, Any, str]":
    return Prefetch("papers", queryset=Paper.objects.select_related("file"))


def requests_of(project: Project) -> list[OpinionRequest]:
    """All requests with what they show; two queries."""
    rows = OpinionRequest.objects.filter(project=project).select_related("department", "item", "answered_by")
    found = list(rows.prefetch_related(with_papers()).order_by("asked_on", "pk"))
    for one in found:
        one.project = project
    return found


def stages_shown(project: Project) -> list[dict[str, Any]]:
    """Every opened stage with its requests, lights and the days that working side by side saves."""
    light, by, index = of_request(), by_day(), workdays()
    asked: dict[int, list[OpinionRequest]] = {}
    for one in requests_of(project):
        asked.setdefault(one.stage_id, []).append(one)
    shown = []
    order = list(StageCode.values)
    for stage in sorted(project.stages.select_related("lead", "plan"), key=lambda one: order.index(one.code)):
        stage.project = project
        rows = asked.get(stage.pk, [])
        closed = stage.state == "closed"
        saved = Saved(stage.serial_days, stage.span_days) if closed else saved_of(rows, index)
        replaced = {one.replaces_id for one in rows}
        shown.append(
            {
                "stage": stage,
                "label": STAGE.states[stage.state].label,
                "light": by(stage.due_on, stage.due_on) if stage.state == "open" else None,
                "late": closed and stage.closed_on is not None and stage.closed_on > stage.due_on,
                "requests": [
                    {
                        "one": one,
                        "light": light(one),
                        "label": REQUEST.states[one.state].label,
                        "replaced": one.pk in replaced,
                    }
                    for one in rows
                ],
                "waiting": sum(1 for one in rows if one.is_waiting),
                "permits": [one for one in rows if one.is_waiting and one.is_permit],
                "saved": saved,
                "bars": bars(stage, rows, index),
            }
        )
    return shown


def bars(stage: Stage, rows: list[OpinionRequest], index: WorkdayIndex) -> dict[str, Any]:
    """The requests as bars beside one another, in working days since the stage was opened; the table says it in words."""
    day = today()
    drawn: list[dict[str, Any]] = []
    for place, one in enumerate(rows):
        end = one.ended_on or max(day, one.asked_on)
        start = max(0, index.between(stage.opened_on, one.asked_on))
        length = max(0, index.between(one.asked_on, end))
        css = "late" if one.late or one.silent_on or (one.is_waiting and day > one.due_on) else one.state
        drawn.append({"y": place * 10 + 1, "x": start * 10, "width": max(3, length * 10), "css": css})
    widest = max([stage.limit_days * 10, *(bar["x"] + bar["width"] for bar in drawn)])
    return {"drawn": drawn, "width": widest, "height": len(rows) * 10, "limit": stage.limit_days * 10}


def appointments_of(project: Project) -> list[dict[str, Any]]:
    """Appointments, the latest first, with who was invited; two queries."""
    rows = project.appointments.select_related("report").prefetch_related(
        Prefetch("invitations", queryset=Invitation.objects.select_related("department"))
    )
    return [
        {
            "one": one,
            "label": APPOINTMENT.states[one.state].label,
            "absent": [each for each in one.invitations.all() if each.consented_by_absence],
        }
        for one in rows.order_by("-starts_at")
    ]


def points_of(project: Project, user: Any, visit: Appointment | None = None) -> list[dict[str, Any]]:
    """Points to be mended with the steps that the reader can take; two queries."""
    rows = Rectification.objects.filter(project=project).select_related("department").prefetch_related(with_papers())
    if visit is not None:
        rows = rows.filter(appointment=visit)
    by = by_day()
    shown = []
    for one in rows:
        one.project = project
        shown.append(
            {
                "one": one,
                "label": RECTIFICATION.states[one.state].label,
                "light": by(one.due_on, one.due_on) if one.state == "open" else None,
                "steps": RECTIFICATION.offered(one, user),
            }
        )
    return shown


def meetings_of(project: Project, user: Any) -> list[Any]:
    """Meetings with participants and tasks; three queries."""
    tasks = MeetingTask.objects.select_related("department")
    rows = Meeting.objects.filter(project=project).prefetch_related(
        Prefetch("participants", queryset=Participant.objects.select_related("department")),
        Prefetch("tasks", queryset=tasks),
    )
    by, shown = by_day(), []
    for meeting in rows:
        lines = []
        for task in meeting.tasks.all():
            task.project = project
            mine = task.state == "open" and policies.may_do_task(user, task)
            lines.append((task, by(task.due_on, task.due_on) if task.state == "open" else None, mine))
        shown.append((meeting, lines))
    return shown


def page_context(user: Any, project: Project) -> dict[str, Any]:
    """Everything of the staff's page."""
    runs = policies.may_run(user, project)
    stages = stages_shown(project)
    contact_open = policies.may_see_contact(user, project) and bool(project.contact_name or project.contact_phone)
    return {
        "project": project,
        "label": PROJECT.states[project.state].label,
        "light": by_day()(project.next_due_on, project.amber_on) if project.is_open else None,
        "stages": stages,
        "to_open": [(code, StageCode(code).label) for code in next_stages(project)] if runs and project.is_open else [],
        "appointments": appointments_of(project),
        "points": points_of(project, user),
        "meetings": meetings_of(project, user),
        "milestones": list(project.milestones.all()) if project.key else [],
        "cases": cases_of(project, user),
        "runs": runs,
        "codes": {step.code for step in PROJECT.offered(project, user)},
        "may_key": policies.may_mark_key(user, project) and project.is_open,
        "may_milestone": project.key and project.is_open and policies.may_follow_milestones(user, project),
        "may_link": project.is_open and policies.may_link(user, project),
        "contact_open": contact_open,
        "history": history_of(project),
        "saved": Saved(sum(one["saved"].serial for one in stages), sum(one["saved"].span for one in stages)),
    }


def cases_of(project: Project, user: Any) -> list[tuple[Any, bool]]:
    """Linked cases, and whether the reader may open them; one query."""
    rows = project.cases.select_related("case__item", "case__department", "request")
    return [(one, may_see_case(user, one.case)) for one in rows]
