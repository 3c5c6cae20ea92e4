"""Orders and reminders of all apps in the block "supervision" of the indicators.

The rows are few (a person writes each of them), so they are counted by the index of their day and need no cells: one
statement for all of them. An order counts on the day of its issue, an answer on the day of the first reply.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, TruncDate

from approvals.cases.measures import SUPERVISION
from hotline.models import Order
from portal.core.statistics.blocks import ONE_DAY, Scope, add_sums, register_block
from portal.core.statistics.read import Sums
from portal.core.statistics.shared import current, remembered
from portal.core.time import ZONE, today
from portal.supervision.measures import DIMENSIONS
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import Act, LampReminder

INTEGERS = frozenset({"department", "item", "window", "staff"})
# Dimensions of orders and of reminders of lamps; by the others they stand in the row of the unknown.
OWN: Mapping[str, str] = {"department": "department_id", "staff": "person_id"}
OF_TICKETS: Mapping[str, str] = {"department": "department_id"}


@dataclass(frozen=True)
class Counted:
    """Rows that are counted as a figure on a day (a date or a moment), and where the row of the report stands in them."""

    rows: Callable[[], "QuerySet[Any]"]
    figure: str
    day: str
    columns: Mapping[str, Any]


COUNTED = (
    Counted(Reminder.objects.all, "reminders", "reminded_on", DIMENSIONS),
    Counted(LampReminder.objects.all, "reminders", "reminded_on", OWN),
    Counted(lambda: Act.objects.filter(kind=Act.Kind.ORDER), "orders", "issued_on", OWN),
    Counted(lambda: Act.objects.filter(kind=Act.Kind.ORDER), "orders_answered", "answered_on", OWN),
    Counted(Order.objects.all, "orders", "issued_at", OF_TICKETS),
    Counted(Order.objects.all, "orders_answered", "answered_at", OF_TICKETS),
)


def acts(scope: Scope) -> dict[Any, Sums]:
    """Reminders, orders and answers of the period, as far as it has passed, ours and the hotline's; one query.

    Whoever reads several periods together reads all days at once, by department, and adds up here.
    """
    by = scope.by if scope.by not in (None, "month") else "department"
    shared = current()
    spans = [(span.first, span.last) for span in shared.spans] if shared else []
    if (scope.first, scope.last) not in spans:
        spans = [(scope.first, scope.last)]
    first, last = min(one for one, _ in spans), max(other for _, other in spans)
    days = remembered(
        ("acts", by, first, last, scope.department_id), lambda: _days(by, first, last, scope.department_id)
    )
    rows: dict[Any, Sums] = {}
    for figure, found, day, n in days:
        if scope.first <= day <= min(scope.last, today()):
            key = None if scope.by is None else day.replace(day=1) if scope.by == "month" else found
            rows[key] = add_sums(rows.get(key, {}), {figure: n})
    return rows


def _days(by: str, first: dt.date, last: dt.date, department: int | None) -> list[tuple[str, Any, dt.date, int]]:
    """(figure, row of the report, day, count)."""
    parts = [_part(one, by, first, last, department) for one in COUNTED]
    empty: Any = 0 if by in INTEGERS else ""
    return [(figure, found or empty, day, n) for figure, found, day, n in parts[0].union(*parts[1:], all=True)]


def _part(one: Counted, by: str, first: dt.date, last: dt.date, department: int | None) -> "QuerySet[Any]":
    rows, day = one.rows(), one.day
    if day.endswith("_at"):
        begin, end = dt.datetime.combine(first, dt.time(), ZONE), dt.datetime.combine(last + ONE_DAY, dt.time(), ZONE)
        rows = rows.filter(**{f"{day}__gte": begin, f"{day}__lt": end})
        on: Any = TruncDate(day, tzinfo=ZONE)
    else:
        rows = rows.filter(**{f"{day}__range": (first, last)})
        on = Cast(F(day), DateField())
    if department:
        rows = rows.filter(department=department)
    marked = rows.order_by().annotate(
        counted_as=Value(one.figure, CharField()), row=_key(by, one.columns), counted_on=on
    )
    counted: QuerySet[Any] = marked.values_list("counted_as", "row", "counted_on").annotate(n=Count("pk"))
    return counted


def _key(by: str, columns: Mapping[str, Any]) -> Any:
    """The row's column; every part of the statement gives it in the same type."""
    field = BigIntegerField() if by in INTEGERS else CharField()
    if by not in columns:
        return Value("" if isinstance(field, CharField) else 0, field)
    return Cast(F(columns[by]), field)


def sums(scope: Scope) -> dict[Any, Sums]:
    """The lamps' sums, and what supervisors did."""
    found = dict(SUPERVISION.sums(scope))
    for key, one in acts(scope).items():
        found[key] = add_sums(found.get(key, {}), one)
    return found


def connect() -> None:
    """Called in `ready()`: takes the place of the block that knows lamps and reminders of cases alone."""
    register_block(replace(SUPERVISION, sums=sums))
