"""Negotiation: demands that change, the one round of final offers, who leaves, and the opening of the offers.

Source: MOF order 74, articles 31 to 35; Caiku (2014) No. 214, articles 19 to 24.
"""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.money import format_yuan
from portal.core.rules import rule
from portal.core.templatetags.portal import moment
from portal.core.time import now, today
from procurement import receipts
from procurement.bidders import signatures
from procurement.bids.actions.keys import centre_key
from procurement.bids.actions.submitting import OTHER_SIGNATURE, Signature, check_certificate, exact
from procurement.bids.joint import firms_behind
from procurement.clock import deciding_now
from procurement.evaluation import notices, offers, policies
from procurement.evaluation.actions.common import (
    OVER,
    PORTAL,
    at_desk,
    finish,
    full_committee,
    minute,
    person,
)
from procurement.evaluation.actions.deciding import anything_open, close_limits
from procurement.evaluation.actions.reviewing import least_qualified
from procurement.evaluation.actions.rounds import check_watched
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import DemandChange, EvaluatedBid, Evaluation, FinalOffer, Negotiation
from procurement.evaluation.reckoning import remaining
from procurement.evaluation.rounds import whole_minute
from procurement.evaluation.rules import OFFER_MINUTES
from procurement.experts.models import PanelMember
from procurement.tenders.actions.bonds import release
from procurement.tenders.limits import price_limit
from procurement.tenders.models import Bond

LONGEST_MINUTES = 24 * 60


class OfferLate(DomainError):
    """The round is over by the database's clock."""

    code = "late"
    default_message = _(
        "The round ended at %(due)s. Yours came at %(at)s by the portal's clock, so it cannot be taken. What you sent"
        " before still counts."
    )


# --- the committee ------------------------------------------------------------------------------------------------------


def _chairing(actor: Actor, evaluation_id: int) -> tuple[Evaluation, PanelMember]:
    one, seat = at_desk(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("The chair enters what the committee finds."))
    return one, seat


def _before_the_round(one: Evaluation) -> Negotiation:
    """The negotiation while no round has been opened, locked after its evaluation. Raises WrongState."""
    if one.state != "negotiating":
        raise WrongState(_("The committee does not negotiate now."))
    negotiation = db.lock_row(Negotiation.objects.all(), one.negotiation.pk)
    if negotiation.opened_at is not None:
        raise WrongState(_("The round of final offers has been opened. It is held once."))
    return negotiation


@action
def allow_two(actor: Actor, evaluation_id: int, *, ground: str, note: str) -> Evaluation:
    """Record the ground of the law on which two suppliers are enough, by the chair, minuted. Raises Invalid."""
    one, _seat = _chairing(actor, evaluation_id)
    if one.state == "negotiating":
        _before_the_round(one)
    elif one.state != "clarifying" or not policies.negotiates(one.lot.project):
        raise WrongState()
    wrong: dict[str, type_of_message] = {}
    if ground not in policies.FEW_GROUNDS.get(one.lot.project.method, ()):  # type: ignore[call-overload]
        wrong["ground"] = _("Please choose one of the answers.")
    if not note.strip():
        wrong["note"] = _("Name the document or decision on which this rests.")
    if wrong:
        raise Invalid(fields=wrong)
    one.few_ground, one.few_note = ground, note.strip()[:500]
    one.save(update_fields=["few_ground", "few_note"])
    minute(
        one,
        _("Two suppliers are enough: %(ground)s — %(note)s"),
        ground=one.get_few_ground_display(),
        note=one.few_note,
    )
    record(one, "evaluation.two_allowed", actor, data={"ground": ground})
    return one


@action
def change_demands(actor: Actor, evaluation_id: int, text: str) -> DemandChange:
    """Write a change of the demands, by the chair. It counts, and is told, once the buyer's representative confirms it;
    where none sits on the committee, at once. Raises Invalid, WrongState once the round is open.
    """
    one, seat = _chairing(actor, evaluation_id)
    negotiation = _before_the_round(one)
    if not text.strip():
        raise Invalid(fields={"text": _("Write what changes, so that every bidder understands it alike.")})
    made = DemandChange.objects.create(negotiation=negotiation, text=text.strip(), written_at=now(), written_by=seat)
    record(one, "evaluation.demands_written", actor, data={"change": made.pk})
    if all(member.expert_id is not None for member in full_committee(one.session)):
        _settle(one, made, None, confirm=True)
    return made


