"""Who is due on a day: from the duties at the windows, the hours, the calendar, leave and substitutes."""

import datetime as dt
from dataclasses import dataclass

from hall.attendance.models import Excuse, Shift, ShiftPattern
from hall.attendance.rules import EARLY
from hall.models import Window, WindowDuty
from portal.core.rules import rules
from portal.core.time import ZONE
from portal.core.workdays import WorkdayIndex
from portal.people.models import Leave

OPENING, CLOSING = "centre.opening_time", "centre.closing_time"
FRIDAY = 4


@dataclass(frozen=True)
class Hours:
    """The hours of the windows on one day."""

    day: dt.date
    opening: dt.time
    closing: dt.time
    early: dt.timedelta
    patterns: dict[int, ShiftPattern]

    @classmethod
    def of(cls, day: dt.date) -> "Hours":
        found = rules([OPENING, CLOSING, EARLY], day)
        running = (
            ShiftPattern.objects.filter(valid_from__lte=day).exclude(valid_to__lt=day).order_by("valid_from", "pk")
        )
        weekday = min(day.weekday(), FRIDAY)
        patterns = {one.window_id: one for one in running if {weekday, day.weekday()} & set(one.days)}
        early = dt.timedelta(minutes=found[EARLY].days)
        return cls(day, found[OPENING].time, found[CLOSING].time, early, patterns)

    def shift(self, staff_id: int, window: Window, department_id: int | None) -> Shift:
        """A shift of that day at that window, not saved."""
        pattern = self.patterns.get(window.pk)
        starts, ends = (pattern.starts, pattern.ends) if pattern else (self.opening, self.closing)
        start = dt.datetime.combine(self.day, starts, ZONE)
        return Shift(
            staff_id=staff_id,
            window=window,
            department_id=department_id,
            day=self.day,
            starts_at=start,
            ends_at=dt.datetime.combine(self.day, ends, ZONE),
            due_by=start - self.early,
        )


def roster(day: dt.date, index: WorkdayIndex, hours: Hours | None = None) -> list[Shift]:
    """The shifts of a day as they should be, not saved; none on a day off. Five queries at most."""
    if not index.is_workday(day):
        return []
    hours = hours or Hours.of(day)
    away = dict(Leave.objects.in_force(day).values_list("user_id", "kind"))
    duties = WindowDuty.objects.in_force(day).filter(posting__user__is_active=True)
    shifts: dict[int, Shift] = {}
    absent: list[WindowDuty] = []
    for duty in duties.select_related("posting", "window").order_by("starts_on", "pk"):
        if duty.window.closed_on is not None and duty.window.closed_on <= day:
            continue
        person = duty.posting.user_id
        shifts[person] = hours.shift(person, duty.window, duty.posting.department_id)
        if person in away:
            shifts[person].excuse = away[person]
            absent.append(duty)
    for duty in absent:
        # A/B 岗: the substitute fills the post, unless away too or due at a window of their own.
        stand_in = duty.posting.substitute_id
        if stand_in and stand_in not in shifts and stand_in not in away:
            made = hours.shift(stand_in, duty.window, duty.posting.department_id)
            made.stands_in_for_id = duty.posting.user_id
            shifts[stand_in] = made
    return list(shifts.values())


def closed(shift: Shift) -> None:
    """The shift falls on a day that is off now, or its duty has ended."""
    shift.excuse = Excuse.CLOSED
