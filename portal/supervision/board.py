"""What the board shows: figures of the period from the cells, and the cases that need somebody now."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.cases.figures import behind
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import Light, light_of
from approvals.cases.measures import APPROVALS, CASE_MEASURES
from approvals.cases.models import Case
from portal.core.calendar import workdays
from portal.core.charts import Chart, Series
from portal.core.statistics import period, ratio, standing
from portal.core.time import today
from portal.people.models import Department
from portal.supervision.periods import ONE_DAY, Period

TREND_DAYS = 14
WARNINGS = 15
MINIMUM_SAMPLE = 5  # fewer decisions say nothing about a department
FIGURES = (
    "received", "accepted", "concluded", "promise_concluded", "early", "on_due_day", "overdue", "ended_otherwise",
    "open", "open_overdue",
)  # fmt: skip


@dataclass(frozen=True)
class Ranked:
    """One department of the ranking."""

    name: str
    ratio: float | None
    url: str


@dataclass(frozen=True)
class Board:
    """Everything on the page, ready to be shown."""

    figures: dict[str, Any]
    urls: dict[str, str]
    balance: dict[str, int]
    trend: Chart
    composition: Chart
    warnings: list[tuple[Case, Light]]
    ranking: list[Ranked]


def board_of(chosen: Period, departments: Collection[int] | None) -> Board:
    """The board for a period and some departments (None = all). Ten queries, however many cases there are."""
    day = today()
    filters = {"department_id": list(departments)} if departments is not None else {}
    by_department = period(
        CASE_MEASURES, "item", chosen.first, chosen.last, figures=FIGURES, by="department_id", filters=filters
    )
    sums = {name: sum(row[name] for row in by_department.values()) for name in FIGURES}
    start = standing(CASE_MEASURES, "item", chosen.first - ONE_DAY, figures=("open",), filters=filters)[None]
    now = standing(CASE_MEASURES, "item", day, figures=("open", "open_overdue"), filters=filters)[None]
    days = period(
        CASE_MEASURES,
        "item",
        day - dt.timedelta(days=TREND_DAYS - 1),
        day,
        figures=("received", "accepted", "concluded"),
        by="day",
        filters=filters,
    )
    amber = behind("due_soon", first=day, last=day, departments=departments).count()
    return Board(
        figures={
            "today": days.get(day, {}).get("accepted", 0),
            "before": days.get(_workday_before(day), {}).get("accepted", 0),
            "open": now["open"],
            "amber": amber,
            "overdue": now["open_overdue"],
            "on_time_rate": APPROVALS.derived["on_time_rate"](sums),
            "early_rate": APPROVALS.derived["early_rate"](sums),
        },
        urls=_urls(chosen, day, departments),
        balance={
            "start": start["open"],
            "accepted": sums["accepted"],
            "concluded": sums["concluded"],
            "otherwise": sums["ended_otherwise"],
            "end": start["open"] + sums["open"],
        },
        trend=_trend(days, day),
        composition=_composition(departments),
        warnings=_warnings(departments, day),
        ranking=_ranking(by_department, chosen),
    )


def _workday_before(day: dt.date) -> dt.date:
    return workdays().add(day, -1)


def list_url(figure: str, first: dt.date, last: dt.date, departments: Collection[int] | None = None) -> str:
    """The list of the cases behind a figure."""
    query: dict[str, Any] = {"figure": figure, "from": first.isoformat(), "to": last.isoformat()}
    if departments is not None and len(departments) == 1:
        query["department"] = next(iter(departments))
    return f"{reverse('supervision:cases')}?{urlencode(query)}"


def _urls(chosen: Period, day: dt.date, departments: Collection[int] | None) -> dict[str, str]:
    return {
        "today": list_url("accepted", day, day, departments),
        "open": list_url("open", day, day, departments),
        "amber": list_url("due_soon", day, day, departments),
        "overdue": list_url("open_overdue", day, day, departments),
        "on_time_rate": list_url("overdue", chosen.first, chosen.last, departments),
        "early_rate": list_url("early", chosen.first, chosen.last, departments),
        "accepted": list_url("accepted", chosen.first, chosen.last, departments),
        "concluded": list_url("concluded", chosen.first, chosen.last, departments),
        "otherwise": list_url("ended_otherwise", chosen.first, chosen.last, departments),
    }


def _trend(days: dict[Any, dict[str, int]], last: dt.date) -> Chart:
    shown = [last - dt.timedelta(days=n) for n in range(TREND_DAYS - 1, -1, -1)]
    names = {"received": _("Received"), "accepted": _("Accepted"), "concluded": _("Concluded")}
    return Chart(
        key="trend",
        kind="line",
        title=_("Received, accepted and concluded in the last 14 days"),
        category_label=_("Day"),
        categories=[f"{day:%m-%d}" for day in shown],
        series=[Series(label, [days.get(day, {}).get(name, 0) for day in shown]) for name, label in names.items()],
    )


def _composition(departments: Collection[int] | None) -> Chart:
    """Open cases by state: read from the partial index of open cases, which is small."""
    rows = Case.objects.open()
    if departments is not None:
        rows = rows.filter(department__in=departments)
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    states = [code for code in CASE.states if found.get(code)]
    return Chart(
        key="composition",
        kind="pie",
        title=_("Open applications by state"),
        category_label=_("State"),
        categories=[CASE.states[code].label for code in states],
        series=[Series(_("Applications"), [found[code] for code in states])],
    )


def _warnings(departments: Collection[int] | None, day: dt.date) -> list[tuple[Case, Light]]:
    """Overdue first, then what has little time left; never more than fit the page."""
    rows = Case.objects.open().filter(Q(overdue_from_on__lte=day) | Q(amber_on__lte=day))
    if departments is not None:
        rows = rows.filter(department__in=departments)
    found = rows.select_related("item", "department", "staff").order_by("overdue_from_on", "pk")[:WARNINGS]
    index = workdays()
    return [(case, light_of(case, index, day)) for case in found]


def _ranking(by_department: dict[Any, dict[str, int]], chosen: Period) -> list[Ranked]:
    """By on-time rate; departments with fewer decisions than the minimum stand at the end without a rate."""
    names = Department.objects.in_bulk(list(by_department))
    rows = []
    for pk, sums in by_department.items():
        decided = sums["early"] + sums["on_due_day"] + sums["overdue"]
        if not decided or pk not in names:
            continue
        rate = ratio(sums["early"] + sums["on_due_day"], decided) if decided >= MINIMUM_SAMPLE else None
        rows.append(Ranked(names[pk].display_short, rate, list_url("promise_concluded", chosen.first, chosen.last, [pk])))
    return sorted(rows, key=lambda row: (row.ratio is None, -(row.ratio or 0), row.name))
