"""The days by which something follows a bad rating."""

import datetime as dt
from dataclasses import dataclass

from portal.core.calendar import workdays
from portal.core.rules import rules


@dataclass(frozen=True)
class Limits:
    """First contact and rectification, working days after the day of the rating."""

    contact_due_on: dt.date
    due_on: dt.date


def limits(rated_on: dt.date) -> Limits:
    """By the rules of the day; a rating on a day off has the next working day as its day 0."""
    found = rules(["rating.first_contact_days", "rating.rectify_days"], rated_on)
    index = workdays()
    day_0 = index.next_workday_on_or_after(rated_on)
    return Limits(
        index.add(day_0, found["rating.first_contact_days"].days), index.add(day_0, found["rating.rectify_days"].days)
    )
