"""What an address of this room asks for: the board's own reading, and the list of single steps."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from portal.supervision import filters
from portal.supervision.dashboards.models import CaseStep, CaseWay
from portal.supervision.dashboards.process import ORDER, cell_filters
from portal.supervision.filters import Asked

if TYPE_CHECKING:
    from portal.people.models import User


def asked_for(user: "User", params: Any) -> Asked:
    """Period, comparison, departments, item, kind: as the board reads them."""
    return filters.asked_of(user, params)


def steps_listed(asked: Asked, source: str, target: str) -> "QuerySet[CaseStep]":
    """The steps of the period that left `source` and, if given, entered `target`."""
    rows = CaseStep.objects.filter(left_on__range=(asked.period.first, asked.period.last))
    for column, value in cell_filters(asked.scope).items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    if source in ORDER:
        rows = rows.filter(from_state=source)
    if target in ORDER:
        rows = rows.filter(to_state=target)
    return rows.select_related("case")


def ways_listed(asked: Asked, way: str) -> "QuerySet[CaseWay]":
    """The cases that came to their end in the period by this way; by any way without one."""
    rows = CaseWay.objects.filter(ended_on__range=(asked.period.first, asked.period.last))
    for column, value in cell_filters(asked.scope).items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    return rows.filter(way=way.replace("\0", "")) if way else rows
