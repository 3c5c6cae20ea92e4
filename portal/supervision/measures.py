"""The block "supervision" of the indicators: the lamps, which the cases count, and the reminders, which are rows here.

Reminders are few (a supervisor writes each of them), so they are counted by the index of their day and need no cells.
"""

from dataclasses import replace
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from approvals.cases.measures import SUPERVISION
from portal.core.statistics.blocks import Scope, add_sums, register_block
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.supervision.models import Reminder

DIMENSIONS: dict[str, Any] = {
    "department": "department_id",
    "item": "case__item_id",
    "category": "case__item__type",
    "channel": "case__channel",
    "window": "case__window_id",
    "staff": "case__staff_id",
    "month": TruncMonth("reminded_on"),
}


def reminders(scope: Scope) -> dict[Any, Sums]:
    """Reminders of the period, as far as it has passed, by row; one query."""
    rows = Reminder.objects.filter(reminded_on__range=(scope.first, min(scope.last, today())))
    if scope.department_id:
        rows = rows.filter(department=scope.department_id)
    if not scope.by:
        return {None: {"reminders": rows.count()}}
    counted = rows.annotate(row=_column(scope.by)).order_by().values_list("row").annotate(Count("pk"))
    return {key or 0 if scope.by in {"window", "staff"} else key: {"reminders": count} for key, count in counted}


def _column(by: str) -> Any:
    return F(DIMENSIONS[by]) if isinstance(DIMENSIONS[by], str) else DIMENSIONS[by]


def sums(scope: Scope) -> dict[Any, Sums]:
    """The lamps' sums and the reminders'."""
    found = dict(SUPERVISION.sums(scope))
    for key, one in reminders(scope).items():
        found[key] = add_sums(found.get(key, {}), one)
    return found


def connect() -> None:
    """Called in `ready()`: takes the place of the block that knows the lamps alone."""
    register_block(replace(SUPERVISION, sums=sums))
