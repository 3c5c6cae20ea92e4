"""What awards hang into the pages of tenders: the way to the result, to the inner page of the award, to the remedies."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.registries import register_panel
from procurement.awards import reading, standing
from procurement.awards.models import Procedure
from procurement.bidders.agents import organisations_of
from procurement.tenders.models import Project


def connect() -> None:
    """Called in `ready()`."""
    register_panel("tenders.tender", "awards", public_panel, order=60)
    register_panel("tenders.project", "awards", inner_panel, order=60)
    register_panel("tenders.mine", "awards", mine_panel, order=60)


def public_panel(request: HttpRequest, project: Project) -> str:
    """On the public page, as soon as the tender is announced: documents can be objected to from then on."""
    return _panel(request, project, inner=False)


def inner_panel(request: HttpRequest, project: Project) -> str:
    """On the inner page, once there is anything to award."""
    return _panel(request, project, inner=True) if project.announced_at is not None else ""


def _panel(request: HttpRequest, project: Project, *, inner: bool) -> str:
    procedure = Procedure.objects.filter(project=project).first()
    context = {
        "tender": project,
        "inner": inner,
        "procedure_there": procedure is not None or (project.is_sale and project.state == "closed"),
        "stage": procedure.get_stage_display() if procedure else "",
        "lamp": reading.stage_lamps([procedure])[procedure.pk] if procedure and inner else "",
        "first_kind": standing.first_kind(project),
    }
    return render_to_string("awards/_panel.html", context, request=request)


def mine_panel(request: HttpRequest, user: Any) -> str:
    return render_to_string("awards/_panel_mine.html", {}, request=request) if organisations_of(user).exists() else ""
