"""Proves the cells: counts everything from the rows again and names the first cell that differs."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from portal.core.db import statistics as database
from portal.core.models.statistics import DirtyKey
from portal.core.statistics.aggregate import Figures, Key, count_days, first_and_last_day
from portal.core.statistics.declaration import Cuboid, MeasureSet, measure_sets
from portal.core.statistics.engine import decode_key


@dataclass(frozen=True)
class Difference:
    """One figure of one cell that is not what the rows say."""

    measure_set: str
    cuboid: str
    key: dict[str, object]
    figure: str
    cell: int
    rows: int

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.key.items())
        return (
            f"{self.measure_set} by {self.cuboid}: {self.figure} is {self.cell} in the cell "
            f"and {self.rows} in the rows ({where})"
        )


@dataclass
class Verified:
    """How much was compared."""

    cells: int = 0
    left_out: int = 0  # keys that wait for the refresher


def differences(counts: Verified | None = None) -> Iterator[Difference]:
    """Every figure that differs, in one snapshot of the database; keys dirty in it are left out."""
    counts = counts or Verified()
    with database.snapshot():
        for measures in measure_sets().values():
            for cuboid in measures.cuboids.values():
                yield from _compare(measures, cuboid, counts)


def _compare(measures: MeasureSet, cuboid: Cuboid, counts: Verified) -> Iterator[Difference]:
    waiting = DirtyKey.objects.filter(measure_set=measures.name, cuboid=cuboid.name)
    dirty = {decode_key(key) for key in waiting.values_list("key", flat=True).distinct().iterator(chunk_size=5000)}
    counts.left_out += len(dirty)
    ends = first_and_last_day(measures)
    if ends is None:
        return
    for first, last in _months(*ends):
        rows = count_days(measures, cuboid, first, last)
        cells = _cells(measures, cuboid, first, last)
        for key in sorted((rows.keys() | cells.keys()) - dirty, key=repr):
            if key[:1] in dirty:  # the whole day waits
                continue
            counts.cells += 1
            yield from _differences_of(measures, cuboid, key, cells.get(key, {}), rows.get(key, {}))


def _cells(measures: MeasureSet, cuboid: Cuboid, first: dt.date, last: dt.date) -> dict[Key, Figures]:
    width = len(cuboid.key_columns)
    found = cuboid.cell._default_manager.filter(day__range=(first, last)).values_list(
        *cuboid.key_columns, *measures.figures
    )
    return {row[:width]: dict(zip(measures.figures, row[width:], strict=True)) for row in found}


def _differences_of(
    measures: MeasureSet, cuboid: Cuboid, key: Key, cell: Figures, rows: Figures
) -> Iterator[Difference]:
    for figure in measures.figures:
        has, should = cell.get(figure, 0), rows.get(figure, 0)
        if has != should:
            named = dict(zip(cuboid.key_columns, key, strict=True))
            yield Difference(measures.name, cuboid.name, named, figure, has, should)


def _months(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    start = first
    while start <= last:
        following = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        yield start, min(last, following - dt.timedelta(days=1))
        start = following
