"""Where cases wait: every step with its number, median and 90th percentile, the loops, and the ways they take.

Read from the cells of steps and ways and from the index of the open cases: the cost does not grow with the cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Kind
from portal.core.charts import Chart, Series
from portal.core.statistics import SMALLEST, percentile, period, ratio
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums
from portal.core.templatetags.portal import DASH
from portal.supervision.dashboards.measures import CLOCK, LASTED, STEP_MEASURES, WAY_MEASURES
from portal.supervision.dashboards.steps import CUT
from portal.supervision.figures import Change, count_change
from portal.supervision.filters import Asked, Scope
from portal.supervision.shares import parts_of

WAYS_SHOWN = 10
# The states of a case, short enough for a map.
SHORT: dict[str, str | Promise] = {
    "submitted": pgettext_lazy("process", "To be accepted"),
    "supplement": pgettext_lazy("process", "Supplement"),
    "accepted": pgettext_lazy("process", "Accepted"),
    "in_review": pgettext_lazy("process", "In review"),
    "deciding": pgettext_lazy("process", "To be decided"),
    "suspended": pgettext_lazy("process", "Clock stopped"),
    "approved": pgettext_lazy("process", "Approved"),
    "refused": pgettext_lazy("process", "Refused"),
    "issued": pgettext_lazy("process", "Issued"),
    "delivered": pgettext_lazy("process", "Delivered"),
    "closed": pgettext_lazy("process", "Closed"),
    "not_accepted": pgettext_lazy("process", "Not accepted"),
    "returned": pgettext_lazy("process", "Returned"),
    "withdrawn": pgettext_lazy("process", "Withdrawn"),
    "terminated": pgettext_lazy("process", "Terminated"),
    "revoked": pgettext_lazy("process", "Revoked"),
}
ORDER = tuple(SHORT)
OPEN_STATES = ("submitted", "supplement", "accepted", "in_review", "deciding", "suspended")
SENT_BACK = frozenset({("in_review", "accepted"), ("deciding", "accepted"), ("deciding", "in_review")})
Pair = tuple[str, str]


def label_of(state: str) -> str:
    """The state in a few words; an ellipsis stays one."""
    return str(SHORT.get(state, state))


@dataclass(frozen=True)
class Leg:
    """One step from state to state; `half` and `most` are the median and the 90th percentile in the view's unit."""

    source: str
    target: str
    count: int
    half: str
    most: str
    time_share: str
    change: Change
    url: str

    @property
    def source_label(self) -> str:
        return label_of(self.source)

    @property
    def target_label(self) -> str:
        return label_of(self.target)


@dataclass(frozen=True)
class Wait:
    """One state: how often it was left, how long cases stood in it, its part of all time, and who stands in it now."""

    state: str
    label: str
    count: int
    half: str
    most: str
    time_share: str
    now: int | None
    now_url: str


@dataclass(frozen=True)
class Loop:
    """A detour: how often it was taken, and how often for each finished case; the lists of its kinds of steps."""

    label: str
    count: int
    share: float | None
    half: str
    urls: list[tuple[str, str]]


@dataclass(frozen=True)
class Way:
    """One way through the states, with its part of all ways and the mean of its length in days of the calendar."""

    labels: list[str]
    count: int
    share: str
    mean_days: str
    url: str


@dataclass(frozen=True)
class Process:
    """The whole view; `in_hours` says the unit, `finished` how many cases came to their end."""

    legs: list[Leg]
    waits: list[Wait]
    loops: list[Loop]
    ways: list[Way]
    other_ways: int
    finished: int
    in_hours: bool
    chart: Chart


@dataclass(frozen=True)
class Unit:
    """Working days, or hours of the clock where everything is decided at once."""

    in_hours: bool

    def at(self, share: float, sums: Mapping[str, int]) -> str:
        """A percentile, the upper edge of its bucket; beyond the last one only that it lies beyond."""
        histogram = CLOCK if self.in_hours else LASTED
        found = percentile(histogram, sums, share)
        if found is None:
            return DASH
        last = histogram.edges[-1]
        shown = f">{last // 60 if self.in_hours else last}" if found > last else ""
        return shown or (hours(found) if self.in_hours else str(found))


