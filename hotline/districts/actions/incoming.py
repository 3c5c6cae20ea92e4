"""What a district's platform reports: signed for, returned, replied, progress. Each message counts once, in any order."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.actions.steps import take
from hotline.districts.incoming import Message
from hotline.districts.models import Handover, Platform, Received
from hotline.models import Dispatch, Note, Ticket
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.api.problems import Problem
from portal.core.errors import NotFound
from portal.core.events import record
from portal.core.time import now

PORTAL = Actor.system("districts")
HEARD_EVERY = dt.timedelta(minutes=1)
TAKEN, LATE = "taken", "late"
NO_PLATFORM = _("Your department has no platform of its own here. Ask the centre's administrator to set it up.")
OTHER_CONTENT = _("This message number came before with other content. Send new content under a new number.")
SUPERSEDED = _("This round is over: the ticket was answered, taken back or given to somebody else. Read it again.")


def platform_of(department_id: int | None) -> Platform:
    """The platform outside of a district. Raises Problem 403."""
    found = Platform.objects.filter(district=department_id or 0, kind=Platform.Kind.OUTSIDE).first()
    if found is None:
        raise Problem(403, "no_platform", NO_PLATFORM)
    return found


def heard(platform: Platform) -> None:
    """Note that the platform was here; once a minute is enough."""
    old = Q(last_heard_at__isnull=True) | Q(last_heard_at__lt=now() - HEARD_EVERY)
    Platform.objects.filter(old, pk=platform.pk).update(last_heard_at=now())


@action
def receive(actor: Actor, department_id: int | None, message: Message) -> tuple[Received, Ticket, bool]:
    """Take one message in: its row, the ticket, and whether it was new. Sent again it changes nothing.

    A message that comes behind a later one (signed for, when the reply is here already) is taken as `late` and does
    nothing. Raises NotFound for a ticket that was never handed over, Problem 403 and 409, WrongState, NotAllowed.
    """
    platform = platform_of(department_id)
    heard(platform)
    db.lock_name(f"districts:{platform.pk}:{message.number}")
    earlier = (
        Received.objects.filter(platform=platform, number=message.number).select_related("handover__ticket").first()
    )
    if earlier is not None:
        if earlier.digest != message.digest:
            raise Problem(409, "number_used", OTHER_CONTENT)
        earlier.repeats += 1
        earlier.save(update_fields=["repeats"])
        return earlier, earlier.handover.ticket, False
    handover = Handover.objects.filter(
        platform=platform, ticket__number=message.ticket, dispatch__round=message.round
    ).first()
    if handover is None:
        raise NotFound()
    ticket = db.lock_row(
        Ticket.objects.select_related("department", "category", "inner_department"), handover.ticket_id
    )
    handover.dispatch.refresh_from_db()
    outcome = STEPS[message.kind](ticket, handover, message, actor)
    if message.their_number and message.their_number != handover.their_number:
        handover.their_number = message.their_number
        handover.save(update_fields=["their_number"])
    row = Received.objects.create(
        platform=platform, number=message.number, digest=message.digest, kind=message.kind, handover=handover,
        outcome=outcome, there_at=message.there_at, at=now(),
    )  # fmt: skip
    return row, ticket, True


def _sign(ticket: Ticket, handover: Handover, _message: Message, actor: Actor) -> str:
    round_ = handover.dispatch
    if round_.signed_at is not None or round_.ended_at is not None or ticket.state != "dispatched":
        return LATE
    take(ticket, "sign", actor, state_version=None)
    return TAKEN


def _return(ticket: Ticket, handover: Handover, message: Message, actor: Actor) -> str:
    _running(handover.dispatch)
    take(ticket, "return", actor, {"ground": message.ground, "reason": message.reason}, state_version=None)
    return TAKEN


def _reply(ticket: Ticket, handover: Handover, message: Message, actor: Actor) -> str:
    """Signed for by the way, if that is still on its way; sent at once when two persons there have seen it."""
    _running(handover.dispatch)
    if ticket.state == "dispatched":
        take(ticket, "sign", actor, state_version=None)
    take(ticket, "draft", actor, {"text": message.text, "measures": message.measures}, state_version=None)
    if message.approver:
        handover.replied_there = True
        handover.save(update_fields=["replied_there"])
        take(ticket, "approve_outside", PORTAL, state_version=None)
    record(
        ticket, "ticket.progress", actor, from_state=ticket.state, to_state=ticket.state,
        data={"reason": " / ".join(one for one in (message.author, message.approver) if one)},
    )  # fmt: skip
    return TAKEN


def _progress(ticket: Ticket, handover: Handover, message: Message, actor: Actor) -> str:
    """A word on how it stands; still taken when the reply was faster, not once somebody else has the ticket."""
    if ticket.department_id != handover.platform.district_id or not ticket.is_open:
        raise Problem(409, "superseded", SUPERSEDED)
    Note.objects.create(ticket=ticket, at=now(), by=actor.user, text=message.text, from_caller=False)
    record(ticket, "ticket.progress", actor, from_state=ticket.state, to_state=ticket.state)
    return LATE if handover.dispatch.ended_at is not None else TAKEN


def _running(round_: Dispatch) -> None:
    if round_.ended_at is not None:
        raise Problem(409, "superseded", SUPERSEDED)


STEPS = {
    Received.Kind.SIGN.value: _sign,
    Received.Kind.RETURN.value: _return,
    Received.Kind.REPLY.value: _reply,
    Received.Kind.PROGRESS.value: _progress,
}
