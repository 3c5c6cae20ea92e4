"""The rows that a figure counts: the declaration of the measures read as the condition of a list."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from portal.core.statistics.declaration import MeasureSet


def rows_behind(
    measures: MeasureSet, figure: str, first: dt.date, last: dt.date, *, department_id: int | None = None
) -> "QuerySet[Any]":
    """The rows of the set's model that `figure` counts on the days from `first` to `last`, each once.

    A row that counts several times (a ticket dispatched twice) stands there once. Raises KeyError for an unknown figure.
    """
    if figure not in measures.figures:
        raise KeyError(figure)
    counted = Q()
    for group in measures.groups:
        for fact in group.facts:
            if fact.name == figure:
                when = Q(**{f"{fact.day}__range": (first, last)}) & fact.when
                counted |= when if not group.owner else Q(pk__in=_owners(group.model, group.owner, when))
    rows: QuerySet[Any] = measures.model._default_manager.filter(counted)
    if department_id is None:
        return rows
    cuboid = next(one for one in measures.cuboids.values() if "department_id" in one.dims)
    return rows.filter(**{cuboid.dims["department_id"]: department_id})


def _owners(model: Any, owner: str, when: Q) -> "QuerySet[Any]":
    found: QuerySet[Any] = model._default_manager.filter(when).values(owner)
    return found
