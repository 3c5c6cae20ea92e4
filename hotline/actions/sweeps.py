"""What the portal does by itself: escalate, remind of the province, let suspensions end, answer series, forget."""

import datetime as dt
import re

from django.db.models import Q

from hotline import clockwork, notices
from hotline.actions.steps import locked, take
from hotline.measures import TICKET_MEASURES
from hotline.models import Escalation, LateSpan, Order, Reporter, Ticket
from hotline.rules import KEEP_DAYS
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.events import erase_personal, record
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Department
from portal.people.roles import Role

PORTAL = Actor.system("hotline")
BATCH = 200
PROVINCE_BEFORE = dt.timedelta(hours=24)
# Numbers that a caller may have said in the text itself: telephones, identity numbers, bank cards.
_NUMBERS = re.compile(r"\d[\d\s-]{5,}[\dXx]")
FORGOTTEN = "***"


@action
def escalate(limit: int = BATCH) -> int:
    """Tickets of which a further share of the limit has passed; once for each share. Returns how many.

    Several shares that passed unseen are told as one, the highest.
    """
    due = Ticket.objects.filter(escalate_at__lte=now(), handled_at__isnull=True).order_by("escalate_at")
    pks = list(due.values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Ticket.objects.select_related("department", "staff"), pks)
    for ticket in rows:
        if ticket.escalate_at is None or ticket.escalate_at > now() or ticket.handled_at is not None:
            continue  # answered or moved while we waited for the lock
        _escalate(ticket)
    return len(pks)


def _escalate(ticket: Ticket) -> None:
    percent = passed(ticket)
    ticket.escalated = max(percent, ticket.escalated)
    ticket.escalate_at = clockwork.next_escalation(ticket)
    ticket.save(update_fields=["escalated", "escalate_at"])
    if not percent or ticket.due_at is None:
        return
    handling = ticket.redone + ticket.reopened
    _row, new = Escalation.objects.get_or_create(
        ticket=ticket, handling=handling, percent=percent, defaults={"at": now(), "due_at": ticket.due_at}
    )
    if not new:
        return
    record(ticket, "ticket.escalate", PORTAL, from_state=ticket.state, to_state=ticket.state, data={"percent": percent})
    people = {one.pk: one for one in notices.handler(ticket)}
    if percent >= 80 and ticket.department_id is not None:
        heads = notices.holders(Role.DEPARTMENT_HEAD, department_id=ticket.department_id)
        people |= {one.pk: one for one in heads}
    if percent >= 100:
        people |= {one.pk: one for one in notices.holders(Role.SUPERVISOR)}
    elif ticket.department_id is not None and percent >= 50:
        heads = notices.holders(Role.DEPARTMENT_HEAD, department_id=ticket.department_id)
        people |= {one.pk: one for one in heads}
    notices.tell(ticket, notices.ESCALATED, people.values(), key=f"{handling}:{percent}", percent=str(percent))


def passed(ticket: Ticket) -> int:
    """The highest share of the limit that has passed by now; 0 for none."""
    if ticket.due_at is None or ticket.anchor_at is None:
        return 0
    whole = ticket.due_at - ticket.anchor_at
    day = today()
    gone = [share for share in clockwork.shares(day) if ticket.anchor_at + whole * share / 100 <= now()]
    return max(gone, default=0)


@action
def remind_of_province(limit: int = BATCH) -> int:
    """Tickets of the province whose limit there ends within a day: the dispatchers are told, once."""
    soon = Ticket.objects.open().filter(province_due_at__lte=now() + PROVINCE_BEFORE, province_told_at__isnull=True)
    pks = list(soon.order_by("province_due_at").values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Ticket.objects.select_related("department", "staff"), pks)
    for ticket in rows:
        ticket.province_told_at = now()
        ticket.save(update_fields=["province_told_at"])
        people = {one.pk: one for one in (*notices.dispatchers(ticket), *notices.handler(ticket))}
        notices.tell(ticket, notices.PROVINCE, people.values(), key="province", due=ticket.province_due_at)
    return len(rows)


@action
def resume_due(limit: int = BATCH) -> int:
    """Suspensions that have reached their end: the clock runs again."""
    over = Ticket.objects.filter(suspended_until__lte=now(), state="suspended").order_by("suspended_until")
    pks = list(over.values_list("pk", flat=True)[:limit])
    for ticket in db.lock_rows(Ticket.objects.select_related("department", "category"), pks):
        if ticket.state == "suspended":
            take(ticket, "resume_at_end", PORTAL, state_version=None)
    return len(pks)


