"""Paying online: the try is committed before the provider is called, and whoever lost the answer asks for it."""

import datetime as dt
import logging

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.payments import notices, papers
from approvals.payments.actions.steps import PORTAL, issue_receipt, locked, note, take
from approvals.payments.models import Attempt, Order, ProviderNotice
from approvals.payments.providers import Answer, Charge, Refused, Unreachable, provider_of
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Stale
from portal.core.time import local_date, now

log = logging.getLogger("portal.payments")
ASK_AGAIN = dt.timedelta(minutes=2)
BATCH = 100


class ProviderDown(DomainError):
    """The provider did not answer; nothing was paid."""

    code = "provider_unreachable"
    status = 503
    default_message = _("The payment platform does not answer at present. Please try again in a few minutes.")


def pay_online(
    actor: Actor, order_id: int, provider: str, *, state_version: int, notify_url: str, return_url: str
) -> str:
    """Begin a payment, or go on with the one that is open: the address of the provider's page.

    Raises NotFound, Stale, WrongState, NotAllowed, ProviderDown.
    """
    adapter = provider_of(provider)
    attempt = _begin(actor, order_id, provider, state_version)
    charge = Charge(
        key=attempt.key,
        order_number=attempt.order.number,
        subject=attempt.order.item.name,
        amount_fen=attempt.amount_fen,
        notify_url=notify_url,
        return_url=return_url,
    )
    try:
        started = adapter.start(charge)
    except (Refused, Unreachable) as error:
        # It stays "sending": the next click or the sweep asks under the same key.
        log.warning("payment_not_started", extra={"attempt": attempt.key, "error": type(error).__name__})
        raise ProviderDown() from error
    _started(attempt.pk, started.reference, started.pay_url)
    return started.pay_url


@action
def _begin(actor: Actor, order_id: int, provider: str, state_version: int) -> Attempt:
    """Commit what is about to be sent. A try at the same provider that is still open is taken up again."""
    order = locked(order_id, actor)
    alive = order.attempts.filter(state__in=Attempt.ALIVE).order_by("-pk").first()
    if alive is not None and alive.method == provider and alive.amount_fen == order.amount_fen and order.is_payable:
        if actor.user is not None and state_version > order.state_version:
            raise Stale()
        return alive
    take(order, "start", actor, state_version=state_version)
    made = Attempt.objects.create(
        order=order,
        key=f"{order.number}-{order.attempts.count() + 1}",
        method=provider,
        amount_fen=order.amount_fen,
        started_at=now(),
    )
    made.order = order
    return made


@action
def _started(attempt_id: int, reference: str, pay_url: str) -> None:
    rows = Attempt.objects.filter(pk=attempt_id, state=Attempt.State.SENDING)
    rows.update(state=Attempt.State.STARTED, reference=reference[:80], pay_url=pay_url[:500])


# --- what came of it ------------------------------------------------------------------------------------------------


def locked_attempt(attempt_id: int) -> Attempt:
    """The try, locked behind its order and its case."""
    order_id = Attempt.objects.values_list("order_id", flat=True).get(pk=attempt_id)
    order = locked(order_id, PORTAL)
    attempt = db.lock_row(Attempt.objects.all(), attempt_id)
    attempt.order = order
    return attempt


def apply(attempt: Attempt, answer: Answer) -> str:
    """Write what the provider says of a locked try; the outcome as a `ProviderNotice.Outcome`. Safe to repeat."""
    if attempt.state in {Attempt.State.SUCCEEDED, Attempt.State.MISMATCH}:
        return "repeated"
    if answer.state != "paid":
        return _not_paid(attempt, answer.state)
    attempt.received_fen, attempt.received_currency = answer.amount_fen, answer.currency
    attempt.reference = answer.reference[:80] or attempt.reference
    attempt.finished_at = answer.at or now()
    attempt.finished_on = local_date(attempt.finished_at)
    if (answer.amount_fen, answer.currency) != (attempt.amount_fen, attempt.order.currency):
        return _mismatch(attempt)
    attempt.state = Attempt.State.SUCCEEDED
    order = attempt.order
    attempt.surplus = not order.is_payable or not _still_wanted(order)
    attempt.save()
    if attempt.surplus:
        return _surplus(attempt)
    settle(order, attempt, "pay", PORTAL)
    return "paid"


