"""The dashboards of windows: numbers, waiting, cases, ratings and attendance of a window side by side, from the cells.

The hall counts by window, and so do the cases, the ratings and the posts; here they meet. A head of department sees
the windows of the own department.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from approvals.cases.figures import FLOWS
from approvals.cases.measures import APPROVALS, CASE_MEASURES, dated
from hall.attendance.measures import EMPTY_POST_MEASURES, SHIFT_MEASURES
from hall.models import Window
from hall.queue.measures import SERVICE, TICKET_MEASURES, WAIT
from hall.ratings.measures import RATING_MEASURES
from portal.core.charts import Chart, Series
from portal.core.statistics import Histogram, MeasureSet, Question, asked_together, percentile, period, rows_in
from portal.core.statistics.blocks import Derivation, add_sums, over
from portal.core.statistics.questions import Filters
from portal.core.statistics.read import Sums
from portal.supervision.comparison import Compared, amount_row, count_row, rate_row
from portal.supervision.figures import Based
from portal.supervision.filters import Asked
from portal.supervision.periods import Period
from portal.supervision.trend import Step, span, steps

TICKETS = ("tickets", "served", "missed", *WAIT.columns, *SERVICE.columns)
CASES = (
    "received", "accepted", "concluded", "early", "on_due_day", "overdue", "promise_concluded", "extended",
)  # fmt: skip
RATINGS = ("given", "satisfied", "bad")
POSTS = ("due_at_post", "attended", "late", "left_early")
# Each set of measures with its cuboid by window and the figures that are taken of it; no two share a name.
SOURCES: tuple[tuple[MeasureSet, str, tuple[str, ...]], ...] = (
    (TICKET_MEASURES, "window", TICKETS),
    (CASE_MEASURES, "window", CASES),
    (RATING_MEASURES, "window", RATINGS),
    (SHIFT_MEASURES, "post", POSTS),
    (EMPTY_POST_MEASURES, "post", ("empty_posts",)),
)
NOTHING: Sums = {name: 0 for _measures, _cuboid, names in SOURCES for name in names}


def visible(asked: Asked) -> "QuerySet[Window]":
    """The windows of the chosen departments; for the whole centre those of no department, too."""
    departments = asked.scope.departments
    return Window.objects.all() if departments is None else Window.objects.filter(department__in=departments)


def questions(first: dt.date, last: dt.date, by: str, filters: Filters | None = None) -> list[Question]:
    """What is asked of the five sets."""
    return [Question(measures, cuboid, first, last, names, by, filters) for measures, cuboid, names in SOURCES]


def by_window(chosen: Period) -> dict[int, Sums]:
    """Everything that windows counted in a period; one query."""
    found = _added(chosen.first, chosen.last, "window_id")
    found.pop(0, None)  # what happened at no window
    return found


def by_day(window: Window, first: dt.date, last: dt.date) -> dict[dt.date, Sums]:
    """The same of one window, day by day; one query."""
    return _added(first, last, "day", {"window_id": window.pk})


def _added(first: dt.date, last: dt.date, by: str, filters: Filters | None = None) -> dict[Any, Sums]:
    found: dict[Any, Sums] = {}
    with asked_together(questions(first, last, by, filters)):
        for measures, cuboid, names in SOURCES:
            rows = period(measures, cuboid, first, last, figures=names, by=by, filters=filters)
            for key, sums in rows.items():
                found[key] = add_sums(found.get(key, NOTHING), sums)
    return found


def total(days: Mapping[dt.date, Sums], first: dt.date, last: dt.date) -> Sums:
    """The sums from `first` to `last`."""
    sums = NOTHING
    for day, one in days.items():
        if first <= day <= last:
            sums = add_sums(sums, one)
    return sums


# --- figures ------------------------------------------------------------------------------------------------------------


def on_time(sums: Mapping[str, int]) -> float | None:
    found = APPROVALS.derived["on_time_rate"](sums)
    return None if found is None else float(found)


SATISFACTION, ATTENDANCE = over("satisfied", "given"), over("attended", "due_at_post")


def minutes(histogram: Histogram, share: float) -> Derivation:
    """A percentile in minutes: the upper edge of its bucket, so never flattering."""

    def read(sums: Mapping[str, int]) -> float | None:
        seconds = percentile(histogram, sums, share)
        return None if seconds is None else seconds / 60

    return Derivation(read, lambda sums: rows_in(histogram, sums))


@dataclass(frozen=True)
class Figure:
    """One figure of a window: its sum or how it is derived, and which rows stand behind it."""

    label: str | Promise
    kind: str  # count | rate | minutes
    read: Callable[[Mapping[str, int]], Any]
    rows: str  # a figure of `behind.py`, or "case:" and one of the cases' figures

    def compared(self, now: Sums, before: Sums, url: str, least: int) -> Compared:
        """`least` is the smallest count whose change is told in percent."""
        if self.kind == "count":
            return count_row(str(self.label), self.read(now), self.read(before), url, least=least)
        row = {"rate": rate_row, "minutes": amount_row}[self.kind]
        return row(str(self.label), self._based(now), self._based(before), url, least=least)

    def _based(self, sums: Sums) -> Based:
        return Based(self.read(sums), self.read.base(sums) if isinstance(self.read, Derivation) else 0)


def _count(name: str) -> Callable[[Mapping[str, int]], int]:
    return lambda sums: sums[name]


FIGURES: tuple[Figure, ...] = (
    Figure(pgettext_lazy("window", "Numbers called"), "count", lambda s: s["served"] + s["missed"], "called"),
    Figure(pgettext_lazy("window", "Numbers served"), "count", _count("served"), "served"),
    Figure(pgettext_lazy("window", "Called and not come"), "count", _count("missed"), "missed"),
    Figure(gettext_lazy("Waiting, median (minutes)"), "minutes", minutes(WAIT, 0.5), "served"),
    Figure(gettext_lazy("Waiting, 9 in 10 (minutes)"), "minutes", minutes(WAIT, 0.9), "served"),
    Figure(gettext_lazy("Service, median (minutes)"), "minutes", minutes(SERVICE, 0.5), "served"),
    Figure(gettext_lazy("Service, 9 in 10 (minutes)"), "minutes", minutes(SERVICE, 0.9), "served"),
    Figure(pgettext_lazy("window", "Applications filed here"), "count", _count("received"), "case:received"),
    Figure(FLOWS["accepted"], "count", _count("accepted"), "case:accepted"),
    Figure(FLOWS["concluded"], "count", _count("concluded"), "case:concluded"),
    Figure(FLOWS["overdue"], "count", _count("overdue"), "case:overdue"),
    Figure(gettext_lazy("On-time rate"), "rate", Derivation(on_time, dated), "case:promise_concluded"),
    Figure(gettext_lazy("Ratings given"), "count", _count("given"), "ratings"),
    Figure(gettext_lazy("Satisfaction"), "rate", SATISFACTION, "ratings"),
    Figure(gettext_lazy("Bad ratings"), "count", _count("bad"), "bad"),
    Figure(gettext_lazy("Attendance rate"), "rate", ATTENDANCE, "shifts"),
    Figure(gettext_lazy("Late or left early"), "count", lambda s: s["late"] + s["left_early"], "unpunctual"),
    Figure(gettext_lazy("Posts left empty"), "count", _count("empty_posts"), "empty_posts"),
)
MAIN = (1, 4, 7, 11, 13, 15)  # the six on top: their places in FIGURES
OF_CASES = slice(7, 15)


@dataclass(frozen=True)
class Course:
    """A chart and the same with a list behind every figure."""

    chart: Chart
    rows: list[tuple[str, list[tuple[int, str]]]]
    labels: list[str]


@dataclass(frozen=True)
class Dashboard:
    """The page of one window."""

    main: list[Compared]
    rows: list[Compared]
    course: Course
    files_nothing: bool

    @property
    def of_cases(self) -> list[Compared]:
        """Applications and ratings."""
        return self.rows[OF_CASES]

    @property
    def of_hall(self) -> list[Compared]:
        """Numbers, waiting and posts."""
        return [*self.rows[: OF_CASES.start], *self.rows[OF_CASES.stop :]]


def dashboard_of(window: Window, asked: Asked) -> Dashboard:
    """Five queries: the days of the period, of its comparison and of the course are read together."""
    before, course = asked.compared, span(asked.period)
    first = min(asked.period.first, before.first, course[0])
    days = by_day(window, first, max(asked.period.last, before.last))
    now_sums = total(days, asked.period.first, asked.period.last)
    before_sums = total(days, before.first, before.last)
    rows = [one.compared(now_sums, before_sums, url_of(window, asked, one.rows), asked.scope.least) for one in FIGURES]
    return Dashboard(
        [rows[place] for place in MAIN], rows, _course(window, asked, days, course), files_nothing(now_sums)
    )


def files_nothing(sums: Mapping[str, int]) -> bool:
    """Takes numbers and files nothing: what is done there happens outside the system (厅外循环)."""
    return sums["served"] > 0 and sums["received"] == 0


def _course(window: Window, asked: Asked, days: Mapping[dt.date, Sums], shown: tuple[dt.date, dt.date]) -> Course:
    points = steps(*shown)
    sums = [total(days, point.first, point.last) for point in points]
    names = (
        ("served", pgettext("window", "Numbers served")),
        ("received", pgettext("window", "Applications filed here")),
    )
    chart = Chart(
        key="window",
        kind="line",
        title=_("Numbers served and applications filed"),
        category_label=_("From") if len(points) > 1 and points[0].first != points[0].last else _("Day"),
        categories=[point.label for point in points],
        series=[Series(label, [one[name] for one in sums]) for name, label in names],
    )
    rows = [
        (
            point.label,
            [
                (one["served"], _at(window, asked, "served", point)),
                (one["received"], _at(window, asked, "case:received", point)),
            ],
        )
        for point, one in zip(points, sums, strict=True)
    ]
    return Course(chart, rows, [label for _name, label in names])


def url_of(window: Window, asked: Asked, rows: str) -> str:
    """The list behind a figure of the period."""
    return list_url(window, rows, asked.period.first, asked.period.last)


def _at(window: Window, asked: Asked, rows: str, step: Step) -> str:
    return list_url(window, rows, step.first, step.last)


def list_url(window: Window, rows: str, first: dt.date, last: dt.date) -> str:
    """Cases have their own lists; numbers, ratings and posts those of this room."""
    dates = {"from": first.isoformat(), "to": last.isoformat()}
    if rows.startswith("case:"):
        query = {"figure": rows.removeprefix("case:"), "window": window.pk, **dates}
        return f"{reverse('supervision:cases')}?{urlencode(query)}"
    return f"{reverse('dashboards:window-rows', args=[window.code])}?{urlencode({'figure': rows, **dates})}"


# --- the list of windows ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One window in the list."""

    window: Window
    name: str
    url: str
    served: int
    served_url: str
    missed: int
    wait: float | None
    service: float | None
    received: int
    received_url: str
    concluded: int
    on_time: float | None
    satisfaction: float | None
    attendance: float | None
    empty_posts: int
    files_nothing: bool


