"""The cumulative working-day index: adding and counting working days in O(1), pure Python, its days injected."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class DayKind(StrEnum):
    """What the calendar says a day is."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a statutory holiday, the days off that the plan adds to it included (放假)
    MAKE_UP = "make_up"  # a weekend day worked in exchange (调休上班)
    OVERRIDE = "override"  # an administrator's word over the plan


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day as the calendar knows it; `name` is the holiday's code or the override's reason."""

    on: dt.date
    is_workday: bool
    kind: DayKind
    name: str = ""
    provisional: bool = False


class OutsideCalendar(ValueError):
    """A day that the calendar does not reach."""


class WorkdayIndex:
    """Working days as one running sum: `add`, `between` and `next_workday_on_or_after` cost the same for any distance.

    `days` are (date, is it a working day), one after the other without a gap. `facts` holds only the days that are
    not plain weekdays or weekends; `provisional_years` the years that rest on fixed rules instead of an official plan.
    """

    __slots__ = ("_cumulative", "_facts", "_first", "_numbers", "_workdays", "provisional_years", "version")

    def __init__(
        self,
        days: Iterable[tuple[dt.date, bool]],
        *,
        version: int = 0,
        facts: Mapping[dt.date, DayFacts] | None = None,
        provisional_years: Collection[int] = (),
    ) -> None:
        cumulative: list[int] = []
        numbers: dict[dt.date, int] = {}  # the same by date: one look-up, without arithmetic on dates
        workdays: list[int] = []  # offset of the n-th working day
        first: dt.date | None = None
        for offset, (on, is_workday) in enumerate(days):
            if first is None:
                first = on
            if on.toordinal() != first.toordinal() + offset:
                raise ValueError(f"the calendar has a gap or a repetition before {on}")
            if is_workday:
                workdays.append(offset)
            cumulative.append(len(workdays))
            numbers[on] = len(workdays)
        if first is None:
            raise ValueError("the calendar is empty")
        self._first = first.toordinal()
        self._cumulative = cumulative
        self._numbers = numbers
        self._workdays = workdays
        self._facts = dict(facts or {})
        self.version = version
        self.provisional_years = frozenset(provisional_years)

    @property
    def first_day(self) -> dt.date:
        return dt.date.fromordinal(self._first)

    @property
    def last_day(self) -> dt.date:
        return dt.date.fromordinal(self._first + len(self._cumulative) - 1)

    def _offset(self, day: dt.date) -> int:
        offset = day.toordinal() - self._first
        if not 0 <= offset < len(self._cumulative):
            raise OutsideCalendar(f"{day} lies outside the calendar ({self.first_day} to {self.last_day})")
        return offset

    def number(self, day: dt.date) -> int:
        """Working days from the calendar's first day up to and including `day`, as in `CalendarDay.workday_index`."""
        return self._cumulative[self._offset(day)]

    def is_workday(self, day: dt.date) -> bool:
        offset = self._offset(day)
        return self._cumulative[offset] > (self._cumulative[offset - 1] if offset else 0)

    def add(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after `day` (before it for a negative n); `day` itself for n = 0.

        Raises OutsideCalendar when the calendar ends before.
        """
        offset = self._offset(day)
        if n == 0:
            return day
        nth = self._cumulative[offset] + n - 1  # zero-based place among the working days
        if not 0 <= nth < len(self._workdays):
            raise OutsideCalendar(f"{n} working days from {day} lie outside the calendar")
        return dt.date.fromordinal(self._first + self._workdays[nth])

    def between(self, a: dt.date, b: dt.date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`.

        Raises OutsideCalendar.
        """
        numbers = self._numbers
        try:
            return numbers[b] - numbers[a]
        except KeyError:  # outside, or a moment instead of a date
            return self.number(b) - self.number(a)

    def next_workday_on_or_after(self, day: dt.date) -> dt.date:
        """`day` itself when it is a working day, else the next one."""
        return day if self.is_workday(day) else self.add(day, 1)

    def provisional(self, day: dt.date) -> bool:
        """True when no official plan covers the day's year yet."""
        return day.year in self.provisional_years

    def facts(self, day: dt.date) -> DayFacts:
        """What kind of day it is and why."""
        known = self._facts.get(day)
        if known is not None:
            return known
        is_workday = self.is_workday(day)
        kind = DayKind.WORKDAY if is_workday else DayKind.WEEKEND
        return DayFacts(day, is_workday, kind, provisional=self.provisional(day))

    def days(self, a: dt.date, b: dt.date) -> Iterable[DayFacts]:
        """The facts of every day from `a` to `b`, both included."""
        for ordinal in range(a.toordinal(), b.toordinal() + 1):
            yield self.facts(dt.date.fromordinal(ordinal))

    def workdays_from(self, a: dt.date, b: dt.date) -> list[dt.date]:
        """The working days from `a` to `b`, both included."""
        low = bisect_right(self._workdays, a.toordinal() - self._first - 1)
        high = bisect_right(self._workdays, b.toordinal() - self._first)
        return [dt.date.fromordinal(self._first + offset) for offset in self._workdays[low:high]]
