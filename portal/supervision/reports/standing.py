"""What a page and a document of a report show: the sections with text, table and charts, all from the kept reading."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from portal.core.charts import Chart, Series
from portal.supervision.reports import trading, wording
from portal.supervision.reports.figures import BY_DEPARTMENT, FIGURES, SECTIONS, Figure, Span, value_of
from portal.supervision.reports.marks import Bound, Piece, pieces
from portal.supervision.reports.models import Report
from portal.supervision.reports.trading import Cell, Table

DEPARTMENTS_DRAWN = 12


@dataclass(frozen=True)
class Line:
    """One line of a section's table."""

    figure: Figure
    now: str
    then: str
    change: str
    verdict: int
    url: str
    nothing: bool  # neither now nor then


@dataclass(frozen=True)
class DepartmentRow:
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Section:
    """One section as it is read."""

    key: str
    title: str | Promise
    text: str
    pieces: list[list[Piece]]  # paragraph by paragraph
    lines: list[Line]
    charts: list[Chart]
    tables: list[Table]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted now or then: a table of zeros and dashes says no more than the text."""
        return all(line.nothing for line in self.lines)


def span_of(report: Report) -> Span:
    as_of = dt.date.fromisoformat(report.data["now"]["period"]["as_of"])
    return Span(report.first, report.last, as_of, report.department_id)


def bound_of(report: Report) -> Bound:
    """The figures that the report's text is bound to."""
    data = report.data
    return Bound(
        data["now"], data["then"], data["departments"], report.comparison, span_of(report),
        data.get("least", 1), data.get("sample", 1),
    )  # fmt: skip


def paragraphs(text: str, report: Report) -> list[list[Piece]]:
    """The text with its figures in place, in the language it was written in, whoever reads it."""
    bound = bound_of(report)
    with override(report.language):
        return [list(pieces(part, bound)) for part in text.split("\n") if part.strip()]


def sections(report: Report, texts: Mapping[str, str]) -> list[Section]:
    """All sections in their order."""
    bound = bound_of(report)
    found = []
    for key, (title, figures) in SECTIONS.items():
        text = texts.get(key, "")
        lines = [] if key == "procurement" and report.department_id else [_line(one, bound) for one in figures]
        found.append(
            Section(key, title, text, paragraphs(text, report), lines, charts(report, key), tables_of(report, key))
        )
    return found


def tables_of(report: Report, section: str) -> list[Table]:
    """The tables of a section besides that of its figures."""
    return trading.tables(report.data, span_of(report)) if section == "procurement" else []


def _line(figure: Figure, bound: Bound) -> Line:
    return Line(
        figure,
        wording.written(figure, bound.now),
        wording.written(figure, bound.then) if bound.then else "",
        wording.moved(figure, bound.now, bound.then, bound.least) if bound.then else "",
        wording.verdict(figure, bound.now, bound.then, bound.least),
        figure.url(bound.span),
        not wording.printed(figure, bound.now) and not wording.printed(figure, bound.then),
    )


def departments(report: Report) -> list[DepartmentRow]:
    """The table of departments; every figure leads to that department's own."""
    span = span_of(report)
    rows = []
    for row in report.data["departments"]:
        own = Span(span.first, span.last, span.as_of, row["pk"])
        cells = []
        for path in BY_DEPARTMENT:
            figure = FIGURES[path]
            cells.append(Cell(wording.written(figure, row["now"]), figure.url(own)))
        rows.append(DepartmentRow(row["name"], cells))
    return rows


def whole(report: Report) -> DepartmentRow | None:
    """The last line of that table: what the rows come to, read as one; none in the report of a single department."""
    if report.department_id is not None:
        return None
    span, now = span_of(report), report.data["now"]
    figures = [FIGURES[path] for path in BY_DEPARTMENT]
    cells = [Cell(wording.written(one, now), one.url(span)) for one in figures]
    return DepartmentRow(_("The whole centre"), cells)


def department_columns() -> list[str | Promise]:
    return [FIGURES[path].label for path in BY_DEPARTMENT]


def charts(report: Report, section: str) -> list[Chart]:
    """The pictures of a section: its course by month, and the departments with the most decisions."""
    return [one for one in (_course(report, section), _by_department(report, section)) if one is not None]


def _course(report: Report, section: str) -> Chart | None:
    names = {"approvals": ("received", "concluded"), "hotline": ("recorded", "replied")}.get(section)
    months = report.data["months"]
    if names is None or len(months) < 2 or not any(row[section][one] for row in months for one in names):
        return None
    series = [Series(FIGURES[f"{section}.{one}"].label, [row[section][one] or 0 for row in months]) for one in names]
    title = _("Applications by month") if section == "approvals" else _("Tickets by month")
    return Chart(f"course-{section}", "line", title, _("Month"), [row["month"] for row in months], series)


def _by_department(report: Report, section: str) -> Chart | None:
    if section != "approvals":
        return None
    rows = [(row["name"], value_of(row["now"], "approvals.concluded") or 0) for row in report.data["departments"]]
    rows = sorted((row for row in rows if row[1]), key=lambda row: -row[1])[:DEPARTMENTS_DRAWN]
    if len(rows) < 2:
        return None
    series = [Series(pgettext("figure", "Concluded"), [count for _name, count in rows])]
    title = _("Departments with the most decisions")
    return Chart("departments", "bar", title, _("Department"), [name for name, _count in rows], series, horizontal=True)


def reading_note(report: Report) -> dict[str, Any]:
    """The days that the report covers and those that it is compared with."""
    then = report.data["then"]
    days = [dt.date.fromisoformat(then["period"][name]) for name in ("from", "to")] if then else None
    return {
        "before": days,
        "as_of": span_of(report).as_of,
        "counted": value_of(report.data["now"], "approvals.received"),
    }
