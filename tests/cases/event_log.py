"""The figures of the real event log, counted from its file alone: no row of the portal and none of its clocks is asked."""

import csv
import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

ZONE = ZoneInfo("Europe/Amsterdam")
CHANNELS = {"Internet": "online", "Desk": "counter", "Post": "post", "e-mail": "email", "Intern": "internal"}
DEPARTMENTS = {"General": "GENERAL", "Customer contact": "CUSTOMER-CONTACT", "Experts": "EXPERTS"}
NONE_IN_THE_LOG = (
    "immediate_concluded", "overdue_immediate", "overdue_legal", "late_answers", "extended", "withdrawn",
    "withdrawn_overdue", "returned", "not_accepted", "open_stopped",
)  # fmt: skip
UNKNOWN_TO_THE_LOG = ("mean_legal_days", "mean_promised_days", "time_compression")
Row = dict[str, str]
# Which row of a split a case of the log stands in.
SPLITS: dict[str, Callable[[Row], str]] = {
    "channel": lambda row: CHANNELS[row["case:channel"]],
    "department": lambda row: DEPARTMENTS[row["case:department"]],
}


def read(path: Path) -> list[Row]:
    """One row for each case: the columns of the case repeat on each of its events."""
    with path.open(newline="") as file:
        return list({row["case:concept:name"]: row for row in csv.DictReader(file)}.values())


def _day(row: Row, column: str) -> dt.date:
    return dt.datetime.fromisoformat(row[f"case:{column}"]).astimezone(ZONE).date()


def worked_days(first: dt.date, last: dt.date) -> int:
    """Working days after `first` up to `last`; filed on a day off counts from the next working day."""
    while not chinese_calendar.is_workday(first):
        first += dt.timedelta(days=1)
    return sum(chinese_calendar.is_workday(first + dt.timedelta(days=n + 1)) for n in range((last - first).days))


def approvals(rows: list[Row], first: dt.date, last: dt.date) -> dict[str, Any]:
    """The whole block, balances as of the last day. Every case was accepted as it came and has a planned end."""

    def share(part: int | None, whole: int) -> float | None:
        return float(Fraction(part, whole)) if whole and part is not None else None

    filed = [row for row in rows if first <= _day(row, "startdate") <= last]
    over = [row for row in rows if row["case:enddate"] and first <= _day(row, "enddate") <= last]
    early = sum(_day(row, "enddate") < _day(row, "enddate_planned") for row in over)
    on_day = sum(_day(row, "enddate") == _day(row, "enddate_planned") for row in over)
    late = len(over) - early - on_day
    days = share(sum(worked_days(_day(row, "startdate"), _day(row, "enddate")) for row in over), len(over))
    still_open = _open(rows, last)
    return {
        **dict.fromkeys(NONE_IN_THE_LOG, 0),
        **dict.fromkeys(UNKNOWN_TO_THE_LOG),
        "received": len(filed),
        "accepted": len(filed),
        "answers": len(filed),
        "concluded": len(over),
        "promise_concluded": len(over),
        "early": early,
        "on_due_day": on_day,
        "overdue": late,
        "on_time_rate": share(early + on_day, len(over)),
        "early_rate": share(early, len(over)),
        "overdue_rate": share(late, len(over)),
        "overdue_rate_all": share(late, len(over)),
        "late_answer_rate": share(0, len(filed)),
        "mean_actual_days": days,
        "mean_filing_to_decision_days": days,
        "online_rate": share(sum(row["case:channel"] == "Internet" for row in over), len(over)),
        "immediate_share": share(0, len(over)),
        "open_at_start": len(_open(rows, first - dt.timedelta(days=1))),
        "open": len(still_open),
        "open_overdue": sum(_day(row, "enddate_planned") < last for row in still_open),
    }


def _open(rows: list[Row], day: dt.date) -> list[Row]:
    return [
        row
        for row in rows
        if _day(row, "startdate") <= day and not (row["case:enddate"] and _day(row, "enddate") <= day)
    ]