def settle(order: Order, attempt: Attempt, code: str, actor: Actor, state_version: int | None = None) -> None:
    """The money of this try pays the order: state, receipt with its paper, notice."""
    changes = {
        "method": attempt.method, "paid_at": attempt.finished_at, "paid_on": attempt.finished_on,
    }  # fmt: skip
    told = {"method": attempt.method, "reference": attempt.reference}
    take(order, code, actor, state_version=state_version, changes=changes, told=told)
    papers.issue(order, issue_receipt(order), actor)
    notices.tell_payer(order, notices.PAID, key=f"paid:{order.pk}")


def _still_wanted(order: Order) -> bool:
    """Money for a case that ended without an approval, or was paid otherwise meanwhile, is not kept."""
    case = order.case
    return case.ended_on is None or case.outcome == "approved"


def _surplus(attempt: Attempt) -> str:
    from approvals.payments.actions.refunds import put_up

    order = attempt.order
    twice = order.attempts.filter(state=Attempt.State.SUCCEEDED).exclude(pk=attempt.pk).exists()
    put_up(order, attempt, "twice" if twice else "late", attempt.received_fen or 0)
    note(order, "surplus", PORTAL, {"received_fen": attempt.received_fen, "reference": attempt.reference})
    notices.tell_payer(order, notices.GOES_BACK, key=f"surplus:{attempt.pk}", amount_fen=attempt.received_fen)
    return "surplus"


def _mismatch(attempt: Attempt) -> str:
    """Another amount or currency: kept, not counted as paid, and a person looks at it."""
    attempt.state = Attempt.State.MISMATCH
    attempt.save()
    order = attempt.order
    if order.state == "started":
        take(order, "give_up", PORTAL)
    note(order, "mismatch", PORTAL, {"received_fen": attempt.received_fen, "currency": attempt.received_currency})
    notices.tell_staff(order, notices.MISMATCH, key=f"mismatch:{attempt.pk}", amount_fen=attempt.received_fen or 0)
    return "mismatch"


def _not_paid(attempt: Attempt, state: str) -> str:
    if state in {"failed", "closed"} and attempt.state in Attempt.ALIVE:
        attempt.state = Attempt.State.FAILED if state == "failed" else Attempt.State.CLOSED
        attempt.finished_at = now()
        attempt.save()
        order = attempt.order
        if order.state == "started" and not order.attempts.filter(state__in=Attempt.ALIVE).exists():
            take(order, "give_up", PORTAL)
    return "failed"


# --- asking ---------------------------------------------------------------------------------------------------------


def ask_attempt(attempt_id: int) -> str:
    """Ask the provider how a try stands, and write the answer. Empty when it does not answer."""
    attempt = Attempt.objects.get(pk=attempt_id)
    Attempt.objects.filter(pk=attempt_id).update(asked_at=now())
    try:
        answer = provider_of(attempt.method).ask(attempt.key)
    except (Unreachable, DomainError) as error:
        Attempt.objects.filter(pk=attempt_id).update(last_error=type(error).__name__)
        return ""
    if answer.state == "open":
        return "open"
    if answer.state == "unknown":
        # The provider never heard of it: only after a while, for the call may still be on its way.
        if attempt.started_at > now() - dt.timedelta(minutes=10):
            return "open"
        answer = Answer("closed")
    return _write(attempt_id, answer)


@action
def _write(attempt_id: int, answer: Answer) -> str:
    attempt = locked_attempt(attempt_id)
    outcome = apply(attempt, answer)
    if outcome == "mismatch":  # it waits for a person, whoever told us of it
        ProviderNotice.objects.create(
            provider=attempt.method, event_id=f"asked-{attempt.key}", attempt=attempt, reference=attempt.reference,
            amount_fen=answer.amount_fen, currency=answer.currency[:3], outcome=outcome, received_at=now(),
            body_sha256="",
        )  # fmt: skip
    return outcome


def ask_alive() -> int:
    """The sweep: every try that is still open and was not asked about lately. Returns how many were asked."""
    limit = now() - ASK_AGAIN
    rows = Attempt.objects.filter(state__in=Attempt.ALIVE, started_at__lte=limit)
    rows = rows.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=limit))
    ids = list(rows.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:BATCH])
    for attempt_id in ids:
        ask_attempt(attempt_id)
    return len(ids)


def close_alive(order_id: int) -> bool:
    """Close every open try of an order at its provider; False when one could not be closed."""
    for attempt in Attempt.objects.filter(order_id=order_id, state__in=Attempt.ALIVE):
        try:
            answer = provider_of(attempt.method).close(attempt.key)
        except (Unreachable, DomainError) as error:
            log.warning("payment_not_closed", extra={"attempt": attempt.key, "error": type(error).__name__})
            return False
        if answer.state == "open":
            return False
        _write(attempt.pk, answer)
    return True
