"""The one way in which a ticket takes a step: lock, check against the table, apply, save, count, record."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from hall.queue import policies
from hall.queue.errors import WindowBusy
from hall.queue.lifecycle import HOLDER, TICKET
from hall.queue.measures import TICKET_MEASURES
from hall.queue.models import HallDay, Ticket
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record

# What changes nothing that hangs on the hall's walls or over a window.
UNSEEN = frozenset({"tie", "print"})


def raise_version(hall_id: int, day: dt.date) -> None:
    """Screens have something new to show. Taken before the ticket's lock, so that no two wait in a circle."""
    _raised("version", hall_id, day)


def next_call(hall_id: int, day: dt.date) -> int:
    """The number of the next call of the hall's day. The row stays ours until the commit, so calls become visible in
    the order of their numbers, and whoever asks for those after the last one seen misses none."""
    return _raised("calls", hall_id, day)


def _raised(column: str, hall_id: int, day: dt.date) -> int:
    number = db.increment(HallDay, column, hall=hall_id, day=day)
    if number is None:
        HallDay.objects.bulk_create([HallDay(hall_id=hall_id, day=day)], ignore_conflicts=True)
        number = db.increment(HallDay, column, hall=hall_id, day=day)
    if number is None:
        raise RuntimeError("the hall's day that was just made is gone")
    return number


def locked(ticket_id: int, actor: Actor, code: str) -> Ticket:
    """The ticket, locked; NotFound for a missing one and for one that the actor may not see, alike."""
    known = Ticket.objects.filter(pk=ticket_id).values_list("hall_id", "day").first()
    if known is None:
        raise NotFound()
    if code not in UNSEEN:
        raise_version(*known)
    ticket = db.lock_row(Ticket.objects.all(), ticket_id)
    if actor.user is not None and not policies.may_see_ticket(actor.user, ticket):
        raise NotFound()
    return ticket


def take(
    ticket: Ticket,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None,
    told: Mapping[str, Any] | None = None,
) -> Ticket:
    """Take one step of the life cycle with a locked ticket; `told` is added to the event's data.

    Raises Stale, WrongState, NotAllowed, Invalid, WindowBusy, and what the step itself refuses.
    """
    step = TICKET.begin(ticket, code, actor, inputs, state_version=state_version)
    try:
        with transaction.atomic(), statistics.watch(TICKET_MEASURES, ticket):
            before, after = step.apply()
            ticket.save()
    except IntegrityError as error:
        if "one_ticket_at_a_window" in str(error) or "window_id" in str(error):
            raise WindowBusy from None
        raise
    data = {**step.data, **(told or {})}
    if actor.role == HOLDER:
        data["by"] = "holder"
    record(ticket, f"ticket.{code}", actor, from_state=before, to_state=after, data=data)
    return ticket
