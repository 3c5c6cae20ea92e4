"""The one way in which a ticket takes a step: lock, check against the table, apply, save, count, record."""

from collections.abc import Mapping
from typing import Any

from hotline import policies
from hotline.lifecycle import TICKET
from hotline.measures import TICKET_MEASURES
from hotline.models import Ticket
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record

# The caller's own word, by link, by number and code, or signed in: the portal takes the step for them.
CALLER = Actor(user=None, role="citizen", name="caller")


def locked(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket, locked; NotFound for a missing one and for one that the actor may not see, alike."""
    try:
        ticket = db.lock_row(Ticket.objects.select_related("department", "category", "reporter"), ticket_id)
    except Ticket.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, ticket):
        raise NotFound()
    return ticket


def take(
    ticket: Ticket,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None,
) -> Ticket:
    """Take one step with a locked ticket. Raises Stale, WrongState, NotAllowed, Invalid."""
    step = TICKET.begin(ticket, code, actor, inputs, state_version=state_version)
    with statistics.watch(TICKET_MEASURES, ticket):
        before, after = step.apply()
        ticket.save()
    record(ticket, f"ticket.{code}", actor, from_state=before, to_state=after, data=step.data, personal=step.personal)
    return ticket
