"""When things happen: office hours on working days, filings in the evening and at weekends, quiet weeks around holidays."""

import datetime as dt
import random

from portal.core.time import ZONE
from portal.core.workdays import WorkdayIndex

MORNING, NOON = dt.time(9, 0), dt.time(12, 0)
AFTERNOON, CLOSING = dt.time(13, 30), dt.time(17, 0)
# How much of a day's filings comes in on each weekday, Monday first; a day off has a fifth, all of it online.
WEEKDAYS = (1.3, 1.1, 1.0, 1.0, 0.9, 0.5, 0.5)
DAY_OFF = 0.2
# Share of online filings that begin in each hour of the day.
ONLINE_HOURS = (1, 0, 0, 0, 0, 0, 1, 3, 7, 12, 12, 9, 4, 6, 9, 10, 9, 6, 4, 5, 7, 7, 5, 2)


class Hours:
    """Draws moments by the working calendar."""

    def __init__(self, index: WorkdayIndex) -> None:
        self.index = index

    def weight(self, day: dt.date) -> float:
        """How busy a day is."""
        if not self.index.is_workday(day):
            return DAY_OFF
        return WEEKDAYS[day.weekday()] * (0.85 if day.month in (1, 2, 8) else 1.0)

    def filing(self, chance: random.Random, day: dt.date, *, online: bool) -> dt.datetime:
        """A moment for a filing on this day; at the window only while the hall is open."""
        if not online:
            return self._in_office(chance, self.index.next_workday_on_or_after(day))
        hour = chance.choices(range(24), ONLINE_HOURS)[0]
        return _at(day, dt.time(hour, chance.randrange(60), chance.randrange(60)))

    def soon(self, chance: random.Random, after: dt.datetime) -> dt.datetime:
        """The next office moment: within the hour, else at the next opening."""
        moment = after.astimezone(ZONE) + dt.timedelta(minutes=chance.randint(4, 45), seconds=chance.randrange(60))
        if self.index.is_workday(moment.date()):
            if MORNING <= moment.time() < NOON or AFTERNOON <= moment.time() < CLOSING:
                return moment
            if moment.time() < AFTERNOON:
                opening = MORNING if moment.time() < MORNING else AFTERNOON
                return _at(moment.date(), opening) + dt.timedelta(seconds=chance.randrange(60, 4500))
        morning = _at(self.index.add(moment.date(), 1), MORNING)
        return morning + dt.timedelta(seconds=chance.randrange(60, 7200))

    def later(self, chance: random.Random, after: dt.datetime, days: int) -> dt.datetime:
        """An office moment so many working days later; 0 is `soon`."""
        if days <= 0:
            return self.soon(chance, after)
        return self._in_office(chance, self.index.add(after.astimezone(ZONE).date(), days))

    def on(self, chance: random.Random, day: dt.date, after: dt.datetime) -> dt.datetime:
        """An office moment of that working day, or `soon` when it has gone by."""
        moment = self._in_office(chance, self.index.next_workday_on_or_after(day))
        return moment if moment > after else self.soon(chance, after)

    def _in_office(self, chance: random.Random, day: dt.date) -> dt.datetime:
        minutes = chance.randrange(180 + 205)
        start = MORNING if minutes < 180 else AFTERNOON
        return _at(day, start) + dt.timedelta(minutes=minutes % 180 if minutes < 180 else minutes - 180)


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, ZONE)
