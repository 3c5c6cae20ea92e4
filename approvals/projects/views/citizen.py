"""The builder's side: own projects, what is asked and said, appointments, points to be mended, naming a case."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals.projects import actions, policies
from approvals.projects.forms import CaseForm, MendForm
from approvals.projects.lifecycle import PROJECT
from approvals.projects.lights import by_day
from approvals.projects.models import Project, Rectification
from approvals.projects.reading import appointments_of, cases_of, points_of, stages_shown
from approvals.projects.standing import Saved
from approvals.projects.views.common import attempt, papers_of
from portal.core.errors import NotFound
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The projects of the organisations that the person acts for, the newest first."""
    rows = Project.objects.of_builder(request.user).light().select_related("builder", "lead")
    page = page_of(rows, "-registered_on", request.GET.get("cursor", ""))
    by = by_day()
    shown = [
        (one, PROJECT.states[one.state].label, by(one.next_due_on, one.amber_on) if one.is_open else None)
        for one in page.rows
    ]
    return render(request, "projects/mine.html", {"page": page, "rows": shown})


def _own(request: HttpRequest, code: str) -> Project:
    rows = Project.objects.of_builder(request.user).select_related("builder", "lead", "helper")
    return get_object_or_404(rows, code=code)


def _context(
    request: HttpRequest, project: Project, case_form: Any = None, mend: Any = None, at: int = 0
) -> dict[str, Any]:
    user: Any = request.user
    stages = stages_shown(project)
    points = points_of(project, user)
    for row in points:
        one, codes = row["one"], {step.code for step in row["steps"]}
        if "mend" in codes:
            fresh = MendForm(initial={"state_version": one.state_version}, prefix=f"mend-{one.pk}")
            row["form"] = mend if mend is not None and at == one.pk else fresh
    return {
        "project": project,
        "label": PROJECT.states[project.state].label,
        "stages": stages,
        "permits": [one for row in stages for one in row["permits"]],
        "appointments": appointments_of(project),
        "points": points,
        "to_mend": [row for row in points if row["one"].state == "open"],
        "cases": cases_of(project, user),
        "case_form": case_form or CaseForm(),
        "faulty": case_form or mend,
        "milestones": list(project.milestones.all()) if project.key else [],
        "saved": Saved(sum(one["saved"].serial for one in stages), sum(one["saved"].span for one in stages)),
    }


@never_cache
@require_safe
@login_required
def mine_one(request: HttpRequest, code: str) -> HttpResponse:
    """One project as its builder sees it."""
    return render(request, "projects/mine_one.html", _context(request, _own(request, code)))


@require_POST
@login_required
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a case belongs to the project: the builder, or who runs the project."""
    staff = (
        policies.may_see_desk(request.user) and not Project.objects.of_builder(request.user).filter(code=code).exists()
    )
    rows = Project.objects.visible_to(request.user) if staff else Project.objects.of_builder(request.user)
    project = get_object_or_404(rows.select_related("builder", "lead", "helper"), code=code)
    form = CaseForm(request.POST)
    actor = actor_for(request, None if staff else Role.AGENT)
    if attempt(form, lambda: actions.link_case(actor, project.pk, form.cleaned_data["number"])):
        messages.success(request, _("The case belongs to the project now."))
        return redirect("projects:project" if staff else "projects:mine-one", code)
    if staff:
        context = {
            "form": form,
            "project": project,
            "back": f"/projects/{code}/",
            "title": _("Name a case of the project"),
        }
        return render(request, "projects/form.html", context, status=422)
    return render(request, "projects/mine_one.html", _context(request, project, case_form=form), status=422)


@require_POST
@login_required
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """The builder reports a point as mended."""
    one = get_object_or_404(Rectification.objects.select_related("project"), pk=pk)
    if not policies.acts_for_builder(request.user, one.project):
        raise NotFound()
    form = MendForm(request.POST, request.FILES, prefix=f"mend-{pk}")
    actor = actor_for(request, Role.AGENT)
    papers_of(request, form, actor)

    def act() -> None:
        data = form.cleaned_data
        actions.mend(actor, pk, text=data["text"], uploads=form.kept, state_version=data["state_version"])

    if attempt(form, act):
        messages.success(request, _("Reported. The department checks it."))
        return redirect("projects:mine-one", one.project.code)
    context = _context(request, _own(request, one.project.code), mend=form, at=pk)
    return render(request, "projects/mine_one.html", context, status=422)
