"""Many questions, one reading: inside `reading_together` the cells that a report needs are read in one statement.

What the blocks ask (a period, a balance, by department or by month) is then answered by adding up in Python, by the
same functions and so by the same formulas. A question that the reading does not hold goes to the database as always.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import BigIntegerField, Case, CharField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from portal.core.statistics.declaration import Cuboid, MeasureSet

MONTH = "month"
ONE_DAY = dt.timedelta(days=1)
HELD = ("department_id", "category", "method")  # the dimensions that are kept apart, where the set's cells have them
Sums = dict[str, int]
Found = TypeVar("Found")
Rows = list[tuple[tuple[Any, ...], int, tuple[int, ...]]]  # (dimensions held, stretch of days, figures)


@dataclass(frozen=True)
class Span:
    """A period that will be asked for, and the day of its balances."""

    first: dt.date
    last: dt.date
    as_of: dt.date

    def cuts(self) -> Iterator[dt.date]:
        """The days on which something that is asked for begins, or has just ended."""
        yield from (self.first, self.last + ONE_DAY, self.as_of + ONE_DAY)
        month = (self.first.replace(day=1) + 32 * ONE_DAY).replace(day=1)
        while month <= self.last:
            yield month
            month = (month + 32 * ONE_DAY).replace(day=1)


@dataclass(frozen=True)
class Wanted:
    """A set whose cells are read with the others; `balances` are the figures whose standing is asked for."""

    measures: MeasureSet
    balances: tuple[str, ...] = ()


@dataclass
class _Table:
    dims: tuple[str, ...]
    figures: tuple[str, ...]
    rows: Rows = field(default_factory=list)


class Shared:
    """The cells of some spans, cut into stretches of days, of one department or of all."""

    def __init__(self, spans: Iterable[Span], department_id: int | None) -> None:
        self.spans = tuple(spans)
        self.department_id = department_id
        self.cuts = sorted({day for span in self.spans for day in span.cuts()})
        self.known: dict[Hashable, Any] = {}
        self.flows: dict[str, _Table] = {}
        self.balances: dict[str, _Table] = {}

    def read(self, wanted: Iterable[Wanted]) -> None:
        """Read the cells of these sets: one statement for all of them."""
        tables: list[tuple[_Table, QuerySet[Any]]] = []
        days = Q()
        for span in self.spans:
            days |= Q(day__range=(span.first, span.last))
        for one in wanted:
            cuboid = _coarsest(one.measures)
            if self.department_id and "department_id" not in cuboid.dims:
                continue
            dims = tuple(name for name in HELD if name in cuboid.dims)
            asked = [(self.flows, one.measures.figures, days)]
            if one.balances:
                asked.append((self.balances, one.balances, Q(day__lt=self.cuts[-1])))
            for kept, figures, when in asked:
                kept[one.measures.name] = _Table(dims, figures)
                tables.append((kept[one.measures.name], self._narrowed(cuboid, dims).filter(when)))
        if tables:
            self._fill(tables)

    def _narrowed(self, cuboid: Cuboid, dims: Collection[str]) -> "QuerySet[Any]":
        rows: QuerySet[Any] = cuboid.cell._default_manager.order_by()
        return rows.filter(department_id=self.department_id) if self.department_id else rows

    def _fill(self, tables: "Sequence[tuple[_Table, QuerySet[Any]]]") -> None:
        """Each part of the statement gives its number, the dimensions, the stretch, and as many figures as the widest."""
        width = max(len(table.figures) for table, _rows in tables)
        parts = [self._part(number, table, rows, width) for number, (table, rows) in enumerate(tables)]
        for number, *found in parts[0].union(*parts[1:], all=True):
            held, stretch, sums = found[: len(HELD)], found[len(HELD)], found[len(HELD) + 1 :]
            table = tables[number][0]
            key = tuple(held[HELD.index(name)] for name in table.dims)
            table.rows.append((key, stretch, tuple(map(int, sums[: len(table.figures)]))))

    def _part(self, number: int, table: _Table, rows: "QuerySet[Any]", width: int) -> "QuerySet[Any]":
        whole = BigIntegerField()
        stretches = [When(day__lt=day, then=Value(place)) for place, day in enumerate(self.cuts)]
        sums: dict[str, Any] = {
            f"x_{place}": Coalesce(Sum(name), 0, output_field=whole) for place, name in enumerate(table.figures)
        }
        sums |= {f"x_{place}": Value(0, whole) for place in range(len(table.figures), width)}
        keyed = rows.annotate(
            x_part=Value(number, IntegerField()),
            x_department=F("department_id") if "department_id" in table.dims else Value(0, whole),
            x_category=F("category") if "category" in table.dims else Value("", CharField()),
            x_method=F("method") if "method" in table.dims else Value("", CharField()),
            x_stretch=Case(*stretches, default=Value(len(self.cuts)), output_field=IntegerField()),
        )
        found: QuerySet[Any] = keyed.values_list(
            "x_part", "x_department", "x_category", "x_method", "x_stretch"
        ).annotate(**sums)
        return found

    # --- answers ------------------------------------------------------------------------------------------------------

    def period(
        self, measures: MeasureSet, first: dt.date, last: dt.date, names: list[str], by: Any, filters: Mapping[str, Any]
    ) -> dict[Any, Sums] | None:
        """What `read.period` gives; None where these cells were not read."""
        table = self.flows.get(measures.name)
        inside = any(span.first <= first and last <= span.last for span in self.spans)
        if table is None or not inside or not self._begins(first) or not self._begins(last + ONE_DAY):
            return None
        return self._added(table, bisect_right(self.cuts, first), bisect_right(self.cuts, last), names, by, filters)

    def standing(
        self, measures: MeasureSet, on: dt.date, names: list[str], by: Any, filters: Mapping[str, Any]
    ) -> dict[Any, Sums] | None:
        """What `read.standing` gives; None where these cells were not read."""
        table = self.balances.get(measures.name)
        if table is None or by == MONTH or not set(names) <= set(table.figures) or not self._begins(on + ONE_DAY):
            return None
        return self._added(table, 0, bisect_right(self.cuts, on), names, by, filters)

    def _begins(self, day: dt.date) -> bool:
        return day in self.cuts

    def _added(
        self, table: _Table, lowest: int, highest: int, names: list[str], by: Any, filters: Mapping[str, Any]
    ) -> dict[Any, Sums] | None:
        rest = dict(filters)
        if self.department_id and rest.pop("department_id", None) != self.department_id:
            return None
        if not set(rest) <= set(table.dims) or not (by in (None, MONTH) or by in table.dims):
            return None
        columns = [table.figures.index(name) for name in names]
        allowed = [(table.dims.index(name), _values(value)) for name, value in rest.items()]
        place = table.dims.index(by) if by in table.dims else 0
        found: dict[Any, list[int]] = {None: [0] * len(names)} if by is None else {}
        for key, stretch, sums in table.rows:
            if lowest <= stretch <= highest and all(key[dim] in values for dim, values in allowed):
                row = None if by is None else self._month_of(stretch) if by == MONTH else key[place]
                total = found.setdefault(row, [0] * len(names))
                for number, column in enumerate(columns):
                    total[number] += sums[column]
        return {row: dict(zip(names, total, strict=True)) for row, total in found.items()}

    def _month_of(self, stretch: int) -> dt.date:
        """The stretches of a period begin at the latest with its months."""
        return self.cuts[stretch - 1].replace(day=1)


_shared: ContextVar[Shared | None] = ContextVar("shared", default=None)


@contextmanager
def reading_together(
    spans: Iterable[Span], wanted: Iterable[Wanted], *, department_id: int | None = None
) -> Iterator[None]:
    """Inside, `period` and `standing` are answered from one reading of these sets; one query.

    Meant for inside a snapshot: what is remembered is not read again.
    """
    shared = Shared(spans, department_id)
    shared.read(wanted)
    token = _shared.set(shared)
    try:
        yield
    finally:
        _shared.reset(token)


def current() -> Shared | None:
    """The reading that this thread stands in."""
    return _shared.get()


def remembered(key: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` gives: once inside `reading_together`, each time outside."""
    shared = current()
    if shared is None:
        return read()
    if key not in shared.known:
        shared.known[key] = read()
    found: Found = shared.known[key]
    return found


def _coarsest(measures: MeasureSet) -> Cuboid:
    """Every cuboid adds up to the same; the one with the fewest cells is read."""
    try:
        return measures.smallest({"department_id"})
    except LookupError:
        return measures.smallest(())


def _values(value: Any) -> Collection[Any]:
    return value if isinstance(value, Collection) and not isinstance(value, str) else (value,)
