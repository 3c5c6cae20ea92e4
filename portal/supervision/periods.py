"""Periods to choose from, and the one that was chosen."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.time import today

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    code: str
    first: dt.date
    last: dt.date


def month_start(day: dt.date, months_back: int = 0) -> dt.date:
    """The first day of the month that lies so many months before."""
    number = day.year * 12 + day.month - 1 - months_back
    return dt.date(number // 12, number % 12 + 1, 1)


NAMES: dict[str, str | Promise] = {
    "today": _("Today"),
    "week": _("This week"),
    "month": _("This month"),
    "quarter": _("This quarter"),
    "half": _("This half-year"),
    "year": _("This year"),
}


def preset(code: str, day: dt.date) -> Period | None:
    """Today, or the running week, month, quarter, half-year or year, up to `day`."""
    starts = {
        "today": day,
        "week": day - dt.timedelta(days=day.weekday()),
        "month": month_start(day),
        "quarter": month_start(day, (day.month - 1) % 3),
        "half": month_start(day, (day.month - 1) % 6),
        "year": dt.date(day.year, 1, 1),
    }
    return Period(code, starts[code], day) if code in starts else None


COMPARISONS: dict[str, str | Promise] = {
    "previous": _("Previous period"),
    "last_year": _("Same period last year"),
}
MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def compared(period: Period, comparison: str) -> Period:
    """What a period is compared with: the one before, as far into it as this one has come, or the year before.

    A month up to the 20th is compared with the month before up to its 20th (or its end, if that comes first); a
    period of one's own with as many days right before it.
    """
    months = 12 if comparison == "last_year" else MONTHS_OF.get(period.code)
    if months:
        return Period(comparison, _months_back(period.first, months), _months_back(period.last, months))
    length = dt.timedelta(days=7) if period.code == "week" else period.last - period.first + ONE_DAY
    return Period(comparison, period.first - length, period.last - length)


def _months_back(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last one."""
    start = month_start(day, months)
    end = month_start(day, months - 1) - ONE_DAY
    return min(start.replace(day=1) + dt.timedelta(days=day.day - 1), end)


def chosen(query: Mapping[str, str]) -> tuple[Period, bool]:
    """The period that was asked for, and whether it made sense; the running month where it did not.

    Two dates beside a named period count when somebody changed them: then they are a period of their own.
    """
    day = today()
    code = query.get("period", "month")
    named = preset(code, day)
    given = query.get("from", ""), query.get("to", "")
    if not any(given) or (named and given == (named.first.isoformat(), named.last.isoformat())):
        return named or Period("month", month_start(day), day), code != "custom"
    first, last = _date(given[0]), _date(given[1])
    if first and last and first <= last:
        return Period("custom", first, last), True
    return Period("month", month_start(day), day), False


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
