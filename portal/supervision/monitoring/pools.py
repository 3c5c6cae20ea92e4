"""What of a week can be drawn for review: stops, extensions, returns and refusals of cases, and of tickets."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from approvals.cases.models import Case
from hotline.models import Mark, Ticket
from portal.core.events import stream_of
from portal.core.models import Event
from portal.core.time import ZONE, local_date
from portal.supervision.monitoring.models import Sample

Kind = Sample.Kind
CASE_EVENTS: Mapping[str, str] = {
    "case.suspend": Kind.SUSPENSION,
    "case.extend": Kind.EXTENSION,
    "case.return_unsupplemented": Kind.RETURN,
    "case.not_accept": Kind.NOT_ACCEPTED,
    "case.refuse": Kind.REFUSAL,
}
TICKET_MARKS: Mapping[str, str] = {
    Mark.Kind.SUSPENDED: Kind.TICKET_SUSPENSION,
    Mark.Kind.RETURNED: Kind.TICKET_RETURN,
}


@dataclass(frozen=True)
class Found:
    """One thing of the pool with all that its review shows."""

    key: str
    kind: str
    department_id: int
    number: str
    name: str
    name_en: str
    path: str
    happened_on: dt.date
    done_by_id: int | None


def of_week(week: dt.date) -> list[Found]:
    """Everything from Monday to Sunday, sorted by key; four queries."""
    return sorted([*_of_cases(week), *_of_tickets(week)], key=lambda one: one.key)


def _of_cases(week: dt.date) -> Iterable[Found]:
    first = dt.datetime.combine(week, dt.time(), ZONE)
    stream = stream_of(Case)
    rows = Event.objects.filter(type__in=CASE_EVENTS, at__gte=first, at__lt=first + dt.timedelta(days=7), stream=stream)
    events = list(rows.values_list("pk", "type", "stream_id", "at", "actor_id"))
    cases = Case.objects.filter(pk__in={row[2] for row in events}).select_related("item").in_bulk()
    for pk, kind, case_id, at, actor_id in events:
        if case := cases.get(case_id):
            yield Found(
                f"event:{pk}", CASE_EVENTS[kind], case.department_id, case.number or "", case.item.name,
                case.item.name_en, reverse("cases:desk-case", args=[case.number]), local_date(at), actor_id,
            )  # fmt: skip


def _of_tickets(week: dt.date) -> Iterable[Found]:
    rows = Mark.objects.filter(
        on__range=(week, week + dt.timedelta(days=6)), kind__in=TICKET_MARKS, department_id__gt=0
    )
    marks = list(rows.values_list("pk", "kind", "ticket_id", "on", "department_id"))
    tickets = Ticket.objects.only("number", "external_id", "title").in_bulk({row[2] for row in marks})
    for pk, kind, ticket_id, day, department_id in marks:
        ticket = tickets[ticket_id]
        yield Found(
            f"mark:{pk}", TICKET_MARKS[kind], department_id, ticket.reference, ticket.title, "",
            reverse("hotline:ticket", args=[ticket_id]), day, None,
        )  # fmt: skip
