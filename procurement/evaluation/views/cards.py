"""A member's own findings and scores, and the comparison once everybody has handed in."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from procurement.evaluation import actions
from procurement.evaluation.actions import Entry, Finding
from procurement.evaluation.actions.common import attending
from procurement.evaluation.actions.reviewing import committee_parts
from procurement.evaluation.actions.scoring import all_in
from procurement.evaluation.forms import ReasonForm, ReopenForm, TieForm
from procurement.evaluation.models import Criterion, EvaluatedBid, Evaluation, Explanation, Score, Verdict
from procurement.evaluation.models.sheet import POINTED
from procurement.evaluation.reckoning import (
    disagreements,
    open_ties,
    outliers,
    reckon,
    remaining,
    scores_of,
    totals,
)
from procurement.evaluation.views.common import at_desk, evaluator, page, seat_in, submitted, typed
from procurement.scoring import CannotScore

Cells = list[tuple[EvaluatedBid, list[dict[str, Any]]]]


# --- reviews ----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def reviews(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """One's own findings on every bid, passed or failed."""
    context = at_desk(request, evaluation_id, "reviews")
    one = context["one"]
    criteria = list(context["sheet"].criteria.filter(part__in=committee_parts(one)))
    bids = remaining(one)
    errors: dict[str, str] = {}
    if request.method == "POST":
        found = findings_of(request, bids, criteria)
        errors = refused(lambda: actions.judge(evaluator(request), one.pk, found))
        if not errors:
            messages.success(request, _("Your findings are saved."))
            return redirect(request.path)
    held = Verdict.objects.filter(bid__evaluation=one, member=context["seat"])
    context |= {"cells": finding_cells(request, bids, criteria, held, errors), "errors": list(errors.items())}
    return page(request, "evaluation/reviews.html", context)


def refused(act: Any) -> dict[str, str]:
    """What an action refuses: field → words, or the empty name for the whole page."""
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Invalid as error:
        return {name: str(text) for name, text in error.fields.items()} or {"": error.message}
    except DomainError as error:
        return {"": error.message}
    return {}


def findings_of(request: HttpRequest, bids: Sequence[EvaluatedBid], criteria: Sequence[Criterion]) -> list[Finding]:
    """What was ticked; what was left open is not judged yet."""
    found = []
    for bid in bids:
        for row in criteria:
            key = f"{bid.pk}_{row.pk}"
            word = request.POST.get(f"passed_{key}", "")
            if word in ("1", "0"):
                found.append(Finding(bid.pk, row.pk, word == "1", request.POST.get(f"note_{key}", "")))
    return found


def finding_cells(
    request: HttpRequest, bids: Sequence[EvaluatedBid], criteria: Sequence[Criterion], held: Any, errors: dict[str, str]
) -> Cells:
    """For each bid its criteria with what was typed, else what is kept, and what is wrong with it."""
    kept = {(row.bid_id, row.criterion_id): row for row in held}
    cells: Cells = []
    for bid in bids:
        lines = []
        for row in criteria:
            key, old = f"{bid.pk}_{row.pk}", kept.get((bid.pk, row.pk))
            passed = request.POST.get(f"passed_{key}", "" if old is None else str(int(old.passed)))
            note = request.POST.get(f"note_{key}", old.note if old else "")
            lines.append({"key": key, "row": row, "passed": passed, "note": note, "error": errors.get(f"note_{key}")})
        cells.append((bid, lines))
    return cells


# --- scores -----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """One's own card: saved as a draft, or handed in. Nobody else's is ever on this page."""
    context = at_desk(request, evaluation_id, "scores")
    one, seat = context["one"], seat_in(context)
    criteria = list(context["sheet"].criteria.filter(part__in=POINTED))
    bids = remaining(one)
    errors: dict[str, str] = {}
    if request.method == "POST":
        found, errors = entries_of(request, bids, criteria)
        act = actions.hand_in if request.POST.get("do") == "hand_in" else actions.save_scores
        errors = errors or refused(lambda: act(evaluator(request), one.pk, found))
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"errors": errors}, status=422 if errors else 200)
        if not errors:
            messages.success(request, _("Your scores are handed in.") if act is actions.hand_in else _("Draft saved."))
            return redirect(request.path)
    card = one.cards.filter(member=seat).first()
    held = list(card.scores.all()) if card else []
    context |= {
        "card": card,
        "open": context["running"] and one.state == "scoring" and (card is None or card.handed_in_at is None),
        "cells": score_cells(request, bids, criteria, held, errors),
        "errors": list(errors.items()),
    }
    return page(request, "evaluation/scores.html", context)


def entries_of(
    request: HttpRequest, bids: Sequence[EvaluatedBid], criteria: Sequence[Criterion]
) -> tuple[list[Entry], dict[str, str]]:
    """What was typed in fields that were sent; a draft may be sent field by field."""
    found, errors = [], {}
    for bid in bids:
        for row in criteria:
            name = f"score_{bid.pk}_{row.pk}"
            if name not in request.POST:
                continue
            text = request.POST[name].strip()
            if not row.max_points:
                found.append(Entry(bid.pk, row.pk, opinion=text[:4000]))
                continue
            try:
                found.append(Entry(bid.pk, row.pk, Decimal(text) if text else None))
            except InvalidOperation:
                errors[name] = _("Enter a number, for example 12.5.")
    return found, errors


