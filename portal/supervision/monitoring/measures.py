"""Orders and reminders of all apps in the block "supervision" of the indicators.

The rows are few (a person writes each of them), so they are counted by the index of their day and need no cells: one
statement for all of them. An order counts on the day of its issue, an answer on the day of the first reply.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth

from approvals.cases.measures import SUPERVISION
from hotline.models import Order
from portal.core.statistics.blocks import ONE_DAY, Scope, add_sums, register_block
from portal.core.statistics.read import Sums
from portal.core.time import ZONE, today
from portal.supervision.measures import DIMENSIONS
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import Act, LampReminder

INTEGERS = frozenset({"department", "item", "window", "staff"})
# Dimensions of orders and of reminders of lamps; by the others they stand in the row of the unknown.
OWN: Mapping[str, str] = {"department": "department_id", "staff": "person_id"}
OF_TICKETS: Mapping[str, str] = {"department": "department_id"}


def _part(rows: "QuerySet[Any]", scope: Scope, figure: str, day: str, columns: Mapping[str, Any]) -> "QuerySet[Any]":
    """(figure, row of the report, count): the rows of the period, as far as it has passed. `day` is a date or a moment."""
    last = min(scope.last, today())
    if day.endswith("_at"):
        begin = dt.datetime.combine(scope.first, dt.time(), ZONE)
        rows = rows.filter(**{f"{day}__gte": begin, f"{day}__lt": dt.datetime.combine(last + ONE_DAY, dt.time(), ZONE)})
    else:
        rows = rows.filter(**{f"{day}__range": (scope.first, last)})
    if scope.department_id:
        rows = rows.filter(department=scope.department_id)
    marked = rows.order_by().annotate(counted_as=Value(figure, CharField()), row=_key(scope.by, day, columns))
    counted: QuerySet[Any] = marked.values_list("counted_as", "row").annotate(n=Count("pk"))
    return counted


def _key(by: str | None, day: str, columns: Mapping[str, Any]) -> Any:
    """The row's column; every part of the statement gives it in the same type."""
    if by == "month":
        return TruncMonth(day, output_field=DateField(), tzinfo=ZONE if day.endswith("_at") else None)
    field = BigIntegerField() if by is None or by in INTEGERS else CharField()
    if by is None or by not in columns:
        return Value("" if isinstance(field, CharField) else 0, field)
    return Cast(F(columns[by]), field)


def acts(scope: Scope) -> dict[Any, Sums]:
    """Reminders, orders and answers, ours and the hotline's; one query."""
    orders = Act.objects.filter(kind=Act.Kind.ORDER)
    parts = [
        _part(Reminder.objects.all(), scope, "reminders", "reminded_on", DIMENSIONS),
        _part(LampReminder.objects.all(), scope, "reminders", "reminded_on", OWN),
        _part(orders, scope, "orders", "issued_on", OWN),
        _part(orders, scope, "orders_answered", "answered_on", OWN),
        _part(Order.objects.all(), scope, "orders", "issued_at", OF_TICKETS),
        _part(Order.objects.all(), scope, "orders_answered", "answered_at", OF_TICKETS),
    ]
    rows: dict[Any, Sums] = {}
    for figure, found, n in parts[0].union(*parts[1:], all=True):
        key = None if scope.by is None else found or 0 if scope.by in INTEGERS else found or ""
        rows[key] = add_sums(rows.get(key, {}), {figure: n}) if n else rows.get(key, {})
    return {key: sums for key, sums in rows.items() if sums or key is None}


def sums(scope: Scope) -> dict[Any, Sums]:
    """The lamps' sums, and what supervisors did."""
    found = dict(SUPERVISION.sums(scope))
    for key, one in acts(scope).items():
        found[key] = add_sums(found.get(key, {}), one)
    return found


def connect() -> None:
    """Called in `ready()`: takes the place of the block that knows lamps and reminders of cases alone."""
    register_block(replace(SUPERVISION, sums=sums))
