"""An item's promise: what was promised when, whether it was kept, and what those say who were served."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases.measures import APPROVALS
from approvals.catalogue.models import Item
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models.rating import Grade
from portal.core.charts import Chart, Series
from portal.core.statistics import Question, period, ratio
from portal.core.statistics.read import Sums
from portal.supervision.comparison import Compared, count_row, rate_row
from portal.supervision.figures import Based
from portal.supervision.filters import Asked, History, item_called
from portal.supervision.shares import parts_of

GRADES = ("grade_5", "grade_4", "grade_3", "grade_2", "grade_1")
RATED = ("given", "satisfied", "bad", *GRADES)


@dataclass(frozen=True)
class Promised:
    """One version of the item that was in force: its days, and how far it went below the law."""

    number: int
    from_on: dt.date | None
    legal: int | None
    promised: int | None
    compression: float | None


@dataclass(frozen=True)
class Promises:
    """History of the promise, the promise against the period's cases, ratings."""

    history: list[Promised]
    chart: Chart | None
    kept: float | None
    actual: float | None
    ratings: list[Compared]
    grades: list[tuple[str, int, str]]


def of_item(item: Item, asked: Asked, sums: Mapping[str, int]) -> Promises:
    """What was promised, whether it was kept, and the ratings. The versions came with the item of the address."""
    history = _history(item, asked.scope.history)
    now, before = _ratings(item, asked)
    return Promises(
        history=history,
        chart=_chart(history),
        kept=_number(APPROVALS.derived["on_time_rate"](sums)),
        actual=_number(APPROVALS.derived["mean_actual_days"](sums)),
        ratings=[
            count_row(_("Ratings given"), now["given"], before["given"], least=asked.scope.least),
            rate_row(_("Satisfaction"), _satisfaction(now), _satisfaction(before), least=asked.scope.least),
            count_row(_("Bad ratings"), now["bad"], before["bad"], least=asked.scope.least),
        ],
        grades=_grades(now),
    )


def _satisfaction(sums: Mapping[str, int]) -> Based:
    return Based(ratio(sums["satisfied"], sums["given"]), sums["given"])


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _history(item: Item, known: History | None) -> list[Promised]:
    if known is None:
        known = item_called(item.code)[1]
    return [
        Promised(number, from_on, legal, promised, ratio(legal - (promised or 0), legal) if legal else None)
        for number, from_on, legal, promised in known
    ]


def _chart(history: list[Promised]) -> Chart | None:
    """Legal and promised days from version to version; nothing to draw with a single one."""
    if len(history) < 2:
        return None
    rows = history[::-1]
    return Chart(
        key="promises",
        kind="line",
        title=_("Legal and promised working days"),
        category_label=pgettext("promise", "In force from"),
        categories=[f"{row.from_on:%Y-%m-%d}" for row in rows],
        series=[
            Series(pgettext("promise", "Legal limit"), [row.legal for row in rows]),
            Series(pgettext("promise", "Promised"), [row.promised for row in rows]),
        ],
    )


def ratings_question(item: Item, asked: Asked) -> Question:
    """The ratings day by day, over the days that hold the period and what it is compared with."""
    narrowed: dict[str, Any] = {"item_code": item.code}
    if asked.scope.departments is not None:
        narrowed["department_id"] = sorted(asked.scope.departments)
    spans = (asked.period, asked.compared)
    first, last = min(one.first for one in spans), max(one.last for one in spans)
    return Question(RATING_MEASURES, "item", first, last, tuple(RATED), "day", narrowed)


def _ratings(item: Item, asked: Asked) -> tuple[Sums, Sums]:
    """The ratings of the period and of what it is compared with, from one reading of the days that hold both."""
    of = ratings_question(item, asked)
    days = period(
        of.measures, of.cuboid, of.first or of.last, of.last, figures=of.figures, by=of.by, filters=of.filters
    )
    now, before = (
        {name: sum(sums[name] for day, sums in days.items() if one.first <= day <= one.last) for name in RATED}
        for one in (asked.period, asked.compared)
    )
    return now, before


def _grades(sums: Sums) -> list[tuple[str, int, str]]:
    """The five grades, the best first, with their shares."""
    counts = [sums[name] for name in GRADES]
    labels = [str(grade.label) for grade in sorted(Grade, reverse=True)]
    return list(zip(labels, counts, parts_of(counts), strict=True))
