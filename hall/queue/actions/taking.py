"""Taking a number at the kiosk, at the desk, on the phone; what the holder does with the link; printing again."""

from dataclasses import asdict

from hall.queue import steps
from hall.queue.lifecycle import TAKEN_BY_HOLDER, holder_of
from hall.queue.models import Ticket
from hall.queue.policies import may_manage_queue
from hall.queue.services import TicketDraft, take_ticket
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound
from portal.core.events import record
from portal.core.idempotency import body_hash, once


@action
def take_number(actor: Actor, draft: TicketDraft, *, once_key: str) -> Ticket:
    """Take a number; a request that is sent twice gives the same one. Raises what `take_ticket` raises, KeyReused."""
    content = {**asdict(draft), "service_ids": list(draft.service_ids)}
    outcome = once(actor, "queue.take", once_key, body_hash(content), lambda: {"ticket": take_ticket(actor, draft).pk})
    return Ticket.objects.select_related("queue", "hall").get(pk=outcome["ticket"])


@action
def follow_step(public_id: str, code: str, *, state_version: int) -> Ticket:
    """What the holder of the link does: give up, rejoin. Raises NotFound, Stale, WrongState, RejoinedTooOften."""
    if code not in TAKEN_BY_HOLDER:
        raise NotFound()
    found = Ticket.objects.filter(public_id=public_id).values_list("pk", "number").first()
    if found is None:
        raise NotFound()
    actor = holder_of(Ticket(pk=found[0], number=found[1]))
    ticket = steps.locked(found[0], actor, code)
    return steps.take(ticket, code, actor, state_version=state_version)


@action
def note_reprint(actor: Actor, ticket_id: int) -> Ticket:
    """A ticket is printed again: the event says by whom."""
    if actor.user is None or not may_manage_queue(actor.user):
        raise NotAllowed
    ticket = steps.locked(ticket_id, actor, "print")
    record(ticket, "ticket.reprinted", actor)
    return ticket
