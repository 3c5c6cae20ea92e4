"""Work outside the system (厅外循环): where it shows in the figures.

Two signs: between the filing and the decision pass many more days than the clock counted; and a window takes numbers
but files nothing. Neither is a proof. Both come from the cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from approvals.cases.measures import CASE_MEASURES
from approvals.catalogue.models import Item
from portal.core.statistics import SMALLEST, Question, asked_together, period, ratio
from portal.core.statistics.read import Sums
from portal.supervision.dashboards import windows
from portal.supervision.filters import Asked

FIGURES = ("filing_days", "with_filing_days", "actual_days", "with_actual_days", "promise_concluded")
SHOWN = 50


@dataclass(frozen=True)
class Gap:
    """Mean days from filing to decision beside the mean days that the clock counted; `enough` decisions to say so."""

    name: str
    url: str
    decided: int
    decided_url: str
    filing: float | None
    actual: float | None
    gap: float | None
    enough: bool


@dataclass(frozen=True)
class Outside:
    """Departments and items by their gap, the widest first; windows that file nothing, the busiest first."""

    departments: list[Gap]
    items: list[Gap]
    more_items: int
    silent: list[windows.Line]


def outside_of(asked: Asked) -> Outside:
    """Three queries: all that was counted, the names of the items, the windows."""
    chosen, scope = asked.period, asked.scope
    split = [
        Question(CASE_MEASURES, SMALLEST, chosen.first, chosen.last, FIGURES, by, scope.cells)
        for by in ("item_id", "department_id")
    ]
    with asked_together([*split, *windows.questions(chosen.first, chosen.last, "window_id")]):
        return _outside(asked)


def _outside(asked: Asked) -> Outside:
    chosen, scope = asked.period, asked.scope

    def read(by: str) -> dict[Any, Sums]:
        return period(CASE_MEASURES, SMALLEST, chosen.first, chosen.last, figures=FIGURES, by=by, filters=scope.cells)

    items = {pk: sums for pk, sums in read("item_id").items() if sums["promise_concluded"]}
    departments = read("department_id")
    widest = sorted(items, key=lambda pk: _order(items[pk], scope.sample))[:SHOWN]
    named = Item.objects.only("code", "name", "name_en").in_bulk(widest)
    return Outside(
        departments=sorted(
            (
                _gap(
                    scope.known[pk].display_short,
                    _page("department", scope.known[pk].code, asked),
                    sums,
                    asked,
                    department=pk,
                    own=1,
                )
                for pk, sums in departments.items()
                if pk in scope.known and sums["promise_concluded"]
            ),
            key=_place,
        ),
        items=[
            _gap(named[pk].local_name, _page("item", named[pk].code, asked), items[pk], asked, item=named[pk].code)
            for pk in widest
            if pk in named
        ],
        more_items=len(items) - len(widest),
        silent=[one for one in windows.lines_of(asked) if one.files_nothing],
    )


def means(sums: Mapping[str, int]) -> tuple[float | None, float | None]:
    """Mean working days from filing to decision, and mean actual days."""
    return ratio(sums["filing_days"], sums["with_filing_days"]), ratio(sums["actual_days"], sums["with_actual_days"])


def gap_of(sums: Mapping[str, int]) -> float | None:
    filing, actual = means(sums)
    return None if filing is None or actual is None else filing - actual


def _order(sums: Mapping[str, int], sample: int) -> tuple[bool, bool, float]:
    gap = gap_of(sums)
    return not _enough(sums, sample), gap is None, -(gap or 0)


def _enough(sums: Mapping[str, int], sample: int) -> bool:
    """Whether both means rest on decisions enough."""
    return min(sums["with_filing_days"], sums["with_actual_days"]) >= sample


def _place(row: Gap) -> tuple[bool, bool, float, str]:
    return not row.enough, row.gap is None, -(row.gap or 0), row.name


def _gap(name: str, url: str, sums: Sums, asked: Asked, **narrowed: Any) -> Gap:
    filing, actual = means(sums)
    decided = sums["promise_concluded"]
    listed = asked.list_url("promise_concluded", **narrowed)
    return Gap(name, url, decided, listed, filing, actual, gap_of(sums), _enough(sums, asked.scope.sample))


def _page(kind: str, code: str, asked: Asked) -> str:
    department = asked.scope.department
    more = f"&{urlencode({'department': department.pk})}" if kind == "item" and department else ""
    return f"{reverse(f'supervision:{kind}', args=[code])}?{asked.query}{more}"
