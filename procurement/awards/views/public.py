"""The public pages: candidates and result of a tender, contracts as far as they are public, decisions and penalties."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.time import today
from portal.people.lists import page_of
from procurement.awards import limits, reading, standing
from procurement.awards.models import Contract, Penalty, Procedure, Remedy
from procurement.bidders.agents import organisations_of
from procurement.bids.joint import consortium_of
from procurement.tenders.policies import may_open
from procurement.tenders.stops import stopped_by
from procurement.tenders.views.public import face, public_one


@never_cache
@require_safe
def result(request: HttpRequest, number: str) -> HttpResponse:
    """Candidates while and after they are public, awards, public contracts, and how to object."""
    one = public_one(number, request.user)
    procedure = Procedure.objects.filter(project=one).first()
    label, tone = face(one)
    running = bool(procedure and procedure.stage == Procedure.Stage.PUBLICITY)
    shown = bool(procedure and procedure.published_on and procedure.stage != Procedure.Stage.REOPENED)
    last = procedure.public_until_on if procedure and running else None
    context = {
        "tender": one,
        "label": label,
        "tone": tone,
        "procedure": procedure,
        "running": running and last is not None and last >= today(),
        "left": (last - today()).days if last else 0,
        "shown": shown,
        "lots": reading.lots_of(one),
        "stopped": bool(stopped_by(one)),
        "first_kind": standing.first_kind(one),
        "government": limits.is_government(one),
        "decisions": list(Remedy.objects.decisions().filter(project=one)[:20]),
        "acts": organisations_of(request.user).exists(),
        "manages": may_open(request.user, one),
    }
    return render(request, "awards/result.html", context)


@never_cache
@require_safe
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The public part of a contract: between whom, about what, for how much, from when until when."""
    rows = Contract.objects.public().select_related("lot__project__buyer", "bidder__organisation")
    one = get_object_or_404(rows, pk=contract_id)
    joint = consortium_of(one.lot_id, one.bidder_id)
    context = {"contract": one, "tender": one.lot.project, "consortium": joint, "liability": reading.liability(one)}
    return render(request, "awards/public_contract.html", context)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Decisions on complaints, or the penalties; the latest first, without who complained."""
    penal = request.GET.get("show") == "penalties"
    rows: Any
    if penal:
        rows, order = Penalty.objects.public().select_related("organisation", "project"), "-decided_on"
    else:
        rows, order = Remedy.objects.decisions().select_related("project"), "-ended_on"
    page = page_of(rows, order, request.GET.get("cursor", ""))
    return render(request, "awards/decisions.html", {"page": page, "penal": penal})


@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """One decision on a complaint; who complained is not said."""
    rows = Remedy.objects.decisions().select_related("project__buyer")
    one = get_object_or_404(rows, number=number)
    return render(request, "awards/decision.html", {"remedy": one, "tender": one.project})
