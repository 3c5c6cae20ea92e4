"""The rates of the hotline by department, street, category or line: cells only, ratios derived, points by weight."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from hotline.insight.rules import SAMPLE, WEIGHTS
from hotline.measures import STEP_MEASURES, TICKET_MEASURES
from hotline.models import Category
from portal.core.charts import Chart, Series
from portal.core.rules import Rule, rules
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums, period, ratio
from portal.people.models import Department

FLOWS = ("recorded", "closed", "due", "on_time", "called_back", "contacted", "asked", "resolved", "judged", "satisfied")
STEPS = ("dispatched", "returned", "replied", "redone", "reopened")
# What the rows are by → the cuboid and its column.
BY = {
    "department": ("category", "department_id"),
    "street": ("street", "street_code"),
    "category": ("category", "category_id"),
    "line": ("category", "line"),
}
BY_LABELS = {
    "department": gettext_lazy("By department"), "street": gettext_lazy("By street"),
    "category": pgettext_lazy("hotline", "By category"), "line": gettext_lazy("By line"),
}  # fmt: skip
# Each rate with its numerator and denominator; the first four have a weight.
RATES = {
    "response": ("contacted", "called_back"),
    "resolution": ("resolved", "asked"),
    "satisfaction": ("satisfied", "judged"),
    "on_time": ("on_time", "due"),
    "return": ("returned", "dispatched"),
    "redo": ("redone", "replied"),
    "reopen": ("reopened", "closed"),
}
CHARTED, ON_CHART = ("response", "resolution", "satisfaction"), 8


@dataclass(frozen=True)
class Asked:
    """The period, both days included, the split, and the departments that the reader sees (None: all)."""

    first: dt.date
    last: dt.date
    by: str = "department"
    departments: frozenset[int] | None = None


@dataclass(frozen=True)
class Line:
    """One row: its name, its sums, its rates and its points."""

    key: Any
    name: str
    sums: Sums
    rates: Mapping[str, float | None]
    points: float | None


@dataclass(frozen=True)
class Insight:
    """All rows, the most tickets first; and all together."""

    lines: list[Line]
    total: Line
    weights: Rule

    def chart(self) -> Chart:
        """The three rates of the caller's judgement of the largest rows."""
        shown = self.lines[:ON_CHART]
        words = rate_words()
        return Chart(
            key="rates", kind="bar", title=_("Response, resolution and satisfaction"), category_label=_("Row"),
            categories=[line.name for line in shown], unit="%", horizontal=True,
            series=[
                Series(words[code], [_hundred(line.rates[code]) for line in shown]) for code in CHARTED
            ],
        )  # fmt: skip


def rate_words() -> dict[str, str]:
    return {
        "response": pgettext("rate", "Response"),
        "resolution": pgettext("rate", "Resolution"),
        "satisfaction": pgettext("rate", "Satisfaction"),
        "on_time": pgettext("rate", "On time"),
        "return": pgettext("rate", "Returned"),
        "redo": pgettext("rate", "Redone"),
        "reopen": pgettext("rate", "Reopened"),
    }


def insight(asked: Asked) -> Insight:
    """The figures; four queries at most: two of cells, the names, the rules."""
    cuboid, column = BY[asked.by]
    filters = {} if asked.departments is None else {"department_id": asked.departments}
    more: dict[str, Any] = {"by": column, "filters": filters}
    sums = period(TICKET_MEASURES, cuboid, asked.first, asked.last, figures=FLOWS, **more)
    for key, steps in period(STEP_MEASURES, cuboid, asked.first, asked.last, figures=STEPS, **more).items():
        sums[key] = add_sums(sums.get(key, {}), steps)
    found = rules([WEIGHTS, SAMPLE], asked.last)
    weights, least = found[WEIGHTS], found[SAMPLE].days
    sums = {key: one for key, one in sums.items() if any(one.values())}
    names = names_of(asked.by, sums)
    lines = [_line(key, names.get(key, str(key)), one, weights.value, least) for key, one in sums.items()]
    total: Sums = {}
    for one in sums.values():
        total = add_sums(total, one)
    lines.sort(key=lambda line: (-line.sums.get("recorded", 0), str(line.key)))
    return Insight(lines, _line(None, _("All"), total, weights.value, least), weights)


def _line(key: Any, name: str, sums: Sums, weights: Mapping[str, int], least: int) -> Line:
    rates = {code: ratio(sums.get(part, 0), sums.get(whole, 0)) for code, (part, whole) in RATES.items()}
    enough = sums.get("called_back", 0) >= least
    return Line(key, name, sums, rates, points_of(rates, weights) if enough else None)


def points_of(rates: Mapping[str, float | None], weights: Mapping[str, int]) -> float | None:
    """The weighted mean of the rates that there are, in points of 100; None where there is none."""
    there = {code: weight for code, weight in weights.items() if rates.get(code) is not None}
    whole = sum(there.values())
    if not whole:
        return None
    return 100 * sum((rates[code] or 0.0) * weight for code, weight in there.items()) / whole


def names_of(by: str, sums: Mapping[Any, Sums]) -> dict[Any, str]:
    """What the keys are called; one query, none for lines."""
    nobody = {0: _("Not dispatched"), "": _("No street given")}
    if by == "department":
        return nobody | {one.pk: one.display_short for one in Department.objects.filter(pk__in=list(sums))}
    if by == "category":
        found = {one.pk: one.display_name for one in Category.objects.filter(pk__in=list(sums))}
        return {0: _("Without a category")} | found
    if by == "street":
        return nobody | {one.code: one.display_name for one in Department.objects.filter(code__in=list(sums))}
    return {key: str(key) for key in sums}


def _hundred(rate: float | None) -> float | None:
    return None if rate is None else round(rate * 100, 1)
