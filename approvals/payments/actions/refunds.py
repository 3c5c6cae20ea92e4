"""Giving money back: proposed, approved by a second person, returned the way it came, once."""

import logging
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from approvals.payments import notices, papers, policies
from approvals.payments.actions.steps import PORTAL, counted, issue_receipt, locked, note, take
from approvals.payments.lifecycle import AT_COUNTER, REFUND
from approvals.payments.models import Attempt, Order, Refund
from approvals.payments.providers import Refused, Unreachable, provider_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.jobs import enqueue
from portal.core.numbers import next_number
from portal.core.time import local_date, now, today

log = logging.getLogger("portal.payments")
PREFIX = "TK"
SEND = "payments.return_money"
TRIES = 8


def left_of(attempt: Attempt) -> int:
    """What of this money neither went back nor is about to, in fen. Reliable under the order's lock."""
    taken = attempt.refunds.filter(state__in=Refund.COUNTED).aggregate(sum=Sum("amount_fen"))["sum"] or 0
    return (attempt.received_fen or 0) - taken


def put_up(
    order: Order, attempt: Attempt, reason: str, amount_fen: int, actor: Actor = PORTAL, text: str = ""
) -> Refund | None:
    """Propose a refund for locked rows; nothing when all of it is on its way already."""
    amount = min(amount_fen, left_of(attempt))
    if amount <= 0:
        return None
    refund = Refund.objects.create(
        number=next_number(PREFIX, order.department.code, today()),
        order=order,
        attempt=attempt,
        method=attempt.method,
        surplus=attempt.surplus or attempt.state == Attempt.State.MISMATCH,
        amount_fen=amount,
        reason=reason,
        note=text,
        proposed_by=actor.user,
        proposed_at=now(),
    )
    note(order, "refund_proposed", actor, {"refund": refund.number, "refund_fen": amount, "why": reason})
    return refund


@action
def propose_refund(
    actor: Actor, order_id: int, *, amount_fen: int, reason: str, text: str, attempt_id: int | None = None
) -> Refund:
    """A clerk or reviewer proposes to give all or a part back.

    Raises NotFound, NotAllowed, WrongState (nothing was paid), Invalid (more than is left).
    """
    order = locked(order_id, actor)
    if actor.user is None or not policies.may_propose_refund(actor.user, order):
        raise NotAllowed()
    rows = order.attempts.filter(state__in=[Attempt.State.SUCCEEDED, Attempt.State.MISMATCH])
    rows = rows.filter(pk=attempt_id) if attempt_id else rows.filter(surplus=False)
    attempt = rows.order_by("-pk").first()
    if attempt is None:
        raise WrongState(_("Nothing was paid that could be given back."))
    if attempt.received_currency not in {"", order.currency}:
        raise WrongState(_("Money in another currency is returned by the provider's own procedure."))
    _check(amount_fen, reason, text, left_of(attempt))
    refund = put_up(order, attempt, reason, amount_fen, actor, text.strip())
    if refund is None:
        raise WrongState()
    return refund


def _check(amount_fen: int, reason: str, text: str, left: int) -> None:
    wrong: dict[str, Any] = {}
    if not 0 < amount_fen <= left:
        wrong["amount_fen"] = _("At most what was paid and has not gone back yet can be returned.")
    if reason not in Refund.Reason.values:
        wrong["reason"] = _("Please choose one of the answers.")
    if not text.strip():
        wrong["text"] = _("Please say why.")
    if wrong:
        raise Invalid(fields=wrong)