@action
def settle_change(actor: Actor, change_id: int, *, confirm: bool) -> DemandChange:
    """Confirm a change of the demands, or decline it, as the buyer's representative (MOF order 74, article 32).

    Raises NotAllowed for the experts, NotFound, WrongState.
    """
    found = DemandChange.objects.select_related("negotiation").filter(pk=change_id).first()
    if found is None:
        raise NotFound()
    one, seat = at_desk(actor, found.negotiation.evaluation_id)
    if not policies.may_confirm_change(person(actor), one):
        raise NotAllowed(_("The buyer's representative on the committee confirms changes of the demands."))
    _before_the_round(one)
    found.refresh_from_db()
    if found.settled_at is not None:
        raise WrongState(_("This has been decided already."))
    _settle(one, found, seat, confirm=confirm)
    record(one, "evaluation.demands_settled", actor, data={"change": found.pk, "confirmed": confirm})
    return found


def _settle(one: Evaluation, change: DemandChange, seat: PanelMember | None, *, confirm: bool) -> None:
    change.settled_at, change.settled_by, change.confirmed = now(), seat, confirm
    change.save(update_fields=["settled_at", "settled_by", "confirmed"])
    if confirm:
        minute(one, _("The demands were changed, and all bidders were told: %(change)s"), change=change.text)
        notices.tell_demands(one, change)
    else:
        minute(one, _("The buyer's representative declined a change of the demands: %(change)s"), change=change.text)


@action
def open_offers(actor: Actor, evaluation_id: int, *, minutes: int | None = None) -> Negotiation:
    """Ask every bidder that is still in for its final offer, once, by the chair. Raises Invalid, NotAllowed, WrongState."""
    one, _seat = _chairing(actor, evaluation_id)
    negotiation = _before_the_round(one)
    full_committee(one.session)
    close_limits(one)
    if anything_open(one):
        raise WrongState(_("Not everything is settled: a bidder still has time to answer, or votes are missing."))
    if negotiation.changes.filter(settled_at__isnull=True).exists():
        raise WrongState(_("A change of the demands waits for the buyer's representative."))
    least = rule(OFFER_MINUTES, today()).days
    given = least if minutes is None else minutes
    if not least <= given <= LONGEST_MINUTES:
        raise Invalid(
            fields={"minutes": _("Give between %(a)s and %(b)s minutes.") % {"a": least, "b": LONGEST_MINUTES}}
        )
    negotiation.opened_at = deciding_now()
    negotiation.due_at = whole_minute(negotiation.opened_at + dt.timedelta(minutes=given))
    negotiation.save(update_fields=["opened_at", "due_at"])
    minute(one, _("Final offers were asked for, until %(due)s."), due=exact(negotiation.due_at))
    record(one, "evaluation.offers_asked", actor, data={"due_at": negotiation.due_at.isoformat()})
    notices.tell_offers(one, negotiation.due_at)
    return negotiation


