"""What experts hang into the pages of a tender: the draw inside, its published proof outside."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from procurement.experts.lifecycle import DRAW, DRAW_TONES
from procurement.experts.models import Draw
from procurement.experts.policies import may_run_draw
from procurement.tenders.models import Project


def inner_panel(request: HttpRequest, project: Project) -> str:
    """The draws of the tender, and for who may the way to freeze the pool. One query."""
    return _panel(request, project, "experts/_inner_panel.html")


def public_panel(request: HttpRequest, project: Project) -> str:
    """That experts were drawn, and where the proof stands. One query."""
    return _panel(request, project, "experts/_public_panel.html")


def _panel(request: HttpRequest, project: Project, template: str) -> str:
    if project.announced_at is None or project.is_sale:
        return ""
    draws = [
        (one, DRAW.states[one.state].label, DRAW_TONES[one.state]) for one in project.draws.defer("pool", "orders")
    ]
    context: dict[str, Any] = {"tender": project, "draws": draws}
    if template.endswith("_inner_panel.html"):
        standing = any(one.state != "failed" for one, _label, _tone in draws)
        context["may_freeze"] = not standing and may_run_draw(request.user, Draw(project=project))  # type: ignore[arg-type]
    return render_to_string(template, context, request)
