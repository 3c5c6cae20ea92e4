"""What each role gets at the addresses of joint review: the table's department leads; the citizen acts for the builder."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.projects.models import (
    Appointment,
    Invitation,
    Meeting,
    MeetingTask,
    Milestone,
    OpinionRequest,
    Project,
    ProjectParty,
    Rectification,
    Stage,
)
from portal.people.models import Membership, Organisation
from tests.permissions import Cast, nothing, only, signed_in

DESK = ("clerk", "reviewer", "department_head")
WIDE = ("supervisor", "auditor", "administrator")
READERS = (*DESK, *WIDE)
DAY = dt.date(2026, 6, 1)


def project_of(cast: Cast) -> Project:
    firm = Organisation.objects.create(uscc="91320700MA1ABCDE0X", name="海州港城建设有限公司")
    Membership.objects.create(organisation=firm, user=cast.person("citizen"), starts_on=dt.date(2020, 1, 1))
    made = Project.objects.create(
        code="2408-350200-04-01-123456", name="滨海中学", builder=firm, site="海宁路", investment_fen=1, kind="government",
        lead=cast.department, registered_on=DAY, registered_by=cast.person("supervisor"), state="under_way",
    )  # fmt: skip
    ProjectParty.objects.create(project=made, department=cast.department)
    return made


def stage_of(cast: Cast) -> Stage:
    return Stage.objects.create(
        project=project_of(cast), code="planning", lead=cast.department, opened_on=DAY, limit_days=30, due_on=DAY
    )


def request_of(cast: Cast) -> OpinionRequest:
    stage = stage_of(cast)
    return OpinionRequest.objects.create(
        project=stage.project, stage=stage, department=cast.department, kind="consultation", asked_on=DAY, limit_days=5,
        due_on=DAY, amber_on=DAY,
    )  # fmt: skip


def visit_of(cast: Cast, state: str = "set") -> Invitation:
    stage = stage_of(cast)
    visit = Appointment.objects.create(
        project=stage.project, stage=stage, kind="inspection", starts_at=dt.datetime(2026, 6, 5, 1, tzinfo=dt.UTC),
        on=DAY, place="现场", state=state, set_by=cast.person("supervisor"),
        set_at=dt.datetime(2026, 6, 1, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    attendance = "present" if state == "held" else ""
    return Invitation.objects.create(appointment=visit, department=cast.department, person="王", attendance=attendance)


def point_of(cast: Cast, state: str) -> Rectification:
    visit = visit_of(cast).appointment
    return Rectification.objects.create(
        appointment=visit, project=visit.project, department=cast.department, text="x", due_on=DAY, state=state
    )


def project(cast: Cast) -> Mapping[str, Any]:
    return {"code": project_of(cast).code}


def helped(cast: Cast) -> Mapping[str, Any]:
    """A key project whose named contact is no clerk of any department."""
    made = project_of(cast)
    Project.objects.filter(pk=made.pk).update(key=True, helper=cast.person("hall_manager"))
    return {"code": made.code}


def stage(cast: Cast) -> Mapping[str, Any]:
    return {"code": stage_of(cast).project.code, "stage": "planning"}


def new_stage(cast: Cast) -> Mapping[str, Any]:
    return {"code": project_of(cast).code, "stage": "planning"}


def request(cast: Cast) -> Mapping[str, Any]:
    return {"pk": request_of(cast).pk}


def answering(cast: Cast) -> Mapping[str, Any]:
    return {"pk": request_of(cast).pk, "act": "answer"}


def visit(cast: Cast) -> Mapping[str, Any]:
    return {"pk": visit_of(cast).appointment_id}


def cancelling(cast: Cast) -> Mapping[str, Any]:
    return {"pk": visit_of(cast).appointment_id, "act": "cancel"}


def finding(cast: Cast) -> Mapping[str, Any]:
    made = visit_of(cast, "held")
    return {"pk": made.appointment_id, "invitation_id": made.pk}


def checking(cast: Cast) -> Mapping[str, Any]:
    return {"pk": point_of(cast, "done").pk, "act": "verify"}


def mending(cast: Cast) -> Mapping[str, Any]:
    return {"pk": point_of(cast, "open").pk}


def milestone(cast: Cast) -> Mapping[str, Any]:
    made = Milestone.objects.create(project=project_of(cast), name="开工", planned_on=DAY)
    return {"code": made.project.code, "pk": made.pk}


def task(cast: Cast) -> Mapping[str, Any]:
    one = project_of(cast)
    meeting = Meeting.objects.create(
        project=one, held_on=DAY, place="x", subject="x", chair="x", decisions="x", written_by=cast.person("supervisor"),
        written_at=dt.datetime(2026, 6, 1, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    made = MeetingTask.objects.create(meeting=meeting, project=one, department=cast.department, text="x", due_on=DAY)
    return {"pk": made.pk}


def ending(cast: Cast) -> Mapping[str, Any]:
    return {"code": project_of(cast).code, "act": "end"}


readers = only(*READERS)
RUNNERS = (*DESK, "supervisor")
runners = only(*RUNNERS)
runners_refused = only(*RUNNERS, status=422)
desk_done = only(*DESK, status=302)
# Whoever does not work for a department stands before the door of the staff's pages; the citizen has pages of the own.
ROWS: list[tuple] = [
    ("projects:mine", nothing, signed_in()),
    ("projects:mine-one", project, only("citizen", otherwise=404)),
    ("projects:link", project, {**only("citizen", *READERS, status=422, otherwise=404), "hall_manager": 404}, "post"),
    ("projects:mend", mending, only("citizen", status=422, otherwise=404), "post"),
    ("projects:board", nothing, readers),
    ("projects:new", nothing, only(*RUNNERS)),
    ("projects:new", nothing, only(*RUNNERS, status=422), "post"),
    ("projects:figures", nothing, readers),
    ("projects:plans", nothing, readers),
    ("projects:plan-new", lambda _cast: {"stage": "planning"}, only("supervisor", "administrator")),
    ("projects:plan-new", lambda _cast: {"stage": "planning"}, only("supervisor", "administrator", status=422), "post"),
    ("projects:requests", nothing, readers),
    ("projects:request", request, readers),
    ("projects:request-act", answering, only(*READERS, status=422), "post"),
    (
        "projects:request-act",
        answering,
        only(*DESK, status=302),
        "post",
        {"answer-verdict": "agree", "answer-state_version": "0"},
    ),
    ("projects:tasks", nothing, readers),
    ("projects:task", task, readers),
    ("projects:task", task, only(*DESK, status=302), "post", {"text": "x", "state_version": "0"}),
    ("projects:appointment", visit, readers),
    ("projects:appointment-act", cancelling, only(*READERS, status=422), "post"),
    (
        "projects:appointment-act",
        cancelling,
        only(*RUNNERS, status=302),
        "post",
        {"cancel-reason": "x", "cancel-state_version": "0"},
    ),
    ("projects:find", finding, only(*DESK, status=422), "post"),
    ("projects:point", checking, only(*READERS, status=422), "post"),
    ("projects:point", checking, desk_done, "post", {"state_version": "0"}),
    ("projects:project", project, readers),
    ("projects:edit", project, runners),
    ("projects:edit", project, runners_refused, "post"),
    ("projects:key", project, only("supervisor")),
    ("projects:key", project, only("supervisor", status=422), "post"),
    ("projects:project", helped, {**readers, "hall_manager": 200}),
    ("projects:milestone", helped, {**runners, "hall_manager": 200}),
    ("projects:milestone", project, runners),
    ("projects:milestone", project, runners_refused, "post"),
    ("projects:reach", milestone, runners_refused, "post"),
    ("projects:meeting", project, runners),
    ("projects:meeting", project, runners_refused, "post"),
    ("projects:step", ending, runners),
    ("projects:step", ending, runners_refused, "post"),
    ("projects:stage-open", new_stage, runners),
    ("projects:stage-open", new_stage, runners_refused, "post"),
    ("projects:stage-ask", stage, runners),
    ("projects:stage-ask", stage, runners_refused, "post"),
    ("projects:stage-close", stage, only(*RUNNERS, status=302), "post"),
    ("projects:appointment-new", stage, runners),
    ("projects:appointment-new", stage, runners_refused, "post"),
]