def hours(minutes: int) -> str:
    """0.1, 1.5, 24: one decimal below ten hours."""
    return f"{minutes / 60:.1f}".removesuffix(".0") if minutes < 600 else str(round(minutes / 60))


def in_hours(scope: Scope) -> bool:
    """Immediate items are measured by the clock."""
    current = scope.item.current if scope.item is not None else None
    return scope.kind == Kind.IMMEDIATE or (current is not None and current.kind == Kind.IMMEDIATE)


def cell_filters(scope: Scope) -> dict[str, Any]:
    """What narrows the cells of steps: they know no channel."""
    return {name: value for name, value in scope.cells.items() if name != "channel"}


def legs_of(asked: Asked) -> dict[Pair, Sums]:
    """The sums of each step of the period; one query."""
    return _legs(asked.period.first, asked.period.last, asked.scope)


def _legs(first: Any, last: Any, scope: Scope) -> dict[Pair, Sums]:
    found: dict[Pair, Sums] = period(
        STEP_MEASURES, SMALLEST, first, last, by=("from_state", "to_state"), filters=cell_filters(scope)
    )
    return {pair: sums for pair, sums in found.items() if sums["steps"]}


def process_of(asked: Asked) -> Process:
    """Four queries: the period's steps, those of the comparison, the ways, and the open cases by state."""
    now_legs = legs_of(asked)
    before = _legs(asked.compared.first, asked.compared.last, asked.scope)
    ways = _ways_of(asked)
    unit = Unit(in_hours(asked.scope))
    waits = _waits(now_legs, _standing_now(asked.scope), unit, asked)
    ordered = sorted(now_legs, key=_order)
    shares = parts_of([now_legs[pair]["minutes"] for pair in ordered])
    legs = [
        _leg(pair, now_legs[pair], before.get(pair, {}), share, unit, asked)
        for pair, share in zip(ordered, shares, strict=True)
    ]
    finished = sum(sums["cases"] for sums in ways.values())
    shown = _shown_ways(ways, asked)
    return Process(
        legs=legs,
        waits=waits,
        loops=_loops(now_legs, finished, unit, asked),
        ways=shown,
        other_ways=finished - sum(way.count for way in shown),
        finished=finished,
        in_hours=unit.in_hours,
        chart=_chart(now_legs),
    )


def _order(pair: Pair) -> tuple[int, int]:
    place = {state: number for number, state in enumerate(ORDER)}
    return place.get(pair[0], len(place)), place.get(pair[1], len(place))


def _leg(pair: Pair, sums: Mapping[str, int], before: Mapping[str, int], share: str, unit: Unit, asked: Asked) -> Leg:
    return Leg(
        *pair, sums["steps"], unit.at(0.5, sums), unit.at(0.9, sums), share,
        count_change(sums["steps"], before.get("steps", 0), asked.scope.least), steps_url(asked, *pair),
    )  # fmt: skip


def steps_url(asked: Asked, source: str, target: str = "") -> str:
    """The list of the single steps behind a figure."""
    return _url("process-steps", asked, source=source, target=target)


def _url(name: str, asked: Asked, **more: str) -> str:
    dates = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}
    query = {**more, "period": "custom", **dates, **asked.scope.query}
    return f"{reverse(f'dashboards:{name}')}?{urlencode({key: value for key, value in query.items() if value})}"


