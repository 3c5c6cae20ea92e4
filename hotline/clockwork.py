"""The one place that writes the columns of a ticket's clock, always under the ticket's lock."""

import datetime as dt

from hotline.grades import Limit, due_after, limit_of, moved_by_stop
from hotline.models import LateSpan, Ticket
from portal.core.rules import rule
from portal.core.time import local_date, now

ESCALATION = "hotline.escalation"
SHARES = "hotline.district_shares"


def shares(day: dt.date) -> list[int]:
    """The percentages of a limit at which a ticket is escalated, rising."""
    return sorted(int(one) for one in rule(ESCALATION, day).value)


def begin(ticket: Ticket) -> None:
    """Start the present handling now, unless it runs already: whoever gets the ticket later inherits the clock."""
    if ticket.anchor_at is not None:
        return
    limit = limit_of(ticket.grade, local_date(now()))
    ticket.anchor_at, ticket.limit_value, ticket.limit_unit = now(), limit.value, limit.unit
    ticket.escalated = 0
    write_due(ticket, due_after(ticket.anchor_at, limit))


def regrade(ticket: Ticket, grade: str) -> None:
    """Another urgency: the limit of the day on which the handling began, from the same anchor; never into the past."""
    ticket.grade = grade
    if ticket.anchor_at is None:
        return
    limit = limit_of(grade, local_date(ticket.anchor_at))
    ticket.limit_value, ticket.limit_unit = limit.value, limit.unit
    ticket.extended_until = None
    write_due(ticket, max(due_after(ticket.anchor_at, limit), now()))


def share_of_limit(ticket: Ticket, what: str, *, start: dt.datetime | None = None) -> dt.datetime | None:
    """The moment by which a share of what is left of the limit has passed, from now or `start` to the due moment.

    `what` is one of the shares of the rule `hotline.district_shares`: sign, assign, inner_sign, inner_reply. None while
    nothing is due, and once the due moment has passed: what comes too late cannot be asked for in time.
    """
    begin_ = start or now()
    if ticket.due_at is None or ticket.due_at <= begin_:
        return None
    percent = int(rule(SHARES, local_date(begin_)).value[what])
    return begin_ + (ticket.due_at - begin_) * percent / 100


def extend(ticket: Ticket, until: dt.datetime) -> None:
    """An extension moves the due moment."""
    ticket.extended_until = until
    write_due(ticket, until)


def stop(ticket: Ticket, until: dt.datetime) -> None:
    """Suspended (挂账): nothing is due until the clock runs again."""
    ticket.suspended_at, ticket.suspended_until = now(), until
    ticket.suspended_due_at = ticket.due_at
    write_due(ticket, None)


def go_on(ticket: Ticket) -> None:
    """The clock runs again; the due moment moves by what the stop took out."""
    if ticket.suspended_at is None or ticket.suspended_due_at is None:
        return
    due_at = moved_by_stop(ticket.suspended_due_at, ticket.limit_unit, ticket.suspended_at, now())
    ticket.suspended_at = ticket.suspended_until = ticket.suspended_due_at = None
    write_due(ticket, due_at)


def handled(ticket: Ticket, *, replied: bool) -> None:
    """The present handling is over; `replied` says that the caller has an answer."""
    moment = now()
    if ticket.suspended_at is not None:
        go_on(ticket)
    if ticket.handled_at is None:
        ticket.handled_at, ticket.handled_on = moment, local_date(moment)
    if replied and ticket.first_replied_at is None:
        ticket.first_replied_at, ticket.first_replied_on = moment, local_date(moment)
    ticket.escalate_at = None


def begin_again(ticket: Ticket, *, runs: bool) -> None:
    """A redo or a reopening: a new handling with a clock of its own; how late the earlier one was stays on record."""
    if ticket.due_on and ticket.handled_on and ticket.handled_on > ticket.due_on:
        LateSpan.objects.create(ticket=ticket, from_on=ticket.due_on, to_on=ticket.handled_on)
    ticket.handled_at = ticket.handled_on = ticket.due_at = ticket.due_on = ticket.extended_until = None
    ticket.anchor_at = ticket.limit_value = None
    ticket.limit_unit = ""
    if runs:
        begin(ticket)


def write_due(ticket: Ticket, due_at: dt.datetime | None) -> None:
    """Set the due moment and what follows from it; days that were overdue before it moved stay so."""
    day = local_date(now())
    if ticket.due_on and ticket.handled_on is None and ticket.due_on < day and due_at != ticket.due_at:
        LateSpan.objects.create(ticket=ticket, from_on=ticket.due_on, to_on=day)
    ticket.due_at, ticket.due_on = due_at, local_date(due_at) if due_at else None
    if ticket.first_replied_at is None:
        ticket.first_due_at, ticket.first_due_on = ticket.due_at, ticket.due_on
    ticket.escalate_at = next_escalation(ticket)


def next_escalation(ticket: Ticket) -> dt.datetime | None:
    """When the next share of the limit will have passed; None when all have, or nothing runs."""
    if ticket.due_at is None or ticket.anchor_at is None or ticket.handled_at is not None:
        return None
    left = [share for share in shares(local_date(ticket.anchor_at)) if share > ticket.escalated]
    if not left:
        return None
    return ticket.anchor_at + (ticket.due_at - ticket.anchor_at) * left[0] / 100


def limit_of_ticket(ticket: Ticket) -> Limit | None:
    """The limit that the present handling has."""
    return Limit(ticket.limit_value, ticket.limit_unit) if ticket.limit_value else None
