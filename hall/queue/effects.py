"""What each step of the life cycle does to the ticket's row. Durations are never negative, whatever the clock does."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.queue.errors import RejoinedTooOften, TooSoon
from hall.queue.models import Queue, Ticket
from hall.queue.rules import credit, limits
from portal.core.errors import Invalid
from portal.core.lifecycle import Step


def seconds_between(ticket: Ticket, start: dt.datetime | None, end: dt.datetime) -> int:
    """The seconds from start to end. A clock that was set back gives 0, and the ticket's times count no more."""
    if start is None:
        return 0
    seconds = int((end - start).total_seconds())
    if seconds < 0:
        ticket.time_unreliable = True
    return max(0, seconds)


def place(ticket: Ticket, arrived_at: dt.datetime) -> None:
    """Give the ticket its place in the line: the arrival less the capped credit."""
    ticket.arrived_at = arrived_at
    ticket.rank_at = arrived_at - credit(ticket.priority, ticket.day)


def _note_wait(ticket: Ticket) -> None:
    """The wait lasts until the first call, whatever comes later."""
    if ticket.wait_seconds is None and ticket.first_called_at is not None:
        ticket.wait_seconds = seconds_between(ticket, ticket.arrived_at, ticket.first_called_at)


def check_in(step: Step[Ticket]) -> None:
    """The line begins on arrival, not when it was booked."""
    place(step.obj, step.moment)


def call(step: Step[Ticket]) -> None:
    """Window, person and number of the call are set by the action, which holds them."""
    ticket = step.obj
    ticket.called_at, ticket.called_from = step.moment, ticket.state
    ticket.first_called_at = ticket.first_called_at or step.moment
    ticket.calls += 1
    step.data["call"] = ticket.call_number


def recall(step: Step[Ticket]) -> None:
    """Once more on screens and loudspeakers, not before the cool-down is over."""
    ticket = step.obj
    pause = limits(ticket.day).recall_seconds
    passed = seconds_between(ticket, ticket.called_at, step.moment)
    if passed < pause:
        raise TooSoon(seconds=pause - passed)
    ticket.called_at = step.moment
    ticket.calls += 1
    step.data["call"] = ticket.call_number


def put_back(step: Step[Ticket]) -> None:
    """As if it had not been called: the place in the line is kept, and the wait goes on."""
    ticket = step.obj
    if ticket.wait_seconds is None:  # it was the first call
        ticket.first_called_at = None
    ticket.window = ticket.staff = ticket.called_at = ticket.call_number = None


def miss(step: Step[Ticket]) -> None:
    ticket = step.obj
    ticket.misses += 1
    _note_wait(ticket)
    _count_at(ticket)


def rejoin(step: Step[Ticket]) -> None:
    """Back in line, behind those who wait already; the arrival stays for the figures."""
    ticket = step.obj
    if ticket.rejoins >= limits(ticket.day).rejoins:
        raise RejoinedTooOften
    ticket.rejoins += 1
    ticket.rank_at = step.moment
    ticket.window = ticket.staff = ticket.counted_window = ticket.counted_staff = None
    ticket.told_near_at = None


def start(step: Step[Ticket]) -> None:
    ticket = step.obj
    ticket.started_at = step.moment
    _note_wait(ticket)
    ticket.way_seconds = seconds_between(ticket, ticket.called_at, step.moment)


def hold(step: Step[Ticket]) -> None:
    """The window is free for others; the service's time stands still."""
    _stop(step)
    step.data["reason"] = step.inputs["reason"]


def resume(step: Step[Ticket]) -> None:
    step.obj.started_at = step.moment


def transfer(step: Step[Ticket]) -> None:
    """To another queue of the hall; the arrival is kept, so that nobody waits twice."""
    ticket = step.obj
    queue = _other_queue(ticket, step.inputs["queue"])
    _stop(step)
    step.data |= {"from": ticket.queue.prefix, "to": queue.prefix}
    ticket.queue, ticket.department_id = queue, queue.department_id
    ticket.window = ticket.staff = None
    ticket.rank_at = min(ticket.rank_at or step.moment, step.moment)
    ticket.told_near_at = None


def finish(step: Step[Ticket]) -> None:
    _stop(step)
    _count_at(step.obj)
    step.obj.ended_at = step.moment


def close_forgotten(step: Step[Ticket]) -> None:
    """Nobody pressed "finish": the service ended sometime, and its times count in no figure."""
    step.obj.time_unreliable = True
    finish(step)


def end(step: Step[Ticket]) -> None:
    step.obj.ended_at = step.moment


def expire(step: Step[Ticket]) -> None:
    ticket = step.obj
    if ticket.state in {"called", "held"}:
        _note_wait(ticket)
        _count_at(ticket)
    ticket.ended_at = step.moment


def _stop(step: Step[Ticket]) -> None:
    ticket = step.obj
    ticket.service_seconds += seconds_between(ticket, ticket.started_at, step.moment)
    ticket.started_at = None


def _count_at(ticket: Ticket) -> None:
    ticket.counted_window_id, ticket.counted_staff_id = ticket.window_id, ticket.staff_id


def _other_queue(ticket: Ticket, typed: Any) -> Queue:
    found = Queue.objects.in_use(ticket.day).filter(hall=ticket.hall_id).exclude(pk=ticket.queue_id)
    queue = found.filter(pk=int(typed)).first() if str(typed).isdecimal() and len(str(typed)) < 18 else None
    if queue is None:
        raise Invalid(fields={"queue": _("Choose another queue of this hall.")})
    return queue
