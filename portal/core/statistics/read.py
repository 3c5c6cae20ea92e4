"""Reads figures from the cells, and only from them: sums of a period, balances as of a day, percentiles."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from portal.core.statistics.declaration import Cuboid, Histogram, MeasureSet
from portal.core.statistics.questions import DAY as DAY
from portal.core.statistics.questions import SMALLEST as SMALLEST
from portal.core.statistics.questions import Filters, Question, conditions, cuboid_of, known_answer
from portal.core.statistics.shared import MONTH as MONTH
from portal.core.statistics.shared import Sums as Sums
from portal.core.statistics.shared import current


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
    if known is None:
        known = known_answer(Question(measures, cuboid, first, last, tuple(names), by, filters))
    if known is not None:
        return known
    table = cuboid_of(measures, cuboid, by, filters)
    return _sums(table, names, by, conditions(filters) & Q(day__range=(first, last)))


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
    if known is None:
        known = known_answer(Question(measures, cuboid, None, on, tuple(names), by, filters))
    if known is not None:
        return known
    return _sums(cuboid_of(measures, cuboid, by, filters), names, by, conditions(filters) & Q(day__lte=on))


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
    begin = min(eves.values()) + dt.timedelta(days=1)
    known = known_answer(Question(measures, cuboid, begin, until, (figure,), DAY, filters))
    if known is not None:
        return {name: sum(one[figure] for day, one in known.items() if day > eve) for name, eve in eves.items()}
    rows: Any = cuboid_of(measures, cuboid, None, filters).cell._default_manager.filter(
        conditions(filters) & Q(day__gt=min(eves.values()), day__lte=until)
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
    total = rows_in(histogram, sums)
    if not total:
        return None
    reached = 0
    for edge, count in zip((*histogram.edges, histogram.edges[-1] + 1), counts, strict=True):
        reached += count
        if reached >= share * total and reached:
            return edge
    return histogram.edges[-1] + 1


def rows_in(histogram: Histogram, sums: Mapping[str, int]) -> int:
    """How many rows a percentile rests on."""
    return sum(sums.get(column, 0) for column in histogram.columns)


def ratio(part: float, whole: float) -> float | None:
    """`part` ÷ `whole`; None for a whole of 0, which is shown as "—"."""
    return part / whole if whole else None


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
