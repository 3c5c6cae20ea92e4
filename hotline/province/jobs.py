"""Sending to the province: `sending` is committed first, then the call, then what came of it."""

from typing import Any

from django.utils.translation import gettext as _

from hotline.province import actions, notices
from hotline.province.adapters import Doubtful, NotSent, Refused, adapter
from hotline.province.models import Exchange
from portal.core.events import on_event
from portal.core.jobs import Job, Later, back_off, job
from portal.core.time import now

State = Exchange.State
MOST_ATTEMPTS = 8
LEASE_SECONDS = 60  # far more than a call may take
# Which steps of a ticket the province is told of, and as what.
REPLIES = ("ticket.answer", "ticket.approve", "ticket.approve_outside", "ticket.reply_with_series")
ENDS = (
    "ticket.answer",
    "ticket.call_back",
    "ticket.call_back_by_caller",
    "ticket.close",
    "ticket.give_up",
    "ticket.set_aside",
)


@job("province.tell_reply")
def tell_reply(payload: dict[str, Any], _job: Job) -> None:
    """The caller was answered."""
    actions.plan(payload["stream_id"], Exchange.Kind.REPLY, payload["event"])


@job("province.tell_end")
def tell_end(payload: dict[str, Any], _job: Job) -> None:
    """The ticket has ended."""
    actions.plan(payload["stream_id"], Exchange.Kind.CLOSE, payload["event"])


def _sender_died(payload: dict[str, Any], error: str) -> None:
    """The job was given up: what was in flight is unknown, what was not has failed."""
    rows = Exchange.objects.filter(pk=payload["exchange"])
    rows.filter(state=State.SENDING).update(state=State.UNKNOWN, last_error=error[:300])
    rows.filter(state=State.WAITING).update(state=State.FAILED, last_error=error[:300])
    for row in rows.select_related("ticket"):
        notices.tell_stuck(row)


@job(actions.SEND, lease_seconds=LEASE_SECONDS, max_attempts=MOST_ATTEMPTS, steps=True, on_dead=_sender_died)
def send(payload: dict[str, Any], job: Job) -> None:
    """Send one message. Three transactions: claim it, (call), note the outcome."""
    with job.step():
        row = _claim(payload["exchange"])
    if row is None:
        return
    outcome: dict[str, Any]
    try:
        outcome = {"state": State.DONE, "receipt": adapter().send(actions.message_of(row)), "sent_at": now()}
        outcome["last_error"] = ""
    except Refused as error:
        outcome = {"state": State.FAILED, "last_error": str(error)[:300]}
    except NotSent as error:
        state = State.FAILED if row.attempts >= MOST_ATTEMPTS else State.WAITING
        outcome = {"state": state, "last_error": str(error)[:300]}
    except Doubtful as error:
        again = adapter().knows_keys and row.attempts < MOST_ATTEMPTS
        outcome = {"state": State.SENDING if again else State.UNKNOWN, "last_error": str(error)[:300]}
    with job.step():
        Exchange.objects.filter(pk=row.pk, state=State.SENDING).update(**outcome)
        if outcome["state"] in (State.FAILED, State.UNKNOWN):
            notices.tell_stuck(row)
    if outcome["state"] in (State.WAITING, State.SENDING):
        raise Later(now() + back_off(row.attempts))


def _claim(exchange_id: int) -> Exchange | None:
    """Set the row to `sending`; None when there is nothing (more) to send."""
    rows = Exchange.objects.select_related("ticket__department", "reply")
    row = rows.filter(pk=exchange_id, state__in=(State.WAITING, State.SENDING)).first()
    if row is None:
        return None
    problem, state = "", row.state
    if not adapter().configured():
        problem, state = _("No provincial platform is set up (PROVINCE_URL, PROVINCE_SECRET)."), State.FAILED
    elif row.state == State.SENDING and not adapter().knows_keys:
        problem, state = _("The sender was lost in the middle of the call."), State.UNKNOWN
    if problem:
        row.state, row.last_error = state, problem
        row.save(update_fields=["state", "last_error"])
        notices.tell_stuck(row)
        return None
    row.state, row.attempts = State.SENDING, row.attempts + 1
    row.save(update_fields=["state", "attempts"])
    return row


def connect() -> None:
    """Called in `ready()`."""
    for event in REPLIES:
        on_event(event, "province.tell_reply")
    for event in ENDS:
        on_event(event, "province.tell_end")
