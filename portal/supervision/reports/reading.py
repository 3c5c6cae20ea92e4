"""Reads what a report rests on, in one snapshot of the database, so that its figures agree with each other."""

import datetime as dt
from typing import Any

from portal.core.db.statistics import snapshot
from portal.core.time import now
from portal.people.models import Department
from portal.supervision import periods
from portal.supervision.indicators import indicators
from portal.supervision.reports.models import Comparison

BLOCKS = ("approvals", "ratings", "hotline")
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
    """All figures of a report, as they are kept with it."""
    code = department.code if department else None
    before = compared(first, last, comparison)
    with snapshot():
        data: dict[str, Any] = {
            "now": indicators(first, last, department_code=code),
            "then": indicators(*before, department_code=code) if before else None,
            "months": _months(first, last, code),
            "departments": [] if department else _departments(first, last, before),
            "read_at": now().isoformat(),
        }
    return data


def _departments(first: dt.date, last: dt.date, before: tuple[dt.date, dt.date] | None) -> list[dict[str, Any]]:
    """The departments that had anything to do in the period, in the order of their codes."""
    earlier = {row["department"]: row for row in indicators(*before, by="department")["rows"]} if before else {}
    keys = dict(Department.objects.values_list("code", "pk"))
    rows = []
    for row in indicators(first, last, by="department")["rows"]:
        code = row["department"]
        if not code:
            continue
        then = earlier.get(code)
        rows.append(
            {
                "code": code, "name": row["name"], "pk": keys.get(code),
                "now": {name: row.get(name) for name in BLOCKS},
                "then": {name: then.get(name) for name in BLOCKS} if then else None,
            }
        )  # fmt: skip
    return rows


def _months(first: dt.date, last: dt.date, code: str | None) -> list[dict[str, Any]]:
    if (first.year, first.month) == (last.year, last.month):
        return []  # one point is no trend
    rows = indicators(first, last, department_code=code, by="month")["rows"]
    return [
        {
            "month": row["month"],
            **{name: {one: (row.get(name) or {}).get(one) for one in ones} for name, ones in MONTHS.items()},
        }
        for row in rows
    ]
