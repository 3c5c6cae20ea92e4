"""The actions of joint review: each is one use case and one transaction."""

from approvals.projects.actions.answering import answer, ask, ask_again, confirm, withdraw_request
from approvals.projects.actions.appointments import (
    cancel,
    check_point,
    find,
    hold,
    issue_report,
    mend,
    postpone,
    set_appointment,
)
from approvals.projects.actions.cases import follow_case, link_case
from approvals.projects.actions.meetings import finish_task, hold_meeting
from approvals.projects.actions.plans import publish_plan
from approvals.projects.actions.portal import (
    lapse_due,
    light_amber,
    light_points,
    light_tasks,
    mark_silent_due,
    reflow_requests,
)
from approvals.projects.actions.registering import (
    add_milestone,
    complete,
    correct_project,
    end_project,
    mark_key,
    reach_milestone,
    register,
)
from approvals.projects.actions.stages import close_stage, open_stage

__all__ = [
    "add_milestone",
    "answer",
    "ask",
    "ask_again",
    "cancel",
    "check_point",
    "close_stage",
    "complete",
    "confirm",
    "correct_project",
    "end_project",
    "find",
    "finish_task",
    "follow_case",
    "hold",
    "hold_meeting",
    "issue_report",
    "lapse_due",
    "light_amber",
    "light_points",
    "light_tasks",
    "link_case",
    "mark_key",
    "mark_silent_due",
    "mend",
    "open_stage",
    "postpone",
    "publish_plan",
    "reach_milestone",
    "reflow_requests",
    "register",
    "set_appointment",
    "withdraw_request",
]
