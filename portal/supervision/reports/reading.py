"""Reads what a report rests on, in one snapshot of the database, so that its figures agree with each other."""

import datetime as dt
from dataclasses import replace
from typing import Any

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models.cells import BALANCES as OPEN_CASES
from hall.appointments.measures import APPOINTMENT_MEASURES
from hall.attendance.measures import EMPTY_POST_MEASURES, SHIFT_MEASURES
from hall.patrols.measures import FINDING_MEASURES
from hall.queue.measures import TICKET_MEASURES as QUEUE_MEASURES
from hall.ratings.measures import RATEABLE_MEASURES, RATING_MEASURES
from hotline.measures import STEP_MEASURES, TICKET_MEASURES
from hotline.models.cells import BALANCES as OPEN_TICKETS
from portal.core.db.statistics import snapshot
from portal.core.statistics import SMALLEST, Span, Wanted, period, reading_together
from portal.core.statistics.blocks import Scope
from portal.core.time import now, today
from portal.people.models import Department
from portal.supervision import indicators, periods
from portal.supervision.indicators import with_bases
from portal.supervision.reports.models import Comparison
from portal.supervision.rules import least_base, least_sample
from procurement.measures import DEAL_MEASURES, REPORTED

BLOCKS = ("approvals", "ratings", "hotline")
# What the blocks read; one that is missing here costs queries of its own, and a test counts them.
CELLS = (
    Wanted(CASE_MEASURES, OPEN_CASES),
    *(Wanted(one) for one in (RATING_MEASURES, RATEABLE_MEASURES, QUEUE_MEASURES, APPOINTMENT_MEASURES)),
    *(Wanted(one) for one in (SHIFT_MEASURES, EMPTY_POST_MEASURES, FINDING_MEASURES)),
    Wanted(TICKET_MEASURES, OPEN_TICKETS),
    Wanted(STEP_MEASURES),
    Wanted(DEAL_MEASURES),
)
MONTHS = {"approvals": ("received", "concluded"), "hotline": ("recorded", "replied")}


def compared(first: dt.date, last: dt.date, comparison: str) -> tuple[dt.date, dt.date] | None:
    """The days that a period is compared with; None without a comparison.

    Whole months are compared with as many whole months, other spans with as many days right before them.
    """
    if comparison == Comparison.NONE:
        return None
    months = _whole_months(first, last)
    if months:
        back = 12 if comparison == Comparison.LAST_YEAR else months
        return periods.month_start(first, back), periods.month_start(last, back - 1) - periods.ONE_DAY
    how = "last_year" if comparison == Comparison.LAST_YEAR else "previous"
    found = periods.compared(periods.Period("custom", first, last), how)
    return found.first, found.last


def _whole_months(first: dt.date, last: dt.date) -> int:
    """How many calendar months the days make, 0 where they are not whole ones."""
    whole = first.day == 1 and (last + periods.ONE_DAY).day == 1
    return (last.year - first.year) * 12 + last.month - first.month + 1 if whole else 0


def read(first: dt.date, last: dt.date, comparison: str, department: Department | None) -> dict[str, Any]:
    """All figures of a report, as they are kept with it.

    The cells of both periods come in one statement, whatever the number of departments and months, and what the blocks
    count from rows is read once; every section adds up from that.
    """
    days = [(first, last), *filter(None, [compared(first, last, comparison)])]
    scopes = [
        Scope(begin, end, min(end, today()), department.pk if department else None) for begin, end in days
    ]  # fmt: skip
    spans = [Span(one.first, one.last, one.as_of) for one in scopes]
    with snapshot(), reading_together(spans, CELLS, department_id=department.pk if department else None):
        then = scopes[1] if len(scopes) > 1 else None
        return {
            "now": with_bases(scopes[0]),
            "then": with_bases(then) if then else None,
            "months": _months(scopes[0]),
            "departments": [] if department else _departments(scopes[0], then),
            "trading": {} if department else _trading(scopes[0]),
            "least": least_base(),
            "sample": least_sample(),
            "read_at": now().isoformat(),
        }


def _trading(scope: Scope) -> dict[str, Any]:
    """The sums of deals by method; those by category stand in the indicators."""
    return {
        "method": period(DEAL_MEASURES, SMALLEST, scope.first, scope.last, figures=REPORTED, by="method"),
    }


def _departments(scope: Scope, before: Scope | None) -> list[dict[str, Any]]:
    """The departments that had anything to do in the period, in the order of their codes."""
    units = {one.pk: one for one in Department.objects.only("code", "name", "name_en")}
    known = {pk: (one.code, one.display_name) for pk, one in units.items()}  # in the language of the report
    keys = {one.code: pk for pk, one in units.items()}

    def rows(one: Scope) -> list[dict[str, Any]]:
        return indicators.rows(replace(one, by="department"), names=known)

    earlier = {row["department"]: row for row in rows(before)} if before else {}
    found = []
    for row in rows(scope):
        code = row["department"]
        if not code:
            continue
        then = earlier.get(code)
        found.append(
            {
                "code": code, "name": row["name"], "pk": keys[code],
                "now": {name: row.get(name) for name in BLOCKS},
                "then": {name: then.get(name) for name in BLOCKS} if then else None,
            }
        )  # fmt: skip
    return found


def _months(scope: Scope) -> list[dict[str, Any]]:
    rows = indicators.rows(replace(scope, by="month"), tuple(MONTHS))
    rows = [row for row in rows if row["month"] <= f"{scope.as_of:%Y-%m}"]  # one to come is unknown, not zero
    if len(rows) < 2:
        return []  # one point is no trend
    return [
        {"month": row["month"], **{name: {one: row[name][one] for one in ones} for name, ones in MONTHS.items()}}
        for row in rows
    ]