@action
def close_offers(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Open the offers after the end of the round by the database's clock, by the chair.

    The final offer takes the place of the first price. Whoever gave none has left, and the bond goes back. With fewer
    offers than the law asks for the lot has failed. Raises NotAllowed, Stale, WrongState before the end, and as long as
    an outage of the portal within the round waits for a supervisor.
    """
    one, _seat = at_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "close_offers", actor, state_version=state_version)
    full_committee(one.session)
    negotiation = db.lock_row(Negotiation.objects.all(), one.negotiation.pk)
    bids = remaining(one)
    if negotiation.opened_at is None and len(bids) >= least_qualified(one):
        raise WrongState(_("The round of final offers has not been opened yet."))
    at = deciding_now()
    if negotiation.due_at is not None and at < negotiation.due_at:
        raise WrongState(
            _("The round runs until %(due)s. Until then nobody reads an offer."), due=moment(negotiation.due_at)
        )
    check_watched(negotiation, at)
    given = {row.bid_id: row for row in negotiation.offers.filter(current=True, act=FinalOffer.Act.OFFERED)}
    for bid in bids:
        if bid.pk in given:
            _count(one, bid, given[bid.pk])
        else:
            minute(one, _("%(bidder)s gave no final offer and has left the negotiation."), bidder=bid.bid.bidder)
            _let_go(one, bid)
    if len(given) < least_qualified(one):
        one.failure, one.report_at = Evaluation.Failure.NO_OFFERS, at
        minute(one, _("No candidate: %(ground)s."), ground=Evaluation.Failure(one.failure).label)
    if negotiation.opened_at is not None:
        negotiation.closed_at, negotiation.root = at, _root(negotiation)
        negotiation.save(update_fields=["closed_at", "root"])
    finish(one, step, actor, offers=len(given), root=negotiation.root)
    if one.state == "confirming":
        notices.tell_sign(one)
    return one


def _count(one: Evaluation, bid: EvaluatedBid, found: FinalOffer) -> None:
    price = offers.price_of(found)
    minute(
        one, _("Final offer of %(bidder)s: %(before)s → %(after)s."), bidder=bid.bid.bidder,
        before=format_yuan(bid.price_fen), after=format_yuan(price),
    )  # fmt: skip
    bid.price_fen = price
    bid.save(update_fields=["price_fen"])


def _let_go(one: Evaluation, bid: EvaluatedBid) -> None:
    """Out of the evaluation, and the bond back: leaving before the final offer costs nothing (order 74, article 34)."""
    bid.rejected = bid.left = True
    bid.save(update_fields=["rejected", "left"])
    firms = [firm.organisation_id for firm in firms_behind([bid.bid])[bid.bid_id]]
    bonds = Bond.objects.filter(lot=one.lot_id, organisation__in=firms)
    release(bonds, Bond.Ground.WITHDRAWN, today(), PORTAL)


def _root(negotiation: Negotiation) -> str:
    rows = negotiation.offers.select_related(
        "negotiation__evaluation__lot__project", "bid__bid__bidder__organisation"
    ).order_by("sequence")
    return receipts.root([row.receipt for row in rows])


# --- the bidders --------------------------------------------------------------------------------------------------------


def _own_bid(actor: Actor, bid_id: int) -> EvaluatedBid:
    """The bid of a firm that the person acts for, in a negotiation. Others get NotFound."""
    rows = EvaluatedBid.objects.negotiated_by(person(actor)).select_related(
        "bid__bidder__organisation", "evaluation__session", "evaluation__lot__project", "evaluation__negotiation"
    )
    found = rows.filter(pk=bid_id).first()
    if found is None:
        raise NotFound()
    return found


def _check_running(bid: EvaluatedBid) -> None:
    one = bid.evaluation
    if one.session.ended_at is not None or one.lot.project.state != "opened" or one.state != "negotiating":
        raise WrongState(OVER)
    if bid.left:
        raise WrongState(_("You have left this negotiation."))


@action
def offer(
    actor: Actor, bid_id: int, price_fen: int, *, higher: bool = False, signed: Signature | None = None
) -> FinalOffer:
    """Give the final offer, sealed until the end of the round by the database's clock; a new one replaces the last.

    `higher` says that an offer above the price of the bid is meant. Returns the line with its receipt. Raises Invalid,
    NotFound, OfferLate, WrongState, CertificateRevoked, CertificateOver.
    """
    user = person(actor)
    bid = _own_bid(actor, bid_id)
    negotiation = db.lock_row(Negotiation.objects.all(), bid.evaluation.negotiation.pk)
    bid = _own_bid(actor, bid_id)  # as it stands under the lock
    at = deciding_now()
    if negotiation.due_at is not None and (at >= negotiation.due_at or negotiation.closed_at is not None):
        raise OfferLate(due=exact(negotiation.due_at), at=exact(at))
    _check_running(bid)
    if negotiation.opened_at is None:
        raise WrongState(_("The committee has not asked for final offers yet."))
    if wrong := _wrong_price(bid, price_fen, higher=higher):
        raise Invalid(fields=wrong)
    certificate = check_certificate(bid.evaluation.lot.project, bid.bid.bidder, signed, at)
    if certificate is not None and signed is not None:
        text = offers.signed_text(bid, price_fen).encode()
        if not signatures.is_signed(certificate.pem, text, signed.text):
            raise Invalid(OTHER_SIGNATURE, code="not_signed")
    made = _next(negotiation, bid, FinalOffer.Act.OFFERED, at, offers.sealed_price(bid, price_fen))
    made.sent_by, made.certificate = user, certificate
    made.certificate_signature = signed.text if certificate is not None and signed is not None else ""
    _enter(negotiation, bid, made)
    return made


def _wrong_price(bid: EvaluatedBid, price_fen: int, *, higher: bool) -> dict[str, type_of_message]:
    ceiling = price_limit(bid.evaluation.lot)
    if price_fen <= 0:
        return {"price": _("Enter a price above nothing.")}
    if ceiling is not None and price_fen > ceiling:
        # An offer above the ceiling is none that meets the documents (order 74, article 37); said now, it can be mended.
        return {
            "price": _("The control price or the budget is %(price)s yuan; a higher offer cannot count.")
            % {"price": format_yuan(ceiling)}
        }
    if price_fen > bid.price_fen and not higher:
        return {"higher": _("This is more than the price of your bid. Confirm that you mean it, or correct it.")}
    return {}


@action
def leave(actor: Actor, bid_id: int, *, reason: str = "") -> FinalOffer:
    """Leave the negotiation before a final offer was given; the bond goes back. Raises NotFound, OfferLate, WrongState.

    Source: MOF order 74, article 34; Caiku (2014) No. 214, article 22 (both unverified).
    """
    user = person(actor)
    bid = _own_bid(actor, bid_id)
    one = db.lock_row(Evaluation.objects.select_related("session", "lot__project"), bid.evaluation_id)
    negotiation = db.lock_row(Negotiation.objects.all(), bid.evaluation.negotiation.pk)
    bid = _own_bid(actor, bid_id)
    at = deciding_now()
    if negotiation.due_at is not None and (at >= negotiation.due_at or negotiation.closed_at is not None):
        raise OfferLate(due=exact(negotiation.due_at), at=exact(at))
    _check_running(bid)
    if bid.offers.exists():
        raise WrongState(
            _("You have given your final offer, so you can no longer leave. You may replace it until the end.")
        )
    made = _next(negotiation, bid, FinalOffer.Act.LEFT, at, "")
    made.sent_by, made.reason = user, reason.strip()[:500]
    _enter(negotiation, bid, made)
    _let_go(one, bid)
    return made


def _next(negotiation: Negotiation, bid: EvaluatedBid, act: str, at: dt.datetime, opening: str) -> FinalOffer:
    """The next line of the register with its signed receipt. The negotiation is locked, so numbers have no gaps."""
    key, signer = centre_key()
    negotiation.evaluation = bid.evaluation  # its lot names the register
    made = FinalOffer(
        negotiation=negotiation, bid=bid, version=bid.offers.count() + 1, act=act, opening=opening, received_at=at,
        commitment=offers.commitment(opening) if opening else "", sequence=negotiation.sequence + 1,
        previous=negotiation.last_digest, key=key,
    )  # fmt: skip
    made.digest, made.signature = made.receipt.digest, receipts.sign(made.receipt, signer)
    return made


def _enter(negotiation: Negotiation, bid: EvaluatedBid, made: FinalOffer) -> None:
    """Save line and head. The event names no bidder: who has offered is known to nobody before the end."""
    bid.offers.filter(current=True).update(current=False)
    made.save(force_insert=True)
    negotiation.sequence, negotiation.last_digest = made.sequence, made.digest
    negotiation.save(update_fields=["sequence", "last_digest"])
    data = {"sequence": made.sequence, "digest": made.digest}
    record(bid.evaluation, "evaluation.offer_received", PORTAL, data=data)
    notices.tell_offer_receipt(bid.evaluation, made)
