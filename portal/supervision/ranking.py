"""Departments and items side by side: rates, days and compression, ordered by what the reader asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.measures import APPROVALS, CASE_MEASURES
from approvals.catalogue.models import Item
from portal.core.statistics import SMALLEST, Question, period
from portal.core.statistics.read import Sums
from portal.supervision.figures import extended_share
from portal.supervision.filters import Asked, Departments

SHOWN, ALL_SHOWN = 10, 100  # rows of a ranking, and when the reader asks for all of them
FIGURES = (
    "concluded", "promise_concluded", "early", "on_due_day", "overdue", "extended", "actual_days", "with_actual_days",
    "promised_days", "with_promised_days", "with_legal_days", "compressible_legal_days", "compressible_promised_days",
)  # fmt: skip
# What a ranking can be ordered by; the best first, except where more is worse.
SORTS: dict[str, str | Promise] = {
    "on_time": _("On-time rate"),
    "early": _("Early rate"),
    "overdue": pgettext_lazy("figure", "Concluded late"),
    "actual": _("Mean actual days"),
    "compression": _("Time compression"),
    "concluded": pgettext_lazy("figure", "Concluded"),
}
FEWEST_FIRST = frozenset({"actual"})


@dataclass(frozen=True)
class Ranked:
    """One row; a rate or mean that rests on fewer decisions than the dated rule asks for is None."""

    place: int | None
    name: str
    url: str
    concluded: int
    concluded_url: str
    overdue: int
    overdue_url: str
    on_time: float | None
    early: float | None
    extended: float | None
    actual: float | None
    promised: float | None
    compression: float | None


@dataclass(frozen=True)
class Ranking:
    """The rows in order; those with too few decisions stand behind, without a place."""

    rows: list[Ranked]
    more: int = 0


def of_departments(by_department: Mapping[int, Sums], asked: Asked, known: Departments) -> Ranking:
    """Every department that concluded something, from sums that are there already."""
    rows = [
        _row(
            known[pk].display_short,
            f"{reverse('supervision:department', args=[known[pk].code])}?{asked.query}",
            sums,
            lambda figure, pk=pk: asked.list_url(figure, department=pk, own=1),
            asked.scope.sample,
        )
        for pk, sums in by_department.items()
        if pk in known and sums["concluded"]
    ]
    placed = _placed(rows, asked.sort)
    return Ranking(placed[: _limit(asked)], max(0, len(placed) - _limit(asked)))


def _limit(asked: Asked) -> int:
    return ALL_SHOWN if asked.whole else SHOWN


def items_question(asked: Asked) -> Question:
    """What `of_items` asks of the cells."""
    chosen = asked.period
    return Question(CASE_MEASURES, SMALLEST, chosen.first, chosen.last, FIGURES, "item_id", asked.scope.cells)


@dataclass(frozen=True)
class Leading:
    """The first items in the order asked for, by their keys and without their names; `more` come behind them."""

    places: dict[int, int | None]
    sums: dict[int, Sums]
    more: int


def leading_items(asked: Asked) -> Leading:
    """From the cells alone."""
    chosen, scope = asked.period, asked.scope
    by_item = period(
        CASE_MEASURES, SMALLEST, chosen.first, chosen.last, figures=FIGURES, by="item_id", filters=scope.cells
    )
    sums = {pk: one for pk, one in by_item.items() if one["concluded"]}
    placed = _placed(
        [_row(str(pk), "", one, lambda _figure: "", asked.scope.sample) for pk, one in sums.items()], asked.sort
    )
    shown = placed[: _limit(asked)]
    return Leading({int(row.name): row.place for row in shown}, sums, len(sums) - len(shown))


def of_items(asked: Asked, leading: Leading, items: Mapping[int, Item]) -> Ranking:
    """The same with their names; no query."""
    rows = [
        replace(_item_row(items[pk], leading.sums[pk], asked), place=place)
        for pk, place in leading.places.items()
        if pk in items
    ]
    return Ranking(rows, leading.more)


def _item_row(item: Item, sums: Sums, asked: Asked) -> Ranked:
    department = asked.scope.department
    narrowed = f"&{urlencode({'department': department.pk})}" if department else ""
    url = f"{reverse('supervision:item', args=[item.code])}?{asked.query}{narrowed}"
    return _row(item.local_name, url, sums, lambda figure: asked.list_url(figure, item=item.code), asked.scope.sample)


def _row(name: str, url: str, sums: Sums, list_url: Any, sample: int) -> Ranked:
    def read(figure: str) -> float | None:
        return _number(APPROVALS.derived[figure](sums)) if APPROVALS.base(figure, sums) >= sample else None

    return Ranked(
        place=None,
        name=name,
        url=url,
        concluded=sums["concluded"],
        concluded_url=list_url("concluded"),
        overdue=sums["overdue"],
        overdue_url=list_url("overdue"),
        on_time=read("on_time_rate"),
        early=read("early_rate"),
        extended=extended_share(sums) if sums["promise_concluded"] >= sample else None,
        actual=read("mean_actual_days"),
        promised=read("mean_promised_days"),
        compression=read("time_compression"),
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _placed(rows: list[Ranked], sort: str) -> list[Ranked]:
    """In order, with places; equal values share a place, and a row without the value has none.

    A minus in front of the order shows the last places first: that is where somebody is needed.
    """
    by = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "on_time"

    def key(row: Ranked) -> tuple[bool, bool, float, int, str]:
        value = getattr(row, by)
        size = float(value or 0)
        return (
            row.on_time is None,
            value is None,
            size if by in FEWEST_FIRST else -size,
            -row.concluded,
            row.name,
        )

    ordered = sorted(rows, key=key)
    placed: list[Ranked] = []
    for number, row in enumerate(ordered, start=1):
        value = getattr(row, by)
        same = bool(placed) and getattr(placed[-1], by) == value and placed[-1].place is not None
        place = None if row.on_time is None or value is None else placed[-1].place if same else number
        placed.append(replace(row, place=place))
    if not sort.startswith("-"):
        return placed
    return [*(row for row in reversed(placed) if row.place is not None), *(row for row in placed if row.place is None)]
