"""What the members decide together: rejections after their clarification, low prices, lacking competition."""

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.money import format_yuan
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.evaluation import notices, policies
from procurement.evaluation.actions.asking import is_settled, lapse, propose_rejection
from procurement.evaluation.actions.common import (
    PORTAL,
    at_desk,
    finish,
    full_committee,
    in_centre_language,
    majority,
    minute,
    person,
)
from procurement.evaluation.actions.reviewing import KINDS, check_all_judged, least_qualified, settle
from procurement.evaluation.lifecycle import EVALUATION, awaits_offers
from procurement.evaluation.models import Ballot, Clarification, EvaluatedBid, Evaluation, Negotiation, Rejection
from procurement.evaluation.reckoning import benchmark_fen, low_prices, open_ties, reckon, remaining
from procurement.evaluation.rules import COMPETITION
from procurement.experts.models import PanelMember
from procurement.fixed import facts
from procurement.scoring import rounded

LOW_PRICE = _(
    "Your price of %(price)s yuan is %(percent)s percent of the mean of the other bids (%(mean)s yuan). Please explain"
    " how it is made up, with evidence that it does not endanger quality and performance."
)


@action
def vote(actor: Actor, rejection_id: int, *, reject: bool, reason: str) -> Rejection:
    """Vote on a rejection after its clarification; the last vote settles it by the majority of all members.

    Raises Invalid, NotFound, WrongState while the bidder still has time.
    """
    found = Rejection.objects.select_related("clarification", "bid").filter(pk=rejection_id).first()
    if found is None:
        raise NotFound()
    one, seat = at_desk(actor, found.bid.evaluation_id)
    found.refresh_from_db()
    found.clarification.refresh_from_db()
    if found.by_buyer or found.outcome != Rejection.Outcome.OPEN or one.state != "clarifying":
        raise WrongState(_("There is nothing to vote on: it has been decided, or its time has not come."))
    if not is_settled(found.clarification):
        raise WrongState(_("The bidder still has time to answer."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for your vote.")})
    values = {"reject": reject, "reason": reason.strip()[:500], "evaluation": one}
    ballot, _made = Ballot.objects.update_or_create(rejection=found, member=seat, defaults=values)
    record(one, "evaluation.voted", actor, data={"rejection": found.pk, **facts(ballot)})
    _count(one, found)
    return found


def _count(one: Evaluation, rejection: Rejection) -> None:
    """Settle the rejection once every attending member has voted."""
    members = full_committee(one.session)
    ballots = list(rejection.ballots.filter(member__in=[member.pk for member in members]).order_by("pk"))
    if len(ballots) < len(members):
        return
    against = [ballot for ballot in ballots if ballot.reject]
    rejected = majority(members, len(against))
    reasons = [ballot.reason for ballot in ballots if ballot.reject == rejected]
    settle(rejection, reject=rejected, reason="\n".join(dict.fromkeys(reasons)))
    votes = f"{len(against)}/{len(members)}"
    data = {"rejection": rejection.pk, "outcome": rejection.outcome, "votes": votes, **facts(rejection)}
    record(one, "evaluation.rejection_decided", PORTAL, data=data)


@action
def vote_on_competition(actor: Actor, evaluation_id: int, *, reject: bool, reason: str) -> Ballot:
    """Whether the few bids that are left leave no competition, so that all are rejected. Raises Invalid, WrongState.

    Source: Tendering Law, article 42; interim provisions on evaluation committees, article 27.
    """
    one, seat = at_desk(actor, evaluation_id)
    if one.state != "clarifying" or not asks_about_competition(one):
        raise WrongState(_("This question does not arise here."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for your vote.")})
    made, _made = Ballot.objects.update_or_create(
        evaluation=one, rejection=None, member=seat, defaults={"reject": reject, "reason": reason.strip()[:500]}
    )
    record(one, "evaluation.voted_on_competition", actor, data=facts(made))
    return made


def asks_about_competition(one: Evaluation) -> bool:
    """Fewer valid bids than the rule names (three) in a tender of the tendering law."""
    project = one.lot.project
    if policies.is_government(project) or project.method not in ("open", "invited"):
        return False
    return 0 < one.bids.filter(rejected=False).count() < rule(COMPETITION, today()).days


@action
def accept_small(actor: Actor, evaluation_id: int, bid_id: int, *, small: bool, note: str) -> EvaluatedBid:
    """Whether the bidder's declaration as a small enterprise counts, by the chair, minuted. Raises Invalid."""
    one, _seat = at_desk(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("The chair enters what the committee finds."))
    if one.state not in ("reviewing", "clarifying") or not one.lot.sheet.small_discount:
        raise WrongState()
    bid = one.bids.select_related("bid__bidder__organisation").filter(pk=bid_id).first()
    if bid is None:
        raise NotFound()
    if not note.strip():
        raise Invalid(fields={"note": _("Say on which declaration this rests.")})
    bid.small = small
    bid.save(update_fields=["small"])
    text = (
        _("%(bidder)s counts as a small enterprise: %(note)s")
        if small
        else _("%(bidder)s does not count as a small enterprise: %(note)s")
    )
    minute(one, text, bidder=bid.bid.bidder, note=note.strip())
    record(one, "evaluation.small_decided", actor, data={"bid": bid.pk, "small": small})
    return bid


@action
def proceed(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Go on when every rejection is settled: low prices are asked about first, then the number of bids is looked at.

    By the chair. Raises NotAllowed, Stale, WrongState that says what is still open.
    """
    one, _seat = at_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "proceed", actor, state_version=state_version)
    members = full_committee(one.session)
    check_all_judged(one, members)
    close_limits(one)
    if anything_open(one):
        raise WrongState(_("Not everything is settled: a bidder still has time to answer, or votes are missing."))
    left = remaining(one)
    one.failure = _failure(one, len(left), members)
    if one.failure:
        minute(one, _("No candidate: %(ground)s."), ground=Evaluation.Failure(one.failure).label)
        one.report_at = now()
    elif awaits_offers(one):
        Negotiation.objects.get_or_create(evaluation=one, defaults={"begun_at": now()})
    else:
        if not one.low_examined:
            _ask_about_low_prices(one, left)
        if not one.lot.sheet.has_cards and not anything_open(one):
            write_result(one, members)
    finish(one, step, actor)
    if one.state == "confirming":
        notices.tell_sign(one)
    elif one.state == "negotiating":
        notices.tell_negotiation(one)
    return one


def close_limits(one: Evaluation) -> None:
    """What the sweep has not closed yet, so that nothing is passed over."""
    rows = Clarification.objects.filter(bid__evaluation=one, answered_at__isnull=True, lapsed_at__isnull=True)
    for late in rows.filter(due_at__lt=now()).select_related(
        "bid__evaluation__lot__project", "bid__bid__bidder__organisation"
    ):
        lapse(late)


def anything_open(one: Evaluation) -> bool:
    """A bidder still has time to answer, or votes are missing."""
    rejections = Rejection.objects.filter(bid__evaluation=one, outcome=Rejection.Outcome.OPEN)
    asked = Clarification.objects.filter(bid__evaluation=one, answered_at__isnull=True, lapsed_at__isnull=True)
    return rejections.exists() or asked.exists()


def _failure(one: Evaluation, left: int, members: list[PanelMember]) -> str:
    """Why the lot fails with so many bids left; empty where it goes on. Raises WrongState while votes are missing."""
    if not left:
        return Evaluation.Failure.ALL_REJECTED
    if left < least_qualified(one):
        return Evaluation.Failure.TOO_FEW
    if not asks_about_competition(one):
        return ""
    ballots = one.ballots.filter(rejection__isnull=True, member__in=[member.pk for member in members])
    if ballots.count() < len(members):
        raise WrongState(
            _("Fewer than %(n)s bids are left: every member votes first whether competition is clearly lacking."),
            n=rule(COMPETITION, today()).days,
        )
    rejecting = ballots.filter(reject=True).count()
    return Evaluation.Failure.NO_COMPETITION if majority(members, rejecting) else ""


def _ask_about_low_prices(one: Evaluation, left: list[EvaluatedBid]) -> None:
    """Each bidder whose price stands far below the others' explains it; a price alone rejects nobody."""
    bids = {str(bid.pk): bid for bid in left}
    ground = Rejection.Ground.LOW_PRICE
    for low in low_prices(one, left):
        bid = bids[low.bidder]
        bid.evaluation = one
        text = in_centre_language(
            LOW_PRICE, price=format_yuan(low.price_fen), percent=rounded(low.share * 100),
            mean=format_yuan(round(low.mean_of_others_fen)),
        )  # fmt: skip
        propose_rejection(bid, ground, KINDS[ground], text)
    one.low_examined = True


def write_result(one: Evaluation, members: list[PanelMember]) -> None:
    """Write points and places to the bids; the evaluation is locked. Raises WrongState while equal bids stand unordered."""
    lines = reckon(one, members)
    if open_ties(one, lines):
        names = ", ".join(str(line.bid.bid.bidder) for line in open_ties(one, lines))
        raise WrongState(_("These bids are equal by every rule; put them in order first: %(names)s."), names=names)
    for line in lines:
        bid = line.bid
        bid.price_points, bid.points, bid.technical = line.price_points, line.points, line.technical
        bid.total, bid.place = line.total, line.place
    fields = ["price_points", "points", "technical", "total", "place"]
    EvaluatedBid.objects.bulk_update([line.bid for line in lines], fields)
    one.benchmark_fen = benchmark_fen(one)
    one.report_at = now()