def locked_refund(refund_id: int, actor: Actor) -> Refund:
    """The refund, locked behind its order and its case. Raises NotFound."""
    order_id = Refund.objects.filter(pk=refund_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound()
    order = locked(order_id, actor)
    refund = db.lock_row(Refund.objects.select_related("attempt"), refund_id)
    refund.order = order
    return refund


@action
def decide_refund(actor: Actor, refund_id: int, code: str, *, text: str, state_version: int) -> Refund:
    """The second pair of eyes: approve, reject, try again, or note that the provider confirmed it.

    Raises NotFound, Stale, WrongState, NotAllowed (also for whoever proposed it), Invalid.
    """
    refund = locked_refund(refund_id, actor)
    if code not in {"approve", "reject", "retry", "note_returned"}:
        raise WrongState()
    step = REFUND.begin(refund, code, actor, {"note": text, "proof": text}, state_version=state_version)
    step.apply()
    if code in {"approve", "reject"}:
        refund.decided_by, refund.decided_at, refund.decision_note = actor.user, now(), text.strip()
    if code == "note_returned":
        refund.proof = refund.reference = step.inputs["proof"]
        book(refund, actor)
        notices.tell_payer(refund.order, notices.REFUNDED, key=f"refund:{refund.pk}", amount_fen=refund.amount_fen)
        return refund
    refund.save()
    note(refund.order, f"refund_{code}", actor, {"refund": refund.number, "reason": text.strip()})
    if refund.state == "approved" and refund.method not in AT_COUNTER:
        refund.tries = 0
        refund.save(update_fields=["tries"])
        enqueue(SEND, {"refund": refund.pk}, key=str(refund.pk))
    return refund


def book(refund: Refund, actor: Actor) -> None:
    """The money is back: the refund and its receipt, and the order, unless the money never paid it."""
    moment, order = now(), refund.order
    refund.done_at, refund.done_on = moment, local_date(moment)
    told = {"refund": refund.number, "refund_fen": refund.amount_fen, "why": refund.reason}
    if refund.surplus:
        with counted(order):
            refund.save()
        note(order, "surplus_returned", actor, told)
        return
    with counted(order):
        refund.save()
        code = "hand_back" if refund.method in AT_COUNTER and actor.user else "refund"
        back = order.refunded_fen + refund.amount_fen
        take(order, code, actor if code == "hand_back" else PORTAL, changes={"refunded_fen": back}, told=told)
    receipt = issue_receipt(order, refund)
    if order.state == "refunded":
        papers.void(order, receipt, actor)


# --- through the provider -------------------------------------------------------------------------------------------


def return_money(refund_id: int) -> str:
    """Return one approved refund: committed as sending, called under its number, then what came of it.

    Returns the refund's state; `sending` when it is to be tried again.
    """
    refund = _claim(refund_id)
    if refund is None:
        return ""
    try:
        returned = provider_of(refund.method).refund(refund.attempt.key, refund.number, refund.amount_fen)
    except Refused as error:
        return _fail(refund_id, "fail", str(error))
    except (Unreachable, NotFound) as error:
        known = isinstance(error, NotFound) or provider_of(refund.method).knows_keys
        if known and refund.tries < TRIES:
            return "sending"
        return _fail(refund_id, "doubt", type(error).__name__)
    return _finish(refund_id, returned.reference)


@action
def _claim(refund_id: int) -> Refund | None:
    refund = locked_refund(refund_id, PORTAL)
    if refund.state not in {"approved", "sending"}:
        return None
    if refund.state == "sending" and not provider_of(refund.method).knows_keys:
        # A sender died in the middle, and this provider would pay twice.
        REFUND.begin(refund, "doubt", PORTAL, state_version=None).apply()
        refund.save()
        return None
    REFUND.begin(refund, "send", PORTAL, state_version=None).apply()
    refund.sent_at, refund.tries = now(), refund.tries + 1
    refund.save()
    return refund


@action
def _finish(refund_id: int, reference: str) -> str:
    refund = locked_refund(refund_id, PORTAL)
    if refund.state == "sending":
        REFUND.begin(refund, "finish", PORTAL, state_version=None).apply()
        refund.reference = reference[:80]
        book(refund, PORTAL)
        notices.tell_payer(refund.order, notices.REFUNDED, key=f"refund:{refund.pk}", amount_fen=refund.amount_fen)
    return refund.state


@action
def _fail(refund_id: int, code: str, error: str) -> str:
    refund = locked_refund(refund_id, PORTAL)
    if refund.state == "sending":
        REFUND.begin(refund, code, PORTAL, state_version=None).apply()
        refund.last_error = error[:300]
        refund.save()
        note(refund.order, f"refund_{code}", PORTAL, {"refund": refund.number})
    log.warning("refund_not_returned", extra={"refund": refund.number, "error": error})
    return refund.state
