"""What joint review hangs into other rooms: navigation, a panel on the case, files, papers, search, words of the history."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases import onlookers
from approvals.cases.models import Case
from approvals.projects import policies
from approvals.projects.actions.common import FILE_KIND
from approvals.projects.lifecycle import APPOINTMENT, PROJECT, RECTIFICATION, REQUEST
from approvals.projects.models import Appointment, Project, ProjectCase, ProjectParty
from portal.core import access, documents, files
from portal.core.documents import Shelf
from portal.core.models import StoredFile
from portal.core.registries import HANDLING, OWN, PUBLIC, STAFF, register_nav, register_panel
from portal.core.search import register_index
from portal.people.history import register_history

if TYPE_CHECKING:
    from portal.people.models import User

READERS = {"clerk", "reviewer", "department_head", "government_head", "supervisor", "auditor", "administrator"}
REPORTS = "projects.appointment"


def connect() -> None:
    """Called once, in the app's ready()."""
    register_index("projects.Project")
    register_nav(STAFF, pgettext_lazy("menu", "Joint review"), "projects:board", READERS, order=47, group=HANDLING)
    register_nav(PUBLIC, pgettext_lazy("menu", "My projects"), "projects:mine", {"agent"}, order=47, group=OWN)
    register_panel("cases.case", "projects", desk_panel, order=20)
    register_panel("cases.detail", "projects", citizen_panel, order=30)
    files.register_policy(FILE_KIND, may_read_paper)
    documents.register_shelf(Shelf(REPORTS, visible=_readable, may_read=_may_read, may_manage=_may_manage))
    onlookers.register("projects", shared_cases)
    access.register_stream("projects.project", _("Construction project"), link=_link)
    access.register_words({f"file:{FILE_KIND}": _("Paper of a joint review"), "contact": _("Contact person")})
    _words()


def shared_cases(departments: Collection[int]) -> "QuerySet[Any, Any]":
    """The cases of the projects that these departments lead, were asked about or have a task in."""
    concerned = ProjectParty.objects.filter(department__in=departments).values("project")
    return ProjectCase.objects.filter(project__in=concerned).values("case")


def _link(pk: int) -> str:
    code = Project.objects.filter(pk=pk).values_list("code", flat=True).first()
    return reverse("projects:project", args=[code]) if code else reverse("projects:board")


def desk_panel(request: HttpRequest, case: Case) -> str:
    """The project that a case belongs to, on its page at the desk; one query."""
    return _panel(request, case, "projects:project")


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """The same on the applicant's page, where it is filed for an organisation."""
    return _panel(request, case, "projects:mine-one") if case.organisation_id else ""


def _panel(request: HttpRequest, case: Case, page: str) -> str:
    link = ProjectCase.objects.filter(case=case.pk).select_related("project", "request__stage").first()
    if link is None:
        return ""
    shown = policies.may_see(request.user, link.project)
    context = {"link": link, "project": link.project, "url": reverse(page, args=[link.project.code]) if shown else ""}
    return render_to_string("projects/panel_case.html", context, request=request)


def may_read_paper(user: Any, file: StoredFile) -> bool:
    """Whoever sees the project that the file belongs to."""
    project = Project.objects.filter(pk=file.stream_id or 0).first()
    return project is not None and policies.may_see(user, project)


def _readable(user: "User") -> Any:
    return Appointment.objects.visible_to(user).values("pk")


def _may_read(user: "User", pk: int) -> bool:
    visit = Appointment.objects.filter(pk=pk).select_related("project").first()
    return visit is not None and policies.may_see(user, visit.project)


def _may_manage(user: "User", pk: int) -> bool:
    visit = Appointment.objects.filter(pk=pk).select_related("project").first()
    return visit is not None and policies.may_run(user, visit.project)


def _words() -> None:
    register_history(
        {
            "projects.registered": pgettext_lazy("history", "Project registered"),
            "projects.corrected": pgettext_lazy("history", "File corrected"),
            "projects.key": pgettext_lazy("history", "Green channel opened"),
            "projects.milestone_planned": pgettext_lazy("history", "Milestone planned"),
            "projects.milestone_reached": pgettext_lazy("history", "Milestone reached"),
            "projects.stage_closed": pgettext_lazy("history", "Stage closed"),
            "projects.asked": pgettext_lazy("history", "One more department asked"),
            "projects.asked_again": pgettext_lazy("history", "Department asked again"),
            "projects.request_amber": pgettext_lazy("history", "Department reminded"),
            "projects.due_moved": pgettext_lazy("history", "Days counted anew by the calendar"),
            "projects.department_moved": pgettext_lazy("history", "Handed over to the successor"),
            "projects.appointment_set": pgettext_lazy("history", "Appointment announced"),
            "projects.found": pgettext_lazy("history", "Findings entered"),
            "projects.meeting": pgettext_lazy("history", "Coordination meeting held"),
            "projects.task_done": pgettext_lazy("history", "Task of a meeting done"),
            "projects.case_linked": pgettext_lazy("history", "Case named"),
            **{f"projects.{code}": step.told for code, step in PROJECT.transitions.items()},
            **{f"projects.request_{code}": step.told for code, step in REQUEST.transitions.items()},
            **{f"projects.appointment_{code}": step.told for code, step in APPOINTMENT.transitions.items()},
            **{f"projects.point_{code}": step.told for code, step in RECTIFICATION.transitions.items()},
        }
    )