def _waits(legs: Mapping[Pair, Sums], standing: Mapping[str, int], unit: Unit, asked: Asked) -> list[Wait]:
    """State by state, from all its ways out; with the open cases that stand in it at this moment."""
    by_state: dict[str, Sums] = {}
    for (source, _target), sums in legs.items():
        by_state[source] = add_sums(by_state.get(source, {}), sums)
    states = [state for state in ORDER if state in by_state or standing.get(state)]
    shares = parts_of([by_state.get(state, {}).get("minutes", 0) for state in states])
    day = asked.period.last
    return [
        Wait(
            state, label_of(state), by_state.get(state, {}).get("steps", 0), unit.at(0.5, by_state.get(state, {})),
            unit.at(0.9, by_state.get(state, {})), share, standing.get(state, 0) if state in OPEN_STATES else None,
            asked.scope.list_url("unfinished", day, day, state=state),
        )
        for state, share in zip(states, shares, strict=True)
    ]  # fmt: skip


def _standing_now(scope: Scope) -> dict[str, int]:
    """Cases that stand in each open state; one query over the index of the open cases."""
    rows = Case.objects.filter(ended_on__isnull=True, submitted_on__isnull=False)
    for column, value in scope.cells.items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


def _loops(legs: Mapping[Pair, Sums], finished: int, unit: Unit, asked: Asked) -> list[Loop]:
    def loop(label: str, taken: list[Pair], left: list[Pair]) -> Loop:
        count = sum(legs[pair]["steps"] for pair in taken)
        spent: Sums = {}
        for pair in left:
            spent = add_sums(spent, legs[pair])
        lists = [(f"{label_of(one)} → {label_of(other)}", steps_url(asked, one, other)) for one, other in taken]
        return Loop(label, count, ratio(count, finished), unit.at(0.5, spent), lists)

    ended = {code for code, state in CASE.states.items() if state.ended}
    into = {state: [pair for pair in legs if pair[1] == state] for state in ("supplement", "suspended")}
    out = {state: [pair for pair in legs if pair[0] == state] for state in ("supplement", "suspended")}
    back = [pair for pair in legs if pair in SENT_BACK]
    undone = [pair for pair in legs if pair[0] in ended and pair[1] not in ended]
    found = [
        loop(_("Supplement asked for"), into["supplement"], out["supplement"]),
        loop(_("Clock stopped for a special procedure"), into["suspended"], out["suspended"]),
        loop(_("Sent back to an earlier step"), back, back),
        loop(_("End corrected, case taken up again"), undone, undone),
    ]
    return [one for one in found if one.count]


def _ways_of(asked: Asked) -> dict[str, Sums]:
    found: dict[str, Sums] = period(
        WAY_MEASURES, SMALLEST, asked.period.first, asked.period.last, by="way", filters=cell_filters(asked.scope)
    )
    return {way: sums for way, sums in found.items() if sums["cases"]}


def way_labels(way: str) -> list[str]:
    """The states of a way, in words."""
    return [CUT if state == CUT else label_of(state) for state in way.split(">")]


def _shown_ways(ways: Mapping[str, Sums], asked: Asked) -> list[Way]:
    """The ten that most cases took; the shares are of all ways, so that the rest is what is missing to 100."""
    ordered = sorted(ways, key=lambda way: (-ways[way]["cases"], way))
    shares = parts_of([ways[way]["cases"] for way in ordered])
    return [
        Way(
            way_labels(way),
            ways[way]["cases"],
            share,
            f"{ways[way]['minutes'] / ways[way]['cases'] / 1440:.1f}",
            _url("process-cases", asked, way=way),
        )
        for way, share in zip(ordered[:WAYS_SHOWN], shares, strict=False)
    ]


def _chart(legs: Mapping[Pair, Sums]) -> Chart:
    """The parts of all time, state by state, in days of the calendar."""
    minutes: dict[str, int] = {}
    for (source, _target), sums in legs.items():
        minutes[source] = minutes.get(source, 0) + sums["minutes"]
    states = [state for state in ORDER if state in minutes]
    return Chart(
        key="time",
        kind="bar",
        title=_("Time that cases spent in each state, in days of the calendar"),
        category_label=_("State"),
        categories=[label_of(state) for state in states],
        series=[Series(_("Days of the calendar"), [round(minutes[state] / 1440, 1) for state in states])],
        horizontal=True,
    )
