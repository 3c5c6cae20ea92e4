"""The lists of joint review as files: projects, requests for opinions, tasks of meetings."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects import policies
from approvals.projects.lifecycle import PROJECT, REQUEST, TASK
from approvals.projects.models import StageCode
from approvals.projects.views import board, requests
from portal.core.exports import Column, register_export

DEPARTMENT = _("Department")
CODE, NAME = _("Project code"), _("Name of the project")


def _stage(code: str) -> Any:
    return StageCode(code).label if code else ""


def _filters(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    stage = params.get("stage", "")
    named = [
        (_("Stage"), _stage(stage) if stage in StageCode.values else ""),
        (_("Light"), params.get("lamp")),
        (_("Key projects only"), params.get("key") and _("Yes")),
        (_("Search"), params.get("q")),
    ]
    return [(label, value) for label, value in named if value]


def _tab(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), requests.TABS[requests.tab_of(params)][0])]


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "projects.projects",
        title=_("Projects under joint review"),
        columns=[
            Column(CODE, "code"),
            Column(NAME, "name"),
            Column(_("Builder"), "builder.name"),
            Column(_("Site"), "site"),
            Column(_("Kind of project"), lambda row: row.get_kind_display()),
            Column(_("Investment"), "investment_fen", "money"),
            Column(_("Leading department"), "lead.display_name"),
            Column(_("Key project"), lambda row: _("Yes") if row.key else _("No")),
            Column(pgettext_lazy("project", "State"), lambda row: PROJECT.states[row.state].label),
            Column(_("Stage"), lambda row: _stage(row.stage)),
            Column(_("Next day that is waited for"), "next_due_on", "date"),
            Column(_("Registered on"), "registered_on", "date"),
            Column(_("One after the other (working days)"), "serial_days", "integer"),
            Column(_("Side by side (working days)"), "span_days", "integer"),
            Column(_("Saved (working days)"), "saved_days", "integer"),
        ],
        queryset=board.projects_listed,
        policy=policies.may_see_desk,
        filters=_filters,
    )
    register_export(
        "projects.requests",
        title=_("Requests for opinions"),
        columns=[
            Column(CODE, "project.code"),
            Column(NAME, "project.name"),
            Column(DEPARTMENT, "department.display_name"),
            Column(pgettext_lazy("opinion", "Asked for"), lambda row: row.get_kind_display()),
            Column(_("Preliminary"), lambda row: _("Yes") if row.preliminary else _("No")),
            Column(_("Asked on"), "asked_on", "date"),
            Column(_("Due on"), "due_on", "date"),
            Column(pgettext_lazy("opinion", "State"), lambda row: REQUEST.states[row.state].label),
            Column(_("Opinion"), lambda row: row.get_answer_display()),
            Column(_("No answer since"), "silent_on", "date"),
            Column(_("By absence"), lambda row: _("Yes") if row.by_absence else _("No")),
            Column(pgettext_lazy("opinion", "Late"), lambda row: _("Yes") if row.late else _("No")),
            Column(_("Took (working days)"), "took_days", "integer"),
        ],
        queryset=requests.requests_listed,
        policy=policies.may_see_desk,
        filters=_tab,
    )
    register_export(
        "projects.tasks",
        title=_("Tasks of coordination meetings"),
        columns=[
            Column(CODE, "project.code"),
            Column(NAME, "project.name"),
            Column(_("Meeting"), "meeting.subject"),
            Column(DEPARTMENT, "department.display_name"),
            Column(_("Task"), "text"),
            Column(_("Due on"), "due_on", "date"),
            Column(pgettext_lazy("meeting task", "State"), lambda row: TASK.states[row.state].label),
            Column(_("Done on"), "done_on", "date"),
        ],
        queryset=requests.tasks_listed,
        policy=policies.may_see_desk,
    )
