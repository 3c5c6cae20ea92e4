"""Opening, extending and closing the stages of a project."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from approvals.projects import actions, rules
from approvals.projects.actions.stages import comes_early, plan_of
from approvals.projects.forms import AskForm, OpenStageForm, departments
from approvals.projects.models import OpinionRequest, StageCode
from approvals.projects.views.common import actor_in, form_page, readers, run_by_me
from portal.core.calendar import workdays
from portal.core.errors import DomainError, NotAllowed, NotFound
from portal.core.time import today
from portal.people.views.common import posted


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def open_stage(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Shows who is asked and by when; sent, all of them are asked on this day."""
    if stage not in StageCode.values:
        raise NotFound()
    project = run_by_me(request, code)
    early = comes_early(project, stage)
    form = OpenStageForm(posted(request), ahead=early, initial={"state_version": project.state_version})
    back = reverse("projects:project", args=[code])

    def act() -> None:
        data = form.cleaned_data
        actions.open_stage(
            actor_in(request, project.lead_id), project.pk, stage, early=data.get("early", False), note=data["note"],
            state_version=data["state_version"],
        )  # fmt: skip

    return form_page(
        request, form, act, lambda: back, said=_("The stage is open, and all departments have been asked."),
        template="projects/open_stage.html", project=project, back=back, stage_label=StageCode(stage).label,
        early=early, **_asked(stage),
    )  # fmt: skip


def _asked(stage: str) -> dict[str, Any]:
    """Who would be asked today, with the days."""
    plan, index, day = plan_of(stage), workdays(), today()
    usual = rules.days("opinion_days")
    lines = plan.lines.select_related("department", "item") if plan else []
    limit = rules.days(f"{stage}_days")
    return {
        "plan": plan,
        "lines": [
            (
                line,
                OpinionRequest.Kind(line.kind).label,
                line.limit_days or usual,
                index.add(day, line.limit_days or usual),
            )
            for line in lines
        ],
        "limit": limit,
        "due": index.add(day, limit),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def ask(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Ask one more department in an open stage."""
    project = run_by_me(request, code)
    row = get_object_or_404(project.stages, code=stage, state="open")
    form = AskForm(posted(request), choices=departments())
    back = reverse("projects:project", args=[code])

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.ask(actor_in(request, project.lead_id), row.pk, department_id=data.pop("department"), **data)

    return form_page(
        request, form, act, lambda: back, said=_("The department has been asked."), project=project, back=back,
        title=_("Ask one more department"),
    )  # fmt: skip


@require_POST
@readers
def close(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Close a stage; what it still waits for is said on the project's page."""
    project = run_by_me(request, code)
    row = get_object_or_404(project.stages, code=stage)
    version = request.POST.get("state_version", "")
    try:
        sent = int(version) if version.isdecimal() and len(version) < 10 else -1
        actions.close_stage(actor_in(request, project.lead_id), row.pk, state_version=sent)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The stage is closed."))
    return redirect("projects:project", code)
