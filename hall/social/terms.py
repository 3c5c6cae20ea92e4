"""The days and hours of social supervision by the dated rules."""

import datetime as dt

from hall.social import rules
from portal.core.rules import rule
from portal.core.time import ZONE

SHORTEST_ANSWER = dt.timedelta(hours=2)  # a reserve who is invited at the last moment still has so long


def latest_end(starts_on: dt.date) -> dt.date:
    """The last day of the longest term that begins on the day."""
    years = rule(rules.TERM, starts_on).days
    try:
        return starts_on.replace(year=starts_on.year + years) - dt.timedelta(days=1)
    except ValueError:  # 29 February
        return starts_on.replace(year=starts_on.year + years, day=28)


def answer_by(invited_at: dt.datetime, visit_on: dt.date, on: dt.date) -> dt.datetime:
    """The end of the time for an answer: by rule, and before the day of the visit where that still leaves time."""
    limit = invited_at + dt.timedelta(hours=rule(rules.ANSWER, on).days)
    visit = dt.datetime.combine(visit_on, dt.time(0), ZONE)
    return min(limit, max(visit, invited_at + SHORTEST_ANSWER))


def reveal_by(sealed_at: dt.datetime, on: dt.date) -> dt.datetime:
    return sealed_at + dt.timedelta(hours=rule(rules.REVEAL, on).days)


def limit_days(on: dt.date) -> int:
    """Working days in which a unit puts a finding right and answers it."""
    return rule(rules.LIMIT, on).days
