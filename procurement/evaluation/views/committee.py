"""The committee before its lots: one's own evaluations, the declaration, the election of the chair."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.forms import PortalForm
from portal.people.lists import page_of
from procurement.bids.models import OpenedBid
from procurement.evaluation import actions, policies
from procurement.evaluation.actions.common import attending
from procurement.evaluation.forms import ChairForm, DeclareForm
from procurement.evaluation.lifecycle import EVALUATION, TONES
from procurement.evaluation.models import Session
from procurement.evaluation.views.common import evaluator, page, submitted, typed
from procurement.experts.committee import is_negotiated


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The evaluations whose committee one attends, the latest first."""
    user: Any = request.user
    rows = Session.objects.seated(user).select_related("project")
    found = page_of(rows, "-begun_at", request.GET.get("cursor", ""))
    return render(request, "evaluation/mine.html", {"page": found, "rows": found.rows})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session: who bids, the own declaration, the members, the chair, the lots."""
    user: Any = request.user
    one = get_object_or_404(Session.objects.seated(user).select_related("project__buyer", "chair__user"), pk=session_id)
    members, seat = attending(one.project_id), policies.seat_of(user, one.project_id)
    declared = {row.member_id: row for row in one.declarations.all()}
    own = declared.get(seat.pk) if seat else None
    declaring = DeclareForm(typed(request, "declare"))
    voting = ChairForm(
        typed(request, "vote"), members=[row for row in members if row.expert_id or is_negotiated(one.project)]
    )
    handled: tuple[tuple[PortalForm, Any], ...] = ((declaring, _declare), (voting, _vote))
    for form, act in handled:
        if done := submitted(request, form, partial(act, request, one.pk)):
            return done
    if request.method == "GET":
        log_view(evaluator(request), "evaluation.session", one.pk, "evaluation:desk", purpose="evaluation")
    context = {
        "one": one,
        "project": one.project,
        "own": own,
        "running": one.ended_at is None and one.project.state == "opened",
        "members": [(member, declared.get(member.pk), one.chair_id == member.pk) for member in members],
        "has_chair": one.chair is not None and one.chair.state == "attending",
        "bidders": bidders_of(one),
        "lots": [(row, EVALUATION.states[row.state].label, TONES[row.state]) for row in lots_of(one)],
        "declaring": declaring,
        "voting": voting,
    }
    return page(request, "evaluation/session.html", context, declaring, voting)


def bidders_of(one: Session) -> list[str]:
    """Whom the members avoid or not: every bidder, also of bids that were not opened in good order."""
    rows = OpenedBid.objects.filter(lot__project=one.project_id).values_list("bidder__organisation__name", flat=True)
    return sorted(set(rows))


def lots_of(one: Session) -> Any:
    return one.evaluations.select_related("lot__sheet", "negotiation").order_by("lot__number")


def _declare(request: HttpRequest, session_id: int, data: dict[str, Any]) -> None:
    actions.declare(
        evaluator(request), session_id, nothing_to_avoid=data["avoid"] == "no", discipline=data["discipline"],
        reason=data["reason"],
    )  # fmt: skip


def _vote(request: HttpRequest, session_id: int, data: dict[str, Any]) -> None:
    actions.vote_for_chair(evaluator(request), session_id, data["member"])
