"""What everybody may have of a published ranking: ranks, points and indicators; the public page, CSV, dataset and API."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.datasets import Column, Dataset, Span, Value, register_dataset
from portal.supervision.scores import showing, weeks
from portal.supervision.scores.models import Edition, Indicator, Row
from portal.supervision.scores.reckoning import FULL

POINT = 100
SHOWN = 500  # departments of a page; a city has fewer


@dataclass(frozen=True)
class Line:
    """One department on the public board."""

    row: Row
    points: str
    move: showing.Move
    cells: list[tuple[Indicator, str, str, str]]  # indicator, value, points of weight, why it is left out
    measured: int


def lines(edition: Edition, indicators: Sequence[Indicator], span: str) -> tuple[list[Line], list[Line]]:
    """The ranked departments, and those apart; one query."""
    rows = Row.objects.filter(edition=edition, span=span).select_related("department")
    found = [_line(row, indicators) for row in rows.order_by("rank", "department__code")[:SHOWN]]
    return [one for one in found if one.row.rank], [one for one in found if not one.row.rank]


def _line(row: Row, indicators: Sequence[Indicator]) -> Line:
    parts = {one["code"]: one for one in row.parts}
    cells = []
    for one in indicators:
        part = parts.get(one.code)
        if part is not None:
            got = "" if part["left_out"] else f"{showing.points(part['points'])} / {showing.points(part['weight'])}"
            cells.append((one, showing.value_text(one.unit, part), got, showing.left_out(one, part)))
    return Line(row, showing.points(row.points), showing.move(row), cells, row.measured)


COLUMNS: tuple[Column, ...] = (
    Column("week", pgettext_lazy("ranking week", "Week"), "text", note=_("as ISO 8601 names it, for instance 2026-W46")),
    Column("first", _("First day"), "date"),
    Column("last", _("Last day"), "date"),
    Column("span", _("Days counted"), "text", note=_("week: the week alone; year: from 1 January to its last day")),
    Column("edition", pgettext_lazy("ranking", "Edition"), "integer"),
    Column("version", _("Version of the indicators"), "integer"),
    Column("department_code", _("Code of the department"), "text"),
    Column("department", _("Department"), "text"),
    Column("rank", pgettext_lazy("ranking", "Rank"), "integer", note=_("empty: too little could be measured")),
    Column("points", pgettext_lazy("ranking", "Points"), "number", _("points of 100")),
    Column("measured_weight", _("Weight that could be measured"), "integer", _("percent")),
    Column("indicator", _("Code of the indicator"), "text"),
    Column("indicator_title", pgettext_lazy("ranking", "Indicator"), "text"),
    Column("value", pgettext_lazy("ranking", "Value"), "number", note=_("shares in percent; empty: nothing to measure")),
    Column("numerator", _("Numerator"), "integer"),
    Column("denominator", _("Denominator"), "integer", note=_("empty for a count")),
    Column(
        "weight", pgettext_lazy("indicator", "Weight"), "number", _("points of 100"), _("after spreading what was left out")
    ),
    Column("indicator_points", _("Points of the indicator"), "number", _("points of 100")),
)  # fmt: skip


def rows_of(editions: Any) -> Iterator[tuple[Value, ...]]:
    """One row for each department, span and indicator of these published editions, as a stream."""
    published = editions.filter(state="published")
    titles = {
        (scheme, code): (title, unit)
        for scheme, code, title, unit in Indicator.objects.filter(scheme__in=published.values("scheme")).values_list(
            "scheme_id", "code", "title", "unit"
        )
    }
    rows = Row.objects.filter(edition__in=published.values("pk")).select_related("edition__scheme", "department")
    for row in rows.order_by("edition__week", "span", "rank", "pk").iterator(chunk_size=500):
        for part in row.parts:
            yield (*_head(row), *_tail(part, *titles.get((row.edition.scheme_id, part["code"]), ("", "count"))))


def _head(row: Row) -> tuple[Value, ...]:
    edition = row.edition
    first, last = edition.days(row.span)
    return (
        edition.name, first, last, row.span, edition.number, edition.scheme.number, row.department.code,
        row.department.name, row.rank, None if row.points is None else row.points / POINT, row.measured,
    )  # fmt: skip


def _tail(part: dict[str, Any], title: str, unit: str) -> tuple[Value, ...]:
    value = showing.value_of(unit, part)
    counted = not part["left_out"]
    return (
        part["code"], title, None if value is None else round(value, 4), part["numerator"], part["denominator"],
        part["weight"] / POINT if counted else None, part["points"] / POINT if counted else None,
    )  # fmt: skip


def _stream(span: Span) -> Iterator[tuple[Value, ...]]:
    """The published weeks that begin in the span."""
    return rows_of(Edition.objects.filter(week__range=(span.first, span.last)))


def _changed() -> dt.datetime | None:
    found: dt.datetime | None = Edition.objects.published().aggregate(at=Max("published_at"))["at"]
    return found


def register() -> None:
    """Called in `ready()`."""
    register_dataset(
        Dataset(
            code="weekly-ranking",
            title=_("Weekly ranking of departments"),
            about=_("Ranks and points of the departments by the indicators of the centre, week by week, as published."),
            publisher=_("Government service centre"),
            columns=COLUMNS,
            rows=_stream,
            changed=_changed,
            cycle="weekly",
            order=60,
        )
    )


def for_api(edition: Edition) -> dict[str, Any]:
    """One published week as the API gives it; two queries."""
    indicators = {one.code: one for one in edition.scheme.indicators.all()}
    rows = Row.objects.filter(edition=edition).select_related("department").order_by("span", "rank", "department__code")
    published_at = edition.published_at.isoformat() if edition.published_at else None
    return {
        "week": edition.name, "first": edition.week.isoformat(), "last": edition.last.isoformat(),
        "edition": edition.number, "version": edition.scheme.number, "published_at": published_at,
        "full_points": FULL // POINT,
        "rows": [_api_row(row, indicators) for row in rows],
    }  # fmt: skip


def _api_row(row: Row, indicators: dict[str, Indicator]) -> dict[str, Any]:
    return {
        "span": row.span, "department": row.department.code, "name": row.department.name, "rank": row.rank,
        "points": None if row.points is None else row.points / POINT, "measured_weight": row.measured,
        "indicators": [
            {
                "code": part["code"], "title": indicators[part["code"]].title,
                "value": showing.value_of(indicators[part["code"]].unit, part), "unit": indicators[part["code"]].unit,
                "numerator": part["numerator"], "denominator": part["denominator"],
                "weight": part["weight"] / POINT, "points": part["points"] / POINT, "left_out": part["left_out"],
            }
            for part in row.parts
            if part["code"] in indicators
        ],
    }  # fmt: skip


def week_label(week: dt.date) -> str:
    """The week's name and days, for lists to choose from."""
    return f"{weeks.name_of(week)} ({week:%m-%d} – {weeks.sunday_of(week):%m-%d})"