def score_cells(
    request: HttpRequest, bids: Sequence[EvaluatedBid], criteria: Sequence[Criterion], held: Sequence[Score],
    errors: dict[str, str],
) -> Cells:  # fmt: skip
    """For each bid its criteria with what was typed, else what is kept, and what is wrong with it."""
    kept = {(row.bid_id, row.criterion_id): row for row in held}
    cells: Cells = []
    for bid in bids:
        lines = []
        for row in criteria:
            name, old = f"score_{bid.pk}_{row.pk}", kept.get((bid.pk, row.pk))
            value = "" if old is None else old.opinion if not row.max_points else plain(old.points)
            lines.append({"name": name, "row": row, "value": request.POST.get(name, value), "error": errors.get(name)})
        cells.append((bid, lines))
    return cells


def plain(points: Decimal | None) -> str:
    return "" if points is None else f"{points.normalize():f}"


# --- comparison -------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def comparison(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Who has handed in; and when all have, totals side by side, what differs, what stands apart, and equal bids."""
    context = at_desk(request, evaluation_id, "comparison", "comparison")
    one, actor, seat = context["one"], evaluator(request), seat_in(context)
    members = attending(one.session.project_id)
    done = set(one.cards.filter(handed_in_at__isnull=False).values_list("member", flat=True))
    everything = all_in(one, members)
    context |= {"handed_in": [(row, row.pk in done) for row in members], "complete": everything}
    if everything:
        context |= compared(one, members)
    mine = [(bid, flag) for bid, member, flag, _why in context.get("flags", ()) if member.pk == seat.pk]
    explaining = [
        (bid, ReasonForm(typed(request, f"explain{bid.pk}"), prefix=f"explain{bid.pk}")) for bid, _flag in mine
    ]
    for bid, form in explaining:
        if back := submitted(request, form, partial(_explain, actor, one.pk, bid.pk)):
            return back
    reopening = ReopenForm(
        typed(request, "reopen"), members=[row for row in members if row.pk in done], prefix="reopen"
    )
    tying = TieForm(typed(request, "tie"), bids=context.get("equal", []), prefix="")
    if back := submitted(request, reopening, partial(_reopen, actor, one.pk)):
        return back
    if back := submitted(request, tying, partial(_tie, actor, one.pk, tying)):
        return back
    context |= {"explaining": explaining, "reopening": reopening, "tying": tying}
    return page(request, "evaluation/comparison.html", context, reopening, tying, *(form for _bid, form in explaining))


def _explain(actor: Any, evaluation_id: int, bid_id: int, data: dict[str, Any]) -> None:
    actions.explain(actor, evaluation_id, bid_id, reason=data["reason"])


def _reopen(actor: Any, evaluation_id: int, data: dict[str, Any]) -> None:
    actions.reopen_card(actor, evaluation_id, data["member"], reason=data["reason"])


def _tie(actor: Any, evaluation_id: int, form: TieForm, data: dict[str, Any]) -> None:
    actions.settle_tie(actor, evaluation_id, form.order(), reason=data["reason"])


def compared(one: Evaluation, members: Sequence[Any]) -> dict[str, Any]:
    """What the committee sees when every card is in."""
    bids, given = remaining(one), scores_of(one, members)
    by_pk, seats = {bid.pk: bid for bid in bids}, {row.pk: row for row in members}
    sums = totals(given)
    criteria = {score.criterion_id: score.criterion for score in given}
    reasons = {(row.card.member_id, row.bid_id): row.reason for row in _explanations(one)}
    flags = [
        (by_pk[int(flag.bidder)], seats[int(flag.expert)], flag, reasons.get((int(flag.expert), int(flag.bidder))))
        for flag in outliers(one, given)
    ]
    try:
        lines = reckon(one, members)
    except CannotScore:
        lines = []
    return {
        "rows": [(row, [sums.get(str(row.pk), {}).get(str(bid.pk)) for bid in bids]) for row in members],
        "bids": bids,
        "differing": [(by_pk[bid], criteria[criterion]) for bid, criterion in disagreements(given)],
        "flags": flags,
        "lines": lines,
        "equal": [line.bid for line in open_ties(one, lines)],
        "opinions": _opinions(one, given, by_pk, seats),
    }


def _explanations(one: Evaluation) -> Any:
    return Explanation.objects.filter(card__evaluation=one).select_related("card")


def _opinions(one: Evaluation, given: Sequence[Score], bids: Any, seats: Any) -> list[tuple[Any, ...]]:
    """(bid, member, criterion, text) of a qualitative review."""
    if one.lot.sheet.is_scored:
        return []
    return [(bids[row.bid_id], seats[row.card.member_id], row.criterion, row.opinion) for row in given if row.opinion]
