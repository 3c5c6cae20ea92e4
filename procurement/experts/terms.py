"""The days of an appointment by the dated rules: how long it lasts, when the check is due, how long a call waits."""

import datetime as dt

from portal.core.rules import rule
from procurement.experts import rules


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def valid_until(on: dt.date) -> dt.date:
    """The last day of an appointment that begins on the day."""
    return years_later(on, rule(rules.TERM, on).days) - dt.timedelta(days=1)


def check_due(on: dt.date) -> dt.date:
    """By when the next yearly check is entered; from the day after, the expert is drawn no more."""
    return on + dt.timedelta(days=rule(rules.CHECK, on).days)


def renewal_from(on: dt.date) -> dt.date:
    """Appointments that end on this day or earlier may be examined for another term."""
    return on + dt.timedelta(days=rule(rules.RENEWAL, on).days)


def avoids_since(on: dt.date) -> dt.date:
    """Who worked for a party on this day or later keeps away from its tender."""
    return years_later(on, -rule(rules.AVOID, on).days)


def answer_by(called_at: dt.datetime, evaluates_at: dt.datetime, on: dt.date) -> dt.datetime:
    """The end of the time for an answer: by rule, and never beyond the beginning of the evaluation."""
    limit = called_at + dt.timedelta(minutes=rule(rules.ANSWER, on).days)
    return min(limit, max(evaluates_at, called_at + dt.timedelta(minutes=rule(rules.SHORT_ANSWER, on).days)))


def reveal_by(sealed_at: dt.datetime, on: dt.date) -> dt.datetime:
    return sealed_at + dt.timedelta(hours=rule(rules.REVEAL, on).days)


def months_later(on: dt.date, months: int) -> dt.date:
    """The last day of so many months that begin on the day: a month from 31 January ends on 28 February."""
    year, month = divmod(on.month - 1 + months, 12)
    first = on.replace(year=on.year + year, month=month + 1, day=1)
    next_month = (first + dt.timedelta(days=32)).replace(day=1)
    same_day = first + dt.timedelta(days=on.day - 1)
    return min(same_day, next_month) - dt.timedelta(days=1)
