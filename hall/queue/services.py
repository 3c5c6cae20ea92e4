"""What other rooms and apps use of the queue: take or book a number, check in, who is at a window, tie a case.

Plain functions for the caller's own transaction; they check the rules and record the event. The caller's page has
checked who asks.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hall.queue import steps
from hall.queue.effects import place
from hall.queue.errors import AlreadyInLine, HallClosed, NoRemoteNumbers, QueueClosed, QueueFull
from hall.queue.hours import gives_numbers
from hall.queue.measures import TICKET_MEASURES
from hall.queue.models import Queue, QueueService, Ticket
from hall.queue.models.ticket import AT_WINDOW
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.identity import check_phone, mask_name
from portal.core.numbers import next_serial
from portal.core.time import ZONE, local_date, now

__all__ = ["TicketDraft", "book_ticket", "check_in", "current_ticket", "take_ticket", "tickets_of_case", "tie"]


@dataclass(frozen=True, kw_only=True)
class TicketDraft:
    """What is known of somebody who takes a number.

    `source` and `source_key` name what the number is for (an appointment): the same pair gives the same ticket again.
    `name` is kept masked. `phone` gets the notices "nearly your turn" and "called", and is erased some days later.
    """

    queue_id: int
    channel: str
    service_ids: tuple[int, ...] = ()
    priority: str = ""
    name: str = ""
    phone: str = ""
    person_id: int | None = None
    source: str = ""
    source_key: str = ""


def take_ticket(actor: Actor, draft: TicketDraft) -> Ticket:
    """A number for somebody who waits from now on. Five queries with a service, the counter last.

    Raises HallClosed, QueueClosed, QueueFull, AlreadyInLine, Invalid with `fields`, NotFound.
    """
    if made := _made_before(draft):
        return made
    moment = now()
    queue = _queue_that_takes(draft)
    _check_hours(queue, moment)
    ticket = _ticket(draft, queue, moment)
    place(ticket, moment)
    return _write(actor, ticket, draft, "ticket.taken")


def book_ticket(actor: Actor, draft: TicketDraft, *, at: dt.datetime) -> Ticket:
    """A number for a time to come, on its own day; it stands in no line until `check_in`."""
    if made := _made_before(draft):
        return made
    queue = _queue_that_takes(draft)
    ticket = _ticket(draft, queue, at)
    ticket.state, ticket.taken_at, ticket.booked_for = "booked", now(), at
    return _write(actor, ticket, draft, "ticket.booked")


def check_in(actor: Actor, ticket: Ticket, *, priority: str = "") -> Ticket:
    """The person who booked has come: the ticket waits from now on. The actor is a manager or the portal itself."""
    with_lock = steps.locked(ticket.pk, actor, "check_in")
    if priority:
        with_lock.priority = priority
    return steps.take(with_lock, "check_in", actor, state_version=None)


def current_ticket(window_id: int) -> Ticket | None:
    """The ticket that is called to or served at the window now; one query."""
    return Ticket.objects.filter(window=window_id, state__in=AT_WINDOW).select_related("queue").first()


def tie(ticket: Ticket, case_number: str, actor: Actor) -> Ticket:
    """Note that this visit was about that case, so that wait, service and decision stand in one timeline.

    A ticket holds one case; a later one replaces it and stands in the history. Raises NotFound, WrongState.
    """
    with_lock = steps.locked(ticket.pk, actor, "tie")
    if with_lock.state not in {"serving", "held", "done"}:
        raise WrongState(_("Only a number that is being served can be tied to a case."))
    before = with_lock.case_number
    if before == case_number:
        return with_lock
    with statistics.watch(TICKET_MEASURES, with_lock):
        with_lock.case_number = case_number
        with_lock.save(update_fields=["case_number"])
    record(with_lock, "ticket.tied", actor, data={"case": case_number, "before": before})
    return with_lock


def tickets_of_case(case_number: str) -> list[Ticket]:
    """The visits for a case, the first one first; one query."""
    rows = Ticket.objects.filter(case_number=case_number).exclude(case_number="").select_related("queue", "window")
    return list(rows.order_by("pk")[:20])


def _made_before(draft: TicketDraft) -> Ticket | None:
    if not draft.source_key:
        return None
    return Ticket.objects.filter(source=draft.source, source_key=draft.source_key).select_related("queue__hall").first()


def _queue_that_takes(draft: TicketDraft) -> Queue:
    queue = Queue.objects.in_use().select_related("hall").filter(pk=draft.queue_id).first()
    if queue is None:
        raise NotFound()
    if not queue.is_open:
        raise QueueClosed
    if draft.channel == Ticket.Channel.PHONE and not queue.remote:
        raise NoRemoteNumbers
    return queue


def _check_hours(queue: Queue, moment: dt.datetime) -> None:
    if not gives_numbers(queue.hall, moment):
        raise HallClosed


def _ticket(draft: TicketDraft, queue: Queue, moment: dt.datetime) -> Ticket:
    if draft.channel not in Ticket.Channel.values or draft.priority not in Ticket.Priority.values:
        raise Invalid(fields={"priority": _("Please choose one of the answers.")})
    phone = _phone(draft.phone)
    return Ticket(
        hall=queue.hall,
        queue=queue,
        department_id=queue.department_id,
        day=local_date(moment),
        hour=moment.astimezone(ZONE).hour,
        channel=draft.channel,
        priority=draft.priority,
        taken_at=moment,
        person_id=draft.person_id,
        shown_name=mask_name(draft.name) if draft.name else "",
        phone=phone,
        language=get_language() or "",
        wants_notice=bool(phone or draft.person_id),
        source=draft.source,
        source_key=draft.source_key,
    )


def _phone(typed: str) -> str:
    try:
        return check_phone(typed, mobile=True) if typed.strip() else ""
    except Invalid as error:
        raise Invalid(fields={"phone": error.raw_message}) from None


def _write(actor: Actor, ticket: Ticket, draft: TicketDraft, event_type: str) -> Ticket:
    """Number, row, services, event; the counter and the hall's day are taken as late as they can be."""
    if ticket.phone and _waits(ticket):
        raise AlreadyInLine(fields={"phone": AlreadyInLine.default_message})
    services = _services(draft.service_ids, ticket)
    serial = next_serial(f"Q{ticket.queue.prefix}", ticket.hall.code, ticket.day)
    if ticket.queue.daily_limit is not None and serial > ticket.queue.daily_limit:
        raise QueueFull
    ticket.number = f"{ticket.queue.prefix}{serial:03d}"
    try:
        with transaction.atomic(), statistics.watch(TICKET_MEASURES, ticket):
            ticket.save(force_insert=True)
    except IntegrityError:
        if made := _made_before(draft):
            return made  # the same request, a moment earlier
        raise
    if services:
        ticket.services.set(services)
    record(
        ticket, event_type, actor, to_state=ticket.state, data={"number": ticket.number, "queue": ticket.queue.prefix}
    )
    if ticket.state == "waiting":
        steps.raise_version(ticket.hall_id, ticket.day)
    return ticket


def _waits(ticket: Ticket) -> bool:
    live = Ticket.objects.filter(hall=ticket.hall, day=ticket.day, ended_at__isnull=True)
    return live.filter(phone_blind__matches=ticket.phone).exclude(state__in=["serving", "held"]).exists()


def _services(ids: Iterable[int], ticket: Ticket) -> list[QueueService]:
    """The services, all of this queue; the first one's department is the ticket's."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {one.pk: one for one in QueueService.objects.filter(queue=ticket.queue, active=True, pk__in=wanted)}
    if len(found) != len(wanted):
        raise Invalid(fields={"services": _("Choose services of this queue.")})
    ticket.department_id = found[wanted[0]].department_id or ticket.department_id
    return [found[pk] for pk in wanted]
