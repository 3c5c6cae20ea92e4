"""What the board shows: figures of the period from the cells, and the cases that need somebody now."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from approvals.cases.figures import FLOWS, balance_condition
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import Light, light_of
from approvals.cases.measures import APPROVALS, CASE_MEASURES
from approvals.cases.models import Case
from portal.core.calendar import workdays
from portal.core.charts import Chart, Series
from portal.core.statistics import period, ratio, standing
from portal.core.time import today
from portal.people.models import Department
from portal.supervision.actions import Reminded, reminders_of
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
class Warned:
    """A case that is late or has little time left, and how often its unit was reminded."""

    case: Case
    light: Light
    reminded: Reminded | None


@dataclass(frozen=True)
class StateCount:
    """Open cases in one state."""

    code: str
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Board:
    """Everything on the page, ready to be shown."""

    figures: dict[str, Any]
    urls: dict[str, str]
    balance: dict[str, int]
    trend: Chart
    states: list[StateCount]
    composition: Chart
    warnings: list[Warned]
    ranking: list[Ranked]
    unranked: list[Ranked]


def board_of(chosen: Period, departments: Collection[int] | None, names: Mapping[int, Department]) -> Board:
    """The board for a period and some departments (None = all). Seven queries, however many cases there are."""
    day = today()
    filters = {"department_id": list(departments)} if departments is not None else {}
    by_department = period(
        CASE_MEASURES, "item", chosen.first, chosen.last, figures=FIGURES, by="department_id", filters=filters
    )
    sums = {name: sum(row[name] for row in by_department.values()) for name in FIGURES}
    start = standing(CASE_MEASURES, "item", chosen.first - ONE_DAY, figures=("open",), filters=filters)[None]
    balances = ("open", "open_overdue", "open_stopped")
    now = standing(CASE_MEASURES, "item", day, figures=balances, filters=filters)[None]
    days = period(
        CASE_MEASURES,
        "item",
        _workday_before(day - dt.timedelta(days=TREND_DAYS - 1)),
        day,
        figures=("received", "accepted", "concluded"),
        by="day",
        filters=filters,
    )
    states, amber = _states(departments)
    ranking = _ranking(by_department, chosen, names)
    accepted_today = days.get(day, {}).get("accepted", 0)
    return Board(
        figures={
            "today": accepted_today,
            "change": _change(accepted_today, days.get(_workday_before(day), {}).get("accepted", 0)),
            "open": now["open"],
            "stopped": now["open_stopped"],
            "amber": amber,
            "overdue": now["open_overdue"],
            "on_time_rate": APPROVALS.derived["on_time_rate"](sums),
            "early_rate": APPROVALS.derived["early_rate"](sums),
            "late": sums["overdue"],
            "early": sums["early"],
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
        states=states,
        composition=_composition(states),
        warnings=_warnings(departments, day),
        ranking=[row for row in ranking if row.ratio is not None],
        unranked=[row for row in ranking if row.ratio is None],
    )


def _workday_before(day: dt.date) -> dt.date:
    return workdays().add(day, -1)


def _change(now: int, before: int) -> str:
    """Today against the working day before, in words."""
    if now == before:
        return _("as many as on the working day before")
    n = abs(now - before)
    if now > before:
        return ngettext("%(n)s more than on the working day before", "%(n)s more than on the working day before", n) % {
            "n": n
        }
    return ngettext("%(n)s fewer than on the working day before", "%(n)s fewer than on the working day before", n) % {
        "n": n
    }


def list_url(
    figure: str, first: dt.date, last: dt.date, departments: Collection[int] | None = None, **more: str
) -> str:
    """The list of the cases behind a figure."""
    query: dict[str, Any] = {"figure": figure, "from": first.isoformat(), "to": last.isoformat(), **more}
    if departments is not None and len(departments) == 1:
        query["department"] = next(iter(departments))
    return f"{reverse('supervision:cases')}?{urlencode(query)}"


def _urls(chosen: Period, day: dt.date, departments: Collection[int] | None) -> dict[str, str]:
    return {
        "today": list_url("accepted", day, day, departments),
        "open": list_url("open", day, day, departments),
        "amber": list_url("due_soon", day, day, departments),
        "overdue": list_url("open_overdue", day, day, departments),
        "stopped": list_url("open_stopped", day, day, departments),
        "start": list_url("open", chosen.first - ONE_DAY, chosen.first - ONE_DAY, departments),
        "end": list_url("open", chosen.last, chosen.last, departments),
        "on_time_rate": list_url("overdue", chosen.first, chosen.last, departments),
        "early_rate": list_url("early", chosen.first, chosen.last, departments),
        "accepted": list_url("accepted", chosen.first, chosen.last, departments),
        "concluded": list_url("concluded", chosen.first, chosen.last, departments),
        "otherwise": list_url("ended_otherwise", chosen.first, chosen.last, departments),
    }


def _trend(days: dict[Any, dict[str, int]], last: dt.date) -> Chart:
    shown = [last - dt.timedelta(days=n) for n in range(TREND_DAYS - 1, -1, -1)]
    names = {name: FLOWS[name] for name in ("received", "accepted", "concluded")}
    return Chart(
        key="trend",
        kind="line",
        title=_("Received, accepted and concluded in the last 14 days"),
        category_label=_("Day"),
        categories=[f"{day:%m-%d}" for day in shown],
        series=[Series(label, [days.get(day, {}).get(name, 0) for day in shown]) for name, label in names.items()],
    )


def _states(departments: Collection[int] | None) -> tuple[list[StateCount], int]:
    """Unfinished cases by state, and how many are due soon: one query over the index of open cases, which is small."""
    day = today()
    rows = Case.objects.filter(balance_condition("unfinished", day))
    if departments is not None:
        rows = rows.filter(department__in=departments)
    soon = Count("pk", filter=balance_condition("due_soon", day))
    counted = rows.order_by().values_list("state").annotate(n=Count("pk"), soon=soon)
    found = {state: (n, amber) for state, n, amber in counted}
    states = [
        StateCount(
            code,
            str(CASE.states[code].label),
            found[code][0],
            list_url("unfinished", day, day, departments, state=code),
        )
        for code in CASE.states
        if code in found
    ]
    return states, sum(amber for _n, amber in found.values())


def _composition(states: Iterable[StateCount]) -> Chart:
    shown = list(states)
    return Chart(
        key="composition",
        kind="pie",
        title=_("Unfinished applications by state"),
        category_label=_("State"),
        categories=[state.label for state in shown],
        series=[Series(pgettext("figure", "Applications"), [state.count for state in shown])],
    )


def _warnings(departments: Collection[int] | None, day: dt.date) -> list[Warned]:
    """Overdue first, then what has little time left; never more than fit the page."""
    rows = Case.objects.filter(balance_condition("open_overdue", day) | balance_condition("due_soon", day))
    if departments is not None:
        rows = rows.filter(department__in=departments)
    urgent = F("overdue_from_on").asc(nulls_last=True)
    found = list(rows.select_related("item", "department", "staff").order_by(urgent, "pk")[:WARNINGS])
    reminded = reminders_of(case.pk for case in found)
    index = workdays()
    return [Warned(case, light_of(case, index, day), reminded.get(case.pk)) for case in found]


def _ranking(by_department: dict[Any, dict[str, int]], chosen: Period, names: Mapping[int, Department]) -> list[Ranked]:
    """By on-time rate; departments with fewer decisions than the minimum stand at the end without a rate."""
    rows = []
    for pk, sums in by_department.items():
        decided = sums["early"] + sums["on_due_day"] + sums["overdue"]
        if not decided or pk not in names:
            continue
        rate = ratio(sums["early"] + sums["on_due_day"], decided) if decided >= MINIMUM_SAMPLE else None
        rows.append(
            Ranked(names[pk].display_short, rate, list_url("promise_concluded", chosen.first, chosen.last, [pk]))
        )
    return sorted(rows, key=lambda row: (row.ratio is None, -(row.ratio or 0), row.name))
