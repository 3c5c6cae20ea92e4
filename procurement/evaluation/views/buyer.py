"""The buyer's pages: its own review of the qualification, and the signed report."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.models import Document
from procurement.evaluation import actions, policies
from procurement.evaluation.forms import VoteForm
from procurement.evaluation.lifecycle import EVALUATION, TONES
from procurement.evaluation.models import Evaluation, Rejection, Verdict
from procurement.evaluation.models.sheet import Criterion
from procurement.evaluation.views.cards import finding_cells, findings_of, refused
from procurement.evaluation.views.common import RELATED, STREAM, page, submitted, typed
from procurement.evaluation.views.desk import result_of
from procurement.tenders.views.desk import actor_of_page, base_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def qualification(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The buyer judges the qualification, hears who fails, and hands the lot over to the committee."""
    user: Any = request.user
    one = get_object_or_404(Evaluation.objects.select_related(*RELATED), pk=evaluation_id)
    if not policies.may_qualify(user, one):
        raise Http404
    actor = actor_of_page(request)
    rejections = list(_rejections(one))
    asked = {row.bid_id for row in rejections}
    bids = [row for row in one.bids.select_related("bid__bidder__organisation") if row.pk not in asked]
    criteria = list(one.lot.sheet.criteria.filter(part=Criterion.Part.QUALIFICATION))
    forms = [(row, VoteForm(typed(request, f"vote{row.pk}"), prefix=f"vote{row.pk}")) for row in rejections]
    for row, form in forms:
        if done := submitted(request, form, partial(_decide, actor, row.pk)):
            return done
    errors: dict[str, str] = {}
    if (do := request.POST.get("do", "")) in ("judge", "hand_over"):
        errors = refused(lambda: _act(do, actor, one, findings_of(request, bids, criteria), request))
        if not errors:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    held = Verdict.objects.filter(bid__evaluation=one, member__isnull=True)
    context = {
        "base": base_of(request), "one": one, "project": one.lot.project, "forms": forms, "errors": list(errors.items()),
        "cells": finding_cells(request, bids, criteria, held, errors), "label": EVALUATION.states[one.state].label,
        "tone": TONES[one.state], "is_open": one.state == "qualifying",
    }  # fmt: skip
    return page(request, "evaluation/qualification.html", context, *(form for _row, form in forms))


def _rejections(one: Evaluation) -> Any:
    rows = Rejection.objects.filter(bid__evaluation=one, clarification__by_buyer=True)
    return rows.select_related("bid__bid__bidder__organisation", "clarification").order_by("pk")


def _act(do: str, actor: Any, one: Evaluation, found: Any, request: HttpRequest) -> None:
    if do == "judge":
        actions.qualify(actor, one.pk, found)
        return
    version = request.POST.get("state_version", "")
    actions.hand_over(actor, one.pk, state_version=int(version) if version.isdecimal() and len(version) < 10 else -1)


def _decide(actor: Any, rejection_id: int, data: dict[str, Any]) -> None:
    actions.decide_qualification(actor, rejection_id, reject=data["reject"] == "1", reason=data["reason"])


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The result of a lot and its signed paper, for the buyer; for the trading centre when it is public."""
    user: Any = request.user
    one = get_object_or_404(Evaluation.objects.reported_to(user).select_related(*RELATED), pk=evaluation_id)
    log_view(actor_of_page(request), STREAM, one.pk, "evaluation:report", purpose="evaluation")
    related = one.candidates.model.every.filter(evaluation=one).select_related("bidder__organisation")
    context = {
        "base": base_of(request),
        "one": one,
        "project": one.lot.project,
        "sheet": one.lot.sheet,
        "label": EVALUATION.states[one.state].label,
        "tone": TONES[one.state],
        "bids": result_of(one),
        "candidates": list(related),
        "paper": Document.objects.filter(stream=STREAM, stream_id=one.pk).order_by("-pk").first(),
    }
    return render(request, "evaluation/report.html", context)
