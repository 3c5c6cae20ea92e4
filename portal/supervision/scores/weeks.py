"""Weeks from Monday to Sunday, the year to date, and when a ranking is due."""

import datetime as dt

from portal.core.calendar import workdays
from portal.core.time import today

ONE_DAY, SEVEN_DAYS = dt.timedelta(days=1), dt.timedelta(days=7)
MOST_AT_ONCE = 12  # weeks that are made up for after a long standstill


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the day's week."""
    return day - dt.timedelta(days=day.weekday())


def last_week(day: dt.date | None = None) -> dt.date:
    """The Monday of the last week that is over."""
    return monday_of(day or today()) - SEVEN_DAYS


def sunday_of(monday: dt.date) -> dt.date:
    return monday + 6 * ONE_DAY


def year_start(monday: dt.date) -> dt.date:
    """Where the year to date of a week begins: 1 January of the year in which the week ends."""
    return dt.date(sunday_of(monday).year, 1, 1)


def name_of(monday: dt.date) -> str:
    """The week as ISO 8601 names it, for instance 2026-W01: the year is the one that has its Thursday."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def week_named(text: str) -> dt.date | None:
    """The Monday of `2026-W01` or of any day of the week; None for nonsense."""
    try:
        return monday_of(dt.date.fromisoformat(text))
    except ValueError:
        return None


def due_weeks(latest: dt.date | None) -> list[dt.date]:
    """The weeks to be ranked today, the oldest first: all since the latest one, on a working day only.

    A week without any working day (a long holiday) is ranked together with the one before it. Without any ranking yet
    only the last week is due.
    """
    if not workdays().is_workday(today()):
        return []
    newest = last_week()
    first = max(latest + SEVEN_DAYS, newest - (MOST_AT_ONCE - 1) * SEVEN_DAYS) if latest else newest
    return [first + n * SEVEN_DAYS for n in range((newest - first).days // 7 + 1)] if first <= newest else []
