"""The course of a period: received, accepted, concluded and open, by day, week or month as its length asks for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases.figures import FLOWS
from approvals.cases.measures import CASE_MEASURES
from portal.core.charts import Chart, Series
from portal.core.statistics import SMALLEST, period
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.supervision.filters import Asked
from portal.supervision.periods import ONE_DAY, Period

AT_LEAST_DAYS = 14  # a shorter period says nothing about a course: the days before it are shown too
BY_DAY, BY_WEEK = 45, 200  # up to so many days the steps are days, then weeks, then months
FLOWING = ("received", "accepted", "concluded")
DRAWN = (*FLOWING, "open")


@dataclass(frozen=True)
class Step:
    """One point of the course."""

    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Trend:
    """Two charts of the same steps: what came and went, and what stayed open. `links` leads to the cases."""

    flows: Chart
    open: Chart
    links: list[tuple[str, list[tuple[int, str]]]]


def span(chosen: Period) -> tuple[dt.date, dt.date]:
    """The days that are shown: the period up to today, and a fortnight at least."""
    last = max(chosen.first, min(chosen.last, today()))
    return min(chosen.first, last - (AT_LEAST_DAYS - 1) * ONE_DAY), last


def steps(first: dt.date, last: dt.date) -> list[Step]:
    """Days, weeks from Monday, or months; the first and the last step may be cut."""
    length = (last - first).days + 1
    if length <= BY_DAY:
        return [Step(f"{first + n * ONE_DAY:%m-%d}", first + n * ONE_DAY, first + n * ONE_DAY) for n in range(length)]
    by_week = length <= BY_WEEK
    return list(_cut(first, last, by_week))


def _cut(first: dt.date, last: dt.date, by_week: bool) -> Iterator[Step]:
    start = first
    while start <= last:
        if by_week:
            end = start + (6 - start.weekday()) * ONE_DAY
        else:
            end = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - ONE_DAY
        end = min(end, last)
        yield Step(f"{start:%m-%d}" if by_week else f"{start:%Y-%m}", start, end)
        start = end + ONE_DAY


def trend(asked: Asked, open_before: int) -> Trend:
    """One query by day; `open_before` is the balance on the eve of the first day shown."""
    first, last = span(asked.period)
    by_day = period(CASE_MEASURES, SMALLEST, first, last, figures=DRAWN, by="day", filters=asked.scope.cells)
    shown = steps(first, last)
    sums = [_sums_of(by_day, step) for step in shown]
    standing, opens = open_before, []
    for one in sums:
        standing += one["open"]
        opens.append(standing)
    labels = [step.label for step in shown]
    links = [
        (
            step.label,
            [
                *((one[name], asked.scope.list_url(name, step.first, step.last)) for name in FLOWING),
                (count, asked.scope.list_url("open", step.last, step.last)),
            ],
        )
        for step, one, count in zip(shown, sums, opens, strict=True)
    ]
    unit = _unit(shown)
    return Trend(
        Chart(
            key="trend",
            kind="line",
            title=_("Received, accepted and concluded"),
            category_label=unit,
            categories=labels,
            series=[Series(FLOWS[name], [one[name] for one in sums]) for name in FLOWING],
        ),
        Chart(
            key="open",
            kind="line",
            title=_("Open at the end of each step"),
            category_label=unit,
            categories=labels,
            series=[Series(pgettext("board", "Open"), opens)],
        ),
        links,
    )


def _sums_of(by_day: dict[dt.date, Sums], step: Step) -> Sums:
    sums = dict.fromkeys((*FLOWING, "open"), 0)
    for n in range((step.last - step.first).days + 1):
        for name, value in by_day.get(step.first + n * ONE_DAY, {}).items():
            sums[name] += value
    return sums


def _unit(shown: list[Step]) -> str:
    longest = max((step.last - step.first).days for step in shown)
    return _("Day") if longest == 0 else _("Week from") if longest < 7 else _("Month")
