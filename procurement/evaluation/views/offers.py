"""The negotiation: the committee's page, and the bidder's own with its final offer and receipts."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.access import log_view
from portal.core.errors import Invalid, NotFound, type_of_message
from portal.core.rules import rule
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.roles import Role
from procurement.bids.watch import failures_noted
from procurement.clock import deciding_now
from procurement.evaluation import actions, policies, rounds
from procurement.evaluation.actions.rounds import WAITS
from procurement.evaluation.forms import ChangeForm, FewForm, LeaveForm, OfferForm, RoundForm
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import EvaluatedBid, Evaluation, Negotiation
from procurement.evaluation.offers import signed_text
from procurement.evaluation.rules import OFFER_MINUTES
from procurement.evaluation.views.common import at_desk, evaluator, page, submitted, typed

RELATED = (
    "bid__bidder__organisation", "evaluation__session", "evaluation__lot__project", "evaluation__negotiation",
)  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def committee(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Changes of the demands, the round of final offers, and after its end every offer beside the first price."""
    context = at_desk(request, evaluation_id, "offers")
    one, actor, user = context["one"], evaluator(request), request.user
    if not policies.negotiates(one.lot.project):
        raise NotFound()
    grounds = policies.FEW_GROUNDS.get(one.lot.project.method, ())
    few = FewForm(typed(request, "few"), prefix="few", grounds=grounds)
    changing, opening = (
        ChangeForm(typed(request, "change")),
        RoundForm(typed(request, "open"), initial={"minutes": rule(OFFER_MINUTES, today()).days}),
    )
    handled: Any = (
        (few, lambda data: actions.allow_two(actor, one.pk, **data)),
        (changing, lambda data: actions.change_demands(actor, one.pk, data["text"])),
        (opening, lambda data: actions.open_offers(actor, one.pk, minutes=data["minutes"])),
    )
    settling = _settling(request, one)
    for form, act in (*handled, settling):
        if done := submitted(request, form, act):
            return done
    context |= {"few": few, "changing": changing, "opening": opening} | _stage(one)
    context |= {"confirms": policies.may_confirm_change(user, one), "steps": EVALUATION.offered(one, user)}  # type: ignore[arg-type]
    return page(request, "evaluation/offers.html", context, few, changing, opening, settling[0])


def _settling(request: HttpRequest, one: Evaluation) -> Any:
    """The word of the buyer's representative on a change: an empty form whose buttons say which and how."""
    sent = request.POST.get("do", "").partition("-")
    change, confirm = sent[2], sent[0] == "confirm"
    form = RoundForm(request.POST if sent[0] in ("confirm", "decline") else None, prefix="settle")

    def settle(_data: Any) -> None:
        known = change.isdecimal() and len(change) < 12
        if not known or not one.negotiation.changes.filter(pk=int(change)).exists():
            raise NotFound()
        actions.settle_change(evaluator(request), int(change), confirm=confirm)

    return form, settle


def _stage(one: Evaluation) -> dict[str, Any]:
    """How far the negotiation is; offers are read only after it is closed."""
    negotiation = Negotiation.objects.filter(evaluation=one).first()
    bids = one.bids.select_related("bid__bidder__organisation").prefetch_related("offers").order_by("pk")
    closed = negotiation is not None and negotiation.closed_at is not None
    rows = [(bid, next((row for row in bid.offers.all() if row.current), None)) for bid in bids] if closed else []
    return {
        "negotiation": negotiation,
        "decisions": list(negotiation.decisions.all()) if negotiation else [],
        "waits": _waits(one, negotiation),
        "changes": list(negotiation.changes.all()) if negotiation else [],
        "rows": [(bid, offer) for bid, offer in rows if bid.left or offer],
        "before": one.state == "negotiating" and negotiation is not None and negotiation.opened_at is None,
        "may_few": one.state in ("clarifying", "negotiating")
        and (negotiation is None or negotiation.opened_at is None),
    }


def _waits(one: Evaluation, negotiation: Negotiation | None) -> type_of_message:
    """Why the offers stay closed after an outage; empty where nothing stands against opening them."""
    if negotiation is None or negotiation.closed_at is not None:
        return ""
    negotiation.evaluation = one
    return WAITS if rounds.waits(negotiation, deciding_now()) else ""


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, bid_id: int) -> HttpResponse:
    """The bidder's page of a negotiation: changes of the demands, the final offer, its receipts, leaving."""
    user: Any = request.user
    one = get_object_or_404(EvaluatedBid.objects.negotiated_by(user).select_related(*RELATED), pk=bid_id)
    actor, negotiation, project = actor_for(request, Role.AGENT), one.evaluation.negotiation, one.evaluation.lot.project
    form = _offer_form(request, one)
    leaving = LeaveForm(typed(request, "leave"))
    with failures_noted(project.number):
        if done := submitted(request, form, partial(_offer, actor, one, form)):
            return done
        if done := submitted(request, leaving, lambda data: actions.leave(actor, one.pk, reason=data["reason"])):
            return done
    if request.method == "GET":
        log_view(actor, "evaluation.evaluation", one.evaluation_id, "evaluation:offer", purpose="bidder")
    running = one.evaluation.state == "negotiating" and project.state == "opened" and not one.left
    open_now = negotiation.due_at is not None and deciding_now() < negotiation.due_at
    lines = list(one.offers.select_related("key").order_by("sequence"))
    context = {
        "one": one, "project": project, "negotiation": negotiation, "lines": lines, "offering": form, "leaving": leaving,
        "changes": list(negotiation.changes.filter(confirmed=True)), "decisions": list(negotiation.decisions.all()),
        "may_offer": running and open_now,
        "may_leave": running and not lines and (open_now or negotiation.due_at is None),
        "sign_as": signed_text(one, 0).rpartition("|")[0],
    }  # fmt: skip
    return page(request, "evaluation/offer.html", context, form, leaving)


def _offer_form(request: HttpRequest, one: EvaluatedBid) -> OfferForm:
    at = deciding_now()
    held = [row for row in one.bid.bidder.certificates.in_use() if row.holds(at)]
    certificates = [(row.pk, f"{row.subject} · {row.serial[:8]}") for row in held]
    must = one.evaluation.lot.project.signature_required
    return OfferForm(typed(request, "offer"), certificates=certificates, must_sign=must)


def _offer(actor: Any, one: EvaluatedBid, form: OfferForm, data: dict[str, Any]) -> None:
    try:
        actions.offer(actor, one.pk, data["price"], higher=data["higher"], signed=form.signed())
    except Invalid as error:
        if error.code == "not_signed" and "signature" in form.fields:
            raise Invalid(fields={"signature": error.message}, code=error.code) from None
        raise
