"""Who carries how much: windows and clerks of one department, from the cells by department, window and staff."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.cases.measures import APPROVALS, CASE_MEASURES
from portal.core.statistics import Question, period, standing
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.supervision.figures import extended_share
from portal.supervision.filters import Scope
from portal.supervision.names import Names
from portal.supervision.periods import Period

FIGURES = (
    "accepted", "concluded", "promise_concluded", "early", "on_due_day", "overdue", "extended", "actual_days",
    "with_actual_days",
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """One clerk or one window: what came in, what went out, what is open now; `urls` opens the cases of each."""

    name: str
    urls: dict[str, str]
    accepted: int
    concluded: int
    open: int
    overdue: int
    on_time: float | None
    extended: float | None
    actual: float | None


@dataclass(frozen=True)
class Load:
    """The clerks and the windows of a department, the most loaded first."""

    people: list[Loaded]
    windows: list[Loaded]


def load_questions(scope: Scope, chosen: Period) -> list[Question]:
    """What is asked of the cells below."""
    both, filters = ("window_id", "staff_id"), {"department_id": sorted(scope.departments or ())}
    return [
        Question(CASE_MEASURES, "window", chosen.first, chosen.last, FIGURES, both, filters),
        Question(CASE_MEASURES, "window", None, today(), ("open",), both, filters),
    ]


@dataclass(frozen=True)
class Carried:
    """The sums of a department's windows and people, which have no names yet."""

    windows: dict[int, Sums]
    people: dict[int, Sums]


def carried(scope: Scope, chosen: Period) -> Carried:
    """From the cells alone. The cells of people and windows know no item, channel or kind."""
    filters = {"department_id": sorted(scope.departments or ())}
    flows = period(
        CASE_MEASURES,
        "window",
        chosen.first,
        chosen.last,
        figures=FIGURES,
        by=("window_id", "staff_id"),
        filters=filters,
    )
    now = _standing(filters, today())
    return Carried(_folded(flows, now, 0), _folded(flows, now, 1))


def load_of(scope: Scope, chosen: Period, sums: Carried, names: Names) -> Load:
    """The sums with their names and the cases behind them; no query."""
    scope = Scope(scope.known, scope.allowed, scope.department)
    return Load(
        _rows(sums.people, names.people, _("nobody in particular"), _links(scope, chosen, "staff")),
        _rows(sums.windows, names.windows, _("without a window"), _links(scope, chosen, "window")),
    )


def _standing(filters: Mapping[str, list[int]], day: dt.date) -> dict[tuple[int, int], Sums]:
    by_both: dict[tuple[int, int], Sums] = standing(
        CASE_MEASURES, "window", day, figures=("open",), by=("window_id", "staff_id"), filters=filters
    )
    return by_both


def _folded(flows: Mapping[tuple[int, int], Sums], now: Mapping[tuple[int, int], Sums], place: int) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for source in (flows, now):
        for key, sums in source.items():
            found[key[place]] = add_sums(found.get(key[place], {}), sums)
    return {key: sums for key, sums in found.items() if any(sums.values())}


def _links(scope: Scope, chosen: Period, name: str) -> Callable[[int], dict[str, str]]:
    day = today()
    return lambda pk: {
        "open": scope.list_url("open", day, day, **{name: pk}),
        "accepted": scope.list_url("accepted", chosen.first, chosen.last, **{name: pk}),
        "concluded": scope.list_url("concluded", chosen.first, chosen.last, **{name: pk}),
    }


def _rows(
    folded: Mapping[int, Sums], names: Mapping[int, str], nobody: str, links: Callable[[int], dict[str, str]]
) -> list[Loaded]:
    rate = APPROVALS.derived
    rows = [
        Loaded(
            name=names.get(pk, nobody),
            urls=links(pk),
            accepted=sums.get("accepted", 0),
            concluded=sums.get("concluded", 0),
            open=sums.get("open", 0),
            overdue=sums.get("overdue", 0),
            on_time=rate["on_time_rate"](sums),
            extended=extended_share(sums),
            actual=rate["mean_actual_days"](sums),
        )
        for pk, sums in folded.items()
    ]
    return sorted(rows, key=lambda row: (-row.open, -row.concluded, row.name))
