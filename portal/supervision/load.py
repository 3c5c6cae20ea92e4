"""Who carries how much: windows and clerks of one department, from the cells by department, window and staff."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import CharField, F, IntegerField, Value
from django.utils.translation import gettext as _

from approvals.cases.measures import APPROVALS, CASE_MEASURES
from hall.models import Window
from portal.core.statistics import Question, period, standing
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums
from portal.core.time import today
from portal.people.models import User
from portal.supervision.figures import extended_share
from portal.supervision.filters import Scope
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


def load_of(scope: Scope, chosen: Period) -> Load:
    """One query for the names beside the cells. The cells of people and windows know no item, channel or kind."""
    scope = Scope(scope.known, scope.allowed, scope.department)
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
    windows, people = _folded(flows, now, 0), _folded(flows, now, 1)
    window_names, people_names = _names(windows, people)
    return Load(
        _rows(people, people_names, _("nobody in particular"), _links(scope, chosen, "staff")),
        _rows(windows, window_names, _("without a window"), _links(scope, chosen, "window")),
    )


def _names(windows: Iterable[int], people: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """What windows and people are called; one query."""
    empty = Value("", CharField())
    seats = Window.objects.filter(pk__in=[pk for pk in windows if pk]).order_by()
    users = User.objects.filter(pk__in=[pk for pk in people if pk]).order_by()
    found: tuple[dict[int, str], dict[int, str]] = {}, {}
    columns = ("x_place", "pk", "x_code", "x_name", "x_english")
    rows = seats.annotate(
        x_place=Value(0, IntegerField()), x_code=F("code"), x_name=F("name"), x_english=F("name_en")
    ).values_list(*columns)
    rows = rows.union(
        users.annotate(x_place=Value(1, IntegerField()), x_code=empty, x_name=F("name"), x_english=empty).values_list(
            *columns
        ),
        all=True,
    )
    for place, pk, code, name, english in rows:
        found[place][pk] = name if place else str(Window(code=code, name=name, name_en=english))
    return found


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
