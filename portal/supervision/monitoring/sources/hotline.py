"""Lamps of the hotline: tickets that nobody signed for, that are escalated or overdue, orders, assignments."""

import datetime as dt
from typing import Any

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import pgettext_lazy

from hotline.clockwork import shares
from hotline.districts.models import Assignment
from hotline.models import Order, Ticket
from portal.core.events import stream_of
from portal.core.lamps import AMBER, RED, LampSource, Light, register_lamps
from portal.core.models import Event
from portal.core.time import ZONE, now, today
from portal.supervision.monitoring.sources.common import at_key

APP = "hotline"
ALL = 100  # percent of the limit


def _day(moment: Any) -> TruncDate:
    return TruncDate(moment, tzinfo=ZONE)


def _escalated_on() -> TruncDate:
    """The day of the last escalation, as the ticket's own history has it; without one that of the dispatch."""
    events = Event.objects.filter(stream=stream_of(Ticket), stream_id=OuterRef("pk"), type="ticket.escalate")
    return _day(Coalesce(Subquery(events.order_by("-sequence").values("at")[:1]), F("anchor_at")))


ONE_DAY_BEFORE = ExpressionWrapper(F("due_at") - dt.timedelta(hours=24), output_field=DateTimeField())
LATE_SINCE = Case(When(state="assigned", then=F("sign_due_at")), default=F("reply_due_at"))


def _unanswered() -> "QuerySet[Any]":
    return Ticket.objects.filter(ended_at__isnull=True, handled_at__isnull=True, due_at__isnull=False)


def _escalated() -> "QuerySet[Any]":
    """The last share of the limit before its end has passed; the sweep of the hotline says so."""
    below = [share for share in shares(today()) if share < ALL]
    return _unanswered().filter(due_at__gte=now(), escalated__gte=max(below, default=ALL))


def _unsigned() -> "QuerySet[Any]":
    """Dispatched, the first share of the limit is gone, and nobody has signed; what is overdue burns as such."""
    first = min(shares(today()), default=ALL)
    last = max((share for share in shares(today()) if share < ALL), default=ALL)
    rows = _unanswered().filter(state="dispatched", due_at__gte=now(), escalated__gte=first)
    return rows.filter(escalated__lt=last) if first < last else rows.none()


def _orders() -> "QuerySet[Any]":
    return Order.objects.filter(answered_at__isnull=True, ticket__ended_at__isnull=True)


def _soon() -> dt.datetime:
    return now() + dt.timedelta(hours=24)  # an order burns amber in its last day


def _assignments() -> "QuerySet[Any]":
    return Assignment.objects.filter(ended_at__isnull=True)


def _late_assignments() -> "QuerySet[Any]":
    unsigned = Q(state="assigned", sign_due_at__lt=now())
    return _assignments().filter(unsigned | Q(state="signed", reply_due_at__lt=now()))


def register() -> None:
    """Called in `ready()`."""
    for source in _sources():
        register_lamps(source)


def _sources() -> tuple[LampSource, ...]:
    ticket: dict[str, Any] = {
        "number": "number", "name": "title", "url": at_key("hotline:ticket"), "department": "department_id",
        "person": "staff_id", "due": "due_on",
    }  # fmt: skip
    return (
        LampSource(
            "hotline.reply", APP, pgettext_lazy("lamp", "Reply to a ticket"),
            (
                Light(RED, lambda: _unanswered().filter(due_at__lt=now()), "due_on"),
                Light(AMBER, _escalated, _escalated_on()),
            ),
            **ticket,
        ),
        LampSource(
            "hotline.sign", APP, pgettext_lazy("lamp", "Ticket not signed for"),
            (Light(AMBER, _unsigned, _escalated_on()),), **ticket,
        ),
        LampSource(
            "hotline.order", APP, pgettext_lazy("lamp", "Supervision order of the hotline"),
            (
                Light(RED, lambda: _orders().filter(due_at__lt=now()), _day("due_at")),
                Light(AMBER, lambda: _orders().filter(due_at__range=(now(), _soon())), _day(ONE_DAY_BEFORE)),
            ),
            number="ticket__number", name="ticket__title", url=at_key("hotline:ticket"), link="ticket_id",
            department="department_id",
        ),
        LampSource(
            "hotline.district", APP, pgettext_lazy("lamp", "Ticket within a district"),
            (Light(RED, _late_assignments, _day(LATE_SINCE)),),
            number="ticket__number", name="ticket__title", url=at_key("hotline:ticket"), link="ticket_id",
            department="department_id",
        ),
    )  # fmt: skip
