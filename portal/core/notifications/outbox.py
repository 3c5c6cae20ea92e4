"""Sending what stands in the outbox: `sending` is committed first, then the call, then what came of it."""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.jobs import Job, Later, back_off, enqueue, job, may_manage_jobs
from portal.core.models.notifications import Channel, MessageState, OutboxMessage
from portal.core.notifications import channels
from portal.core.time import ZONE, now

log = logging.getLogger("portal.outbox")
SEND = "core.send_message"
MAX_ATTEMPTS = 8
LEASE_SECONDS = 60  # far more than a call may take, so that a living sender is not overtaken
QUIET_HOURS = (21, 8)  # from, to: no SMS at night unless it is urgent; SMS_QUIET_HOURS in the settings overrides it


def may_leave_at(message: OutboxMessage) -> dt.datetime:
    """When the message may go out: now, or for an SMS at night the next morning (Shanghai time)."""
    moment = now()
    quiet_from, quiet_to = getattr(settings, "SMS_QUIET_HOURS", QUIET_HOURS)
    if message.channel != Channel.SMS or message.urgent or quiet_from == quiet_to:
        return moment
    local = moment.astimezone(ZONE)
    morning = local.replace(hour=quiet_to, minute=0, second=0, microsecond=0)
    if quiet_from < quiet_to:  # a quiet time within one day
        return morning if quiet_from <= local.hour < quiet_to else moment
    if local.hour >= quiet_from:
        return morning + dt.timedelta(days=1)
    return morning if local.hour < quiet_to else moment


def _sender_died(payload: dict[str, Any], error: str) -> None:
    """The job was given up: what was in flight is unknown, what was not is failed."""
    rows = OutboxMessage.objects.filter(pk=payload["message"])
    rows.filter(state=MessageState.SENDING).update(state=MessageState.UNKNOWN, last_error=error)
    rows.filter(state=MessageState.WAITING).update(state=MessageState.FAILED, last_error=error)


@job(SEND, lease_seconds=LEASE_SECONDS, max_attempts=MAX_ATTEMPTS, steps=True, on_dead=_sender_died)
def send_message(payload: dict[str, Any], job: Job) -> None:
    """Send one message. Three transactions: claim it, (call), note the outcome."""
    with job.step():
        message = _claim(payload["message"])
    if message is None:
        return
    outcome: dict[str, Any]
    try:
        receipt = channels.send(message)
        outcome = {"state": MessageState.SENT, "receipt": receipt, "sent_at": now(), "last_error": ""}
    except channels.NotConfigured:
        outcome = {"state": MessageState.NOT_CONFIGURED}
    except channels.Refused as error:
        outcome = {"state": MessageState.FAILED, "last_error": str(error)}
    except channels.NotSent as error:
        state = MessageState.FAILED if message.attempts >= MAX_ATTEMPTS else MessageState.WAITING
        outcome = {"state": state, "last_error": str(error)}
    except channels.Doubtful as error:
        outcome = {"state": _after_doubt(message), "last_error": str(error)}
    with job.step():
        OutboxMessage.objects.filter(pk=message.pk, state=MessageState.SENDING).update(**outcome)
    if outcome["state"] in (MessageState.WAITING, MessageState.SENDING):
        raise Later(now() + back_off(message.attempts))


def _after_doubt(message: OutboxMessage) -> MessageState:
    """Where the receiver knows the key we send again under it; elsewhere only a person can find out."""
    if channels.knows_keys(message.channel) and message.attempts < MAX_ATTEMPTS:
        return MessageState.SENDING
    return MessageState.UNKNOWN


def _claim(message_id: int) -> OutboxMessage | None:
    """Set the message to `sending`; None when there is nothing (more) to send."""
    message = OutboxMessage.objects.filter(pk=message_id).first()
    if message is None or message.state not in (MessageState.WAITING, MessageState.SENDING):
        return None
    if message.state == MessageState.SENDING and not channels.knows_keys(message.channel):
        # A sender died between this state and the outcome: it may have been sent.
        message.state = MessageState.UNKNOWN
        message.last_error = str(_("The sender was lost in the middle of the call."))
        message.save(update_fields=["state", "last_error"])
        return None
    leaves_at = may_leave_at(message)
    if leaves_at > now():
        raise Later(leaves_at)
    message.state, message.sending_at = MessageState.SENDING, now()
    message.attempts += 1
    message.save(update_fields=["state", "sending_at", "attempts"])
    return message


# --- what a person does ---------------------------------------------------------------------------------------------

NEEDS_PERSON = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.NOT_CONFIGURED)


def _stuck_message(actor: Actor, message_id: int) -> OutboxMessage:
    if actor.user is None or not may_manage_jobs(actor.user):
        raise NotAllowed
    try:
        message = db.lock_row(OutboxMessage.objects.all(), message_id)
    except OutboxMessage.DoesNotExist:
        raise NotFound from None
    if message.state not in NEEDS_PERSON:
        raise WrongState
    return message


@action
def resend_message(actor: Actor, message_id: int) -> OutboxMessage:
    """Send a failed or doubtful message again, under its old key. Raises NotAllowed, NotFound, WrongState."""
    message = _stuck_message(actor, message_id)
    message.state, message.attempts = MessageState.WAITING, 0
    message.save(update_fields=["state", "attempts"])
    enqueue(SEND, {"message": message.pk}, key=str(message.pk), due_at=may_leave_at(message))
    return message


@action
def close_message(actor: Actor, message_id: int, *, note: str) -> OutboxMessage:
    """Close a message because a person told the receiver, or found that it arrived. Raises Invalid too."""
    message = _stuck_message(actor, message_id)
    if not note.strip():
        raise Invalid(fields={"note": _("Write what was done instead.")})
    message.state, message.closed_by, message.closed_note = MessageState.CLOSED, actor.user, note.strip()
    message.save(update_fields=["state", "closed_by", "closed_note"])
    return message
