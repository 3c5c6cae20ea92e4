"""When a hall is open: by the working calendar and the centre's hours, or by its own."""

import datetime as dt

from hall.queue.models import Hall
from hall.queue.rules import limits
from portal.core.calendar import workdays
from portal.core.rules import rules
from portal.core.time import ZONE, local_date, now

OPENING, CLOSING = "centre.opening_time", "centre.closing_time"
Span = tuple[dt.datetime, dt.datetime]


def hours_of(hall: Hall, day: dt.date) -> Span | None:
    """From when to when the hall is open on the day; None when it is closed."""
    if hall.closed_on is not None and hall.closed_on <= day:
        return None
    if not hall.every_day and not workdays().is_workday(day):
        return None
    opens, closes = hall.opens_at, hall.closes_at
    if opens is None or closes is None:
        found = rules([OPENING, CLOSING], day)
        opens, closes = found[OPENING].time, found[CLOSING].time
    return dt.datetime.combine(day, opens, ZONE), dt.datetime.combine(day, closes, ZONE)


def gives_numbers(hall: Hall, moment: dt.datetime | None = None) -> bool:
    """From a little before the opening until the closing."""
    at = moment or now()
    span = hours_of(hall, local_date(at))
    if span is None:
        return False
    early = dt.timedelta(minutes=limits(local_date(at)).kiosk_early_minutes)
    return span[0] - early <= at < span[1]


def has_closed(hall: Hall, day: dt.date, moment: dt.datetime | None = None) -> bool:
    """Whether that day of the hall is over."""
    at = moment or now()
    if day < local_date(at):
        return True
    span = hours_of(hall, day)
    return span is None or at >= span[1]
