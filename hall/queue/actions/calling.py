"""At the window: call the next, call one, and every other step of the ticket there."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext_lazy as _

from hall.queue import steps
from hall.queue.errors import NobodyWaits, NotAtWindow, WindowBusy, WindowPaused
from hall.queue.lifecycle import TICKET
from hall.queue.models import QueueWindow, Ticket, WindowSession
from hall.queue.models.ticket import AT_WINDOW
from hall.queue.notices import tell_called
from hall.queue.ratings import invite_to_rate
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.db.claims import claim_first
from portal.core.errors import NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today

CALL = TICKET.transitions["call"]


@action
def call_next(actor: Actor, session_id: int) -> Ticket:
    """Call who stands first in the queues of the actor's window. Six statements, however many wait.

    The first of the line is taken by one conditional UPDATE, so that two windows never call the same number, and the
    hall's day is held meanwhile, so that screens see the calls in the order of their numbers.
    Raises NotAtWindow, WindowPaused, WindowBusy, NobodyWaits.
    """
    session = calling_session(actor, session_id)
    day, moment = today(), now()
    number = steps.next_call(session.hall_id, day)
    try:
        ticket = claim_first(
            _first_in_line(session, day),
            {
                "state": CALL.target, "window": session.window_id, "staff": session.staff_id, "called_at": moment,
                "call_number": number,
            },
            raised=("state_version", "calls"),
            filled={"first_called_at": moment},
            kept={"called_from": "state"},
        )  # fmt: skip
    except IntegrityError:
        raise WindowBusy from None
    if ticket is None:
        raise _nobody(session)
    record(
        ticket, "ticket.call", actor, from_state=ticket.called_from, to_state=ticket.state,
        data={"call": number, "window": session.window.code},
    )  # fmt: skip
    tell_called(ticket, session.window)
    return ticket


@action
def call_one(actor: Actor, session_id: int, ticket_id: int, *, reason: str, state_version: int | None) -> Ticket:
    """Call somebody out of turn; the reason stands in the event. Raises the same, Invalid and Stale."""
    session = calling_session(actor, session_id)
    number = steps.next_call(session.hall_id, today())
    ticket = _of_window(session, ticket_id)
    if current(session) is not None:
        raise WindowBusy
    ticket.window, ticket.staff_id, ticket.call_number = session.window, session.staff_id, number
    told = {"window": session.window.code, "reason": reason, "out_of_turn": True}
    steps.take(ticket, "call", actor, {"reason": reason}, state_version=state_version, told=told)
    tell_called(ticket, session.window)
    return ticket


@action
def take_step(
    actor: Actor, ticket_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int | None
) -> Ticket:
    """Every step but the call: again, back, missed, rejoin, start, hold, go on, transfer, finish, give up, expire."""
    if code not in TICKET.transitions or code == CALL.code:
        raise NotFound()
    if code == "recall":
        return _recall(actor, ticket_id, state_version)
    ticket = steps.locked(ticket_id, actor, code)
    window = ticket.window
    steps.take(ticket, code, actor, inputs, state_version=state_version, told={"window": window.code} if window else {})
    if code == "finish":
        invite_to_rate(ticket)
    return ticket


def calling_session(actor: Actor, session_id: int) -> WindowSession:
    """The actor's place at a window, locked: a double click waits here. Raises NotAtWindow, WindowPaused."""
    rows = WindowSession.objects.filter(staff=actor.user_id, ended_at__isnull=True).select_related("window")
    try:
        session = db.lock_row(rows, session_id)
    except WindowSession.DoesNotExist:
        raise NotAtWindow from None
    if session.is_paused:
        raise WindowPaused
    return session


def current(session: WindowSession) -> Ticket | None:
    """What is called to the window or served there."""
    return Ticket.objects.filter(window=session.window_id, state__in=AT_WINDOW).first()


def _first_in_line(session: WindowSession, day: dt.date) -> "QuerySet[Ticket]":
    """Who is to be called next at the window, unless it is busy."""
    busy = Ticket.objects.filter(window=session.window_id, state__in=AT_WINDOW)
    queues = QueueWindow.objects.filter(window=session.window_id).values("queue")
    return Ticket.objects.filter(~Exists(busy), queue__in=queues, day=day).in_line()


def _nobody(session: WindowSession) -> Exception:
    return WindowBusy() if current(session) is not None else NobodyWaits()


def _of_window(session: WindowSession, ticket_id: int) -> Ticket:
    """The ticket, locked, if one of the window's queues holds it today."""
    rows = Ticket.objects.filter(day=today(), queue__served_at__window=session.window_id)
    try:
        return db.lock_row(rows, ticket_id)
    except Ticket.DoesNotExist:
        raise NotFound() from None


def _recall(actor: Actor, ticket_id: int, state_version: int | None) -> Ticket:
    """A call of its own for the screens, with a number of its own."""
    known = Ticket.objects.filter(pk=ticket_id, staff=actor.user_id).values_list("hall_id", "day").first()
    if known is None:
        raise NotFound()
    number = steps.next_call(*known)
    ticket = db.lock_row(Ticket.objects.select_related("window"), ticket_id)
    if ticket.state != "called" or ticket.window is None:
        raise WrongState(_("This number is not called any more."))
    ticket.call_number = number
    steps.take(ticket, "recall", actor, state_version=state_version, told={"window": ticket.window.code})
    tell_called(ticket, ticket.window)
    return ticket
