"""What evaluation shows on the pages of tenders: sheets, the beginning, reports, what waits for the reader."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.time import now
from procurement.evaluation import policies
from procurement.evaluation.actions.sheets import EDITABLE
from procurement.evaluation.lifecycle import EVALUATION, TONES
from procurement.evaluation.models import Clarification, EvaluatedBid, Evaluation, Session
from procurement.evaluation.views.sheets import CHANGEABLE
from procurement.tenders import policies as tender_policies
from procurement.tenders.models import Lot, Project


def _sheets(project: Project) -> list[Lot]:
    return list(project.lots.select_related("sheet").prefetch_related("sheet__criteria"))


def public_panel(request: HttpRequest, project: Project) -> str:
    """How the bids are judged, for everybody: part of the tender documents."""
    lots = [lot for lot in _sheets(project) if hasattr(lot, "sheet")]
    if not lots:
        return ""
    return render_to_string("evaluation/panel_public.html", {"project": project, "lots": lots}, request=request)


def inner_panel(request: HttpRequest, project: Project) -> str:
    """The sheets with a lamp where one is missing, the beginning of the evaluation, and its reports."""
    if project.is_sale:
        return ""
    user: Any = request.user
    session = project.evaluation_sessions.order_by("-number").first()
    reports = Evaluation.objects.reported_to(user).filter(session__project=project).select_related("lot", "session")
    running = Evaluation.objects.filter(session=session, state="qualifying").select_related("lot__project")
    writes = policies.may_write_sheet(user, project)
    context = {
        "project": project,
        "lots": [(lot, getattr(lot, "sheet", None)) for lot in _sheets(project)],
        "writes": writes and project.state in EDITABLE | CHANGEABLE,
        "missing_matters": project.announced_at is not None,
        "session": session,
        "may_begin": writes and project.state == "opened" and (session is None or session.ended_at is not None),
        "reports": [(one, EVALUATION.states[one.state].label, TONES[one.state]) for one in reports.order_by("-pk")],
        "qualifying": [one for one in running if tender_policies.is_party(user, project)],
        "follows": policies.may_follow(user, session) if session else False,
    }
    return render_to_string("evaluation/panel_inner.html", context, request=request)


def own_panel(request: HttpRequest, _user: Any) -> str:
    """Questions that wait for one's firms, and the committees that one sits on; nothing for everybody else."""
    user: Any = request.user
    waiting = Clarification.objects.own(user).filter(answered_at__isnull=True, lapsed_at__isnull=True, due_at__gt=now())
    asked = Clarification.objects.own(user).exists()
    seated = Session.objects.seated(user).exists()
    negotiated = EvaluatedBid.objects.negotiated_by(user).filter(rejected=False, evaluation__state="negotiating")
    offering = list(negotiated.select_related("bid__bidder__organisation", "evaluation__lot__project").order_by("pk"))
    if not asked and not seated and not offering:
        return ""
    context = {"waiting": waiting.count() if asked else 0, "asked": asked, "seated": seated, "offering": offering}
    return render_to_string("evaluation/panel_own.html", context, request=request)
