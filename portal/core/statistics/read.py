"""Reads figures from the cells, and only from them: sums of a period, balances as of a day, percentiles."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from portal.core.statistics.declaration import Cuboid, Histogram, MeasureSet
from portal.core.statistics.shared import MONTH as MONTH
from portal.core.statistics.shared import Sums as Sums
from portal.core.statistics.shared import current

DAY = "day"
SMALLEST = ""  # instead of a cuboid's name: the one with the fewest cells that has every dimension asked for
Filters = Mapping[str, Any]  # dimension → value or collection of values


def period(
    measures: MeasureSet,
    cuboid: str,
    first: dt.date,
    last: dt.date,
    *,
    figures: Iterable[str] | None = None,
    by: str | tuple[str, ...] | None = None,
    filters: Filters | None = None,
) -> dict[Any, Sums]:
    """The sums from `first` to `last`, both included; one query, none inside `reading_together`.

    `by` is a dimension of the cuboid, `day` or `month` (its first day), or several dimensions, whose keys are tuples;
    without it there is the one key None.
    """
    names = list(figures if figures is not None else measures.figures)
    shared = current()
    known = shared.period(measures, first, last, names, by, filters or {}) if shared else None
    if known is not None:
        return known
    table = _cuboid(measures, cuboid, by, filters)
    return _sums(table, names, by, _conditions(filters) & Q(day__range=(first, last)))


def standing(
    measures: MeasureSet,
    cuboid: str,
    on: dt.date,
    *,
    figures: Iterable[str],
    by: str | tuple[str, ...] | None = None,
    filters: Filters | None = None,
) -> dict[Any, Sums]:
    """Balances at the end of the day `on`: all that was added and taken away until then; one query, as above."""
    names = list(figures)
    shared = current()
    known = shared.standing(measures, on, names, by, filters or {}) if shared else None
    if known is not None:
        return known
    return _sums(_cuboid(measures, cuboid, by, filters), names, by, _conditions(filters) & Q(day__lte=on))


def changes_since(
    measures: MeasureSet,
    cuboid: str,
    figure: str,
    eves: Mapping[str, dt.date],
    until: dt.date,
    *,
    filters: Filters | None = None,
) -> Sums:
    """How much a balance has changed since the end of each of these days, up to `until`; one query for them all.

    Whoever knows the balance of today has that of an earlier day by it, and reads the days between instead of all days
    there ever were.
    """
    rows: Any = _cuboid(measures, cuboid, None, filters).cell._default_manager.filter(
        _conditions(filters) & Q(day__gt=min(eves.values()), day__lte=until)
    )
    sums: dict[str, Any] = {
        f"s_{name}": Coalesce(Sum(figure, filter=Q(day__gt=eve)), 0, output_field=BigIntegerField())
        for name, eve in eves.items()
    }
    return _plain(list(eves), rows.aggregate(**sums))


def percentile(histogram: Histogram, sums: Mapping[str, int], share: float) -> int | None:
    """The value that `share` (0…1) of the rows do not exceed: the upper edge of its bucket, so never flattering.

    None without rows; one more than the last edge when it lies over all of them.
    """
    counts = [sums.get(column, 0) for column in histogram.columns]
    total = sum(counts)
    if not total:
        return None
    reached = 0
    for edge, count in zip((*histogram.edges, histogram.edges[-1] + 1), counts, strict=True):
        reached += count
        if reached >= share * total and reached:
            return edge
    return histogram.edges[-1] + 1


def ratio(part: float, whole: float) -> float | None:
    """`part` ÷ `whole`; None for a whole of 0, which is shown as "—"."""
    return part / whole if whole else None


def _cuboid(measures: MeasureSet, name: str, by: str | tuple[str, ...] | None, filters: Filters | None) -> Cuboid:
    if name != SMALLEST:
        return measures.cuboids[name]
    named = (by,) if isinstance(by, str) else by or ()
    return measures.smallest({*named, *(filters or {})} - {DAY, MONTH})


def _conditions(filters: Filters | None) -> Q:
    conditions = Q()
    for dim, value in (filters or {}).items():
        several = isinstance(value, Collection) and not isinstance(value, str)
        conditions &= Q(**{f"{dim}__in" if several else dim: value})
    return conditions


def _sums(cuboid: Cuboid, names: list[str], by: str | tuple[str, ...] | None, conditions: Q) -> dict[Any, Sums]:
    rows: Any = cuboid.cell._default_manager.filter(conditions).order_by()
    # Annotated under their own prefix: a figure and its sum would otherwise have one name.
    sums: dict[str, Any] = {f"s_{name}": Coalesce(Sum(name), 0, output_field=BigIntegerField()) for name in names}
    if by is None:
        return {None: _plain(names, rows.aggregate(**sums))}
    if isinstance(by, tuple):
        found = rows.values(*by).annotate(**sums)
        return {tuple(row[name] for name in by): _plain(names, row) for row in found}
    key = TruncMonth("day") if by == MONTH else by
    grouped = rows.values(k=key) if by == MONTH else rows.values(by)
    column = "k" if by == MONTH else by
    return {row[column]: _plain(names, row) for row in grouped.annotate(**sums)}


def _plain(names: list[str], row: Mapping[str, Any]) -> Sums:
    return {name: int(row[f"s_{name}"]) for name in names}