SORTS: dict[str, str | Promise] = {
    "served": pgettext_lazy("window", "Numbers served"),
    "wait": gettext_lazy("Waiting, 9 in 10 (minutes)"),
    "received": pgettext_lazy("window", "Applications filed here"),
    "on_time": gettext_lazy("On-time rate"),
    "satisfaction": gettext_lazy("Satisfaction"),
    "empty_posts": gettext_lazy("Posts left empty"),
}
LOWEST_FIRST = frozenset({"on_time", "satisfaction"})  # what needs somebody stands on top


def lines_of(asked: Asked) -> list[Line]:
    """The windows in the order asked for; two queries."""
    sums = by_window(asked.period)
    rows = [
        line(window, sums.get(window.pk, NOTHING), asked)
        for window in visible(asked).select_related("department")
        if window.pk in sums or not window.is_closed
    ]
    by = asked.sort if asked.sort in SORTS else "served"

    def key(row: Line) -> tuple[bool, float, str]:
        value = getattr(row, by)
        size = float(value or 0)
        return value is None, size if by in LOWEST_FIRST else -size, row.window.code

    return sorted(rows, key=key)


def title_of(window: Window) -> str:
    """Code and name; the name alone where it begins with the code."""
    name = window.display_name
    return name if name.startswith(window.code) else f"{window.code} {name}"


def line(window: Window, sums: Sums, asked: Asked) -> Line:
    """The figures of one window."""
    return Line(
        window=window,
        name=title_of(window),
        url=f"{reverse('dashboards:window', args=[window.code])}?{asked.query}",
        served=sums["served"],
        served_url=url_of(window, asked, "served"),
        missed=sums["missed"],
        wait=minutes(WAIT, 0.9)(sums),
        service=minutes(SERVICE, 0.5)(sums),
        received=sums["received"],
        received_url=url_of(window, asked, "case:received"),
        concluded=sums["concluded"],
        on_time=on_time(sums),
        satisfaction=SATISFACTION(sums),
        attendance=ATTENDANCE(sums),
        empty_posts=sums["empty_posts"],
        files_nothing=files_nothing(sums),
    )
