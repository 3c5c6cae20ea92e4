"""The figures of the register as tables: by period, by category and method, and every combination; one query.

Sums come from the cells. A rate is all savings over all bases of its row, never a mean of rates; premiums of sales stand
in a column of their own.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Sum
from django.db.models.functions import Coalesce, TruncMonth

from portal.core.statistics import ratio
from procurement.filters import MONTH, QUARTER, YEAR
from procurement.measures import REPORTED
from procurement.models import Category, DealCell, Method

Sums = dict[str, int]


@dataclass(frozen=True)
class Part:
    """The sums of one category and method in one period."""

    period: str
    category: str
    method: str
    sums: Sums


@dataclass(frozen=True)
class Line:
    """One row of a table: its name, its sums, and where it leads."""

    code: str
    label: Any
    sums: Sums
    lines: tuple["Line", ...] = ()

    @property
    def rate(self) -> float | None:
        """Σ savings ÷ Σ base."""
        return rate(self.sums)


def rate(sums: Mapping[str, int]) -> float | None:
    return ratio(sums["savings_fen"], sums["base_fen"])


def parts(first: dt.date, last: dt.date, step: str, filters: Mapping[str, Any]) -> list[Part]:
    """Every combination of period, category and method that has a result, in that order; one query."""
    sums: dict[str, Any] = {f"s_{n}": Coalesce(Sum(n), 0, output_field=BigIntegerField()) for n in REPORTED}
    rows = DealCell.objects.filter(day__range=(first, last), **filters).annotate(month=TruncMonth("day"))
    found: dict[tuple[str, str, str], Sums] = {}
    grouped: Any = rows.order_by().values("month", "category", "method").annotate(**sums)
    for row in grouped:
        key = (period_of(row["month"], step), row["category"], row["method"])
        add(found.setdefault(key, nought()), {name: int(row[f"s_{name}"]) for name in REPORTED})
    ranks = {code: place for place, code in enumerate((*Category.values, *Method.values))}
    ordered = sorted(found, key=lambda key: (key[0], ranks[key[1]], ranks.get(key[2], -1)))
    return [Part(*key, found[key]) for key in ordered if any(found[key].values())]


def nought() -> Sums:
    return dict.fromkeys(REPORTED, 0)


def add(into: Sums, more: Mapping[str, int]) -> Sums:
    for name, value in more.items():
        into[name] += value
    return into


def total(given: Iterable[Part]) -> Sums:
    found = nought()
    for part in given:
        add(found, part.sums)
    return found


def period_of(day: dt.date, step: str) -> str:
    """The period of a day: 2026-03, 2026-Q1, 2026."""
    if step == YEAR:
        return str(day.year)
    return f"{day.year}-Q{(day.month + 2) // 3}" if step == QUARTER else f"{day:%Y-%m}"


def periods(first: dt.date, last: dt.date, step: str) -> Iterator[str]:
    """Each period from the first to the last day, also those without any result."""
    known: dict[str, None] = {}
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        known[period_of(dt.date(year, month, 1), step)] = None
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    yield from known


def by_period(given: Iterable[Part], first: dt.date, last: dt.date, step: str) -> list[Line]:
    """One line for each period of the span, without gaps."""
    sums = {name: nought() for name in periods(first, last, step)}
    for part in given:
        add(sums[part.period], part.sums)
    return [Line(name, name, one) for name, one in sums.items()]


def by_category(given: Iterable[Part]) -> list[Line]:
    """One line for each category that has results, and under it one for each of its methods."""
    sums: dict[str, dict[str, Sums]] = {}
    for part in given:
        add(sums.setdefault(part.category, {}).setdefault(part.method, nought()), part.sums)
    return [_category(code, str(label), sums[code]) for code, label in Category.choices if code in sums]


def _category(code: str, label: str, methods: Mapping[str, Sums]) -> Line:
    whole = nought()
    for sums in methods.values():
        add(whole, sums)
    known = dict(Method.choices)
    order = [code for code in (*Method.values, "") if code in methods]
    return Line(code, label, whole, tuple(Line(one, known.get(one, ""), methods[one]) for one in order))


__all__ = ["MONTH", "QUARTER", "YEAR", "Line", "Part", "by_category", "by_period", "parts", "rate", "total"]