@action
def light_orders(limit: int = BATCH) -> int:
    """Orders that were not answered in time: the department and whoever issued them are told, once."""
    late = Order.objects.filter(due_at__lt=now(), answered_at__isnull=True, red_lit_at__isnull=True)
    pks = list(late.order_by("due_at").values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Order.objects.select_related("ticket__department", "issued_by"), pks)
    for order in rows:
        order.red_lit_at = now()
        order.save(update_fields=["red_lit_at"])
        heads = notices.holders(Role.DEPARTMENT_HEAD, department_id=order.department_id)
        people = {one.pk: one for one in heads}
        if order.issued_by is not None and order.issued_by.is_active:
            people[order.issued_by.pk] = order.issued_by
        key = f"order:{order.pk}"
        notices.tell(order.ticket, notices.ORDER_LATE, people.values(), key=key, due=order.due_at)
    return len(rows)


@action
def answer_children(parent_id: int, limit: int = 50) -> int:
    """Tickets of a series get the answer of the leading one; returns how many did in this batch."""
    pks = list(
        Ticket.objects.filter(parent=parent_id, state="merged").order_by("pk").values_list("pk", flat=True)[:limit]
    )
    for pk in pks:
        ticket = locked(pk, PORTAL)
        if ticket.state == "merged":
            take(ticket, "reply_with_series", PORTAL, state_version=None)
    return len(pks)


@action
def leave_closed_department(department_id: int, limit: int = 50) -> int:
    """Open tickets of a department that is closed go back to the hotline; the clock runs on."""
    department = Department.objects.filter(pk=department_id).first()
    if department is None or not department.is_closed:
        return 0
    states = ("dispatched", "signed", "drafted", "returned", "suspended")
    pks = list(
        Ticket.objects.filter(department=department_id, state__in=states, imported=False)
        .order_by("pk").values_list("pk", flat=True)[:limit]
    )  # fmt: skip
    for pk in pks:
        ticket = locked(pk, PORTAL)
        if ticket.state in states and ticket.department_id == department_id:
            take(ticket, "leave", PORTAL, state_version=None)
    return len(pks)


@action
def anonymise(limit: int = BATCH) -> int:
    """Forget the callers of tickets that ended longer ago than the rule says; the figures stay. Returns how many."""
    day = today() - dt.timedelta(days=rule(KEEP_DAYS, today()).days)
    old = Ticket.objects.filter(ended_on__lt=day, anonymised_at__isnull=True).order_by("ended_on")
    pks = list(old.values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Ticket.objects.all(), pks)
    if not rows:
        return 0
    from hotline.actions.recording import search_words

    for ticket in rows:
        ticket.title, ticket.content = _NUMBERS.sub(FORGOTTEN, ticket.title), _NUMBERS.sub(FORGOTTEN, ticket.content)
        ticket.owner, ticket.anonymised_at, ticket.query_code = None, now(), ""
        ticket.search = search_words(ticket.title, ticket.content, ticket.address)
        ticket.save(update_fields=["title", "content", "owner", "anonymised_at", "query_code", "search"])
        for note in ticket.notes.filter(from_caller=True):
            note.text = _NUMBERS.sub(FORGOTTEN, note.text)
            note.save(update_fields=["text"])
        record(ticket, "ticket.anonymise", PORTAL, from_state=ticket.state, to_state=ticket.state)
    Reporter.objects.filter(ticket__in=rows).delete()
    erase_personal("hotline.ticket", [ticket.pk for ticket in rows])
    return len(rows)


@action
def reflow(after: int, limit: int = BATCH) -> int | None:
    """A changed calendar: open tickets whose limit counts working days get the due moment of the new one.

    Returns the last primary key seen, None when none is left.
    """
    wanted = Q(limit_unit="working_days", handled_at__isnull=True, due_at__isnull=False, extended_until__isnull=True)
    rows = Ticket.objects.filter(wanted, pk__gt=after, ended_at__isnull=True, imported=False).order_by("pk")
    pks = list(rows.values_list("pk", flat=True)[:limit])
    for ticket in db.lock_rows(Ticket.objects.all(), pks):
        limit_of = clockwork.limit_of_ticket(ticket)
        stopped = (
            LateSpan.objects.filter(ticket=ticket).exists()
            or ticket.requests.filter(kind="suspension", outcome="granted").exists()
        )
        if limit_of is None or ticket.anchor_at is None or stopped:
            continue  # its due moment was set by a decision, and stays
        due_at = max(clockwork.due_after(ticket.anchor_at, limit_of), now())
        if due_at == ticket.due_at or ticket.is_overdue:
            continue
        with statistics.watch(TICKET_MEASURES, ticket):
            clockwork.write_due(ticket, due_at)
            ticket.save()
        record(ticket, "ticket.due_moved", PORTAL, from_state=ticket.state, to_state=ticket.state, data={"due": due_at})
    return pks[-1] if pks else None
