"""The case clock: a pure state machine of run, stop and extend that says when a case is due and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Self

from portal.core.workdays import DayKind, WorkdayIndex


class Kind(StrEnum):
    """How a case is handled, as far as the clock cares."""

    IMMEDIATE = "immediate"  # 即办件: due at the end of day 0
    PROMISE = "promise"  # 承诺件
    JOINT = "joint"  # 联办件


class Ground(StrEnum):
    """Why a day counts or does not; the words for it stand outside this module."""

    DAY_0 = "day_0_not_counted"  # 民法典 art. 201: 开始的当日不计入
    WORKING_DAYS = "working_days_only"  # 行政许可法 art. 82
    SPECIAL_PROCEDURE = "special_procedure"  # 行政许可法 art. 45
    EXTENSION = "extension"  # 行政许可法 art. 42
    SOURCE = "due_from_source"  # the importing system's own due date


class DayCount(StrEnum):
    """How the explanation counts one day."""

    DAY_0 = "day_0"
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    STOPPED = "stopped"
    DUE = "due"


class ClockError(ValueError):
    """A step that the clock cannot take; `code` says which rule forbids it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Amber:
    """When a lamp turns amber: `share` of the promised days is left, and at least `min_days` (a dated rule)."""

    share: Fraction = Fraction(1, 5)
    min_days: int = 1

    @classmethod
    def of(cls, share: "Fraction | float | int | str", min_days: int) -> "Amber":
        """From the values of a rule; 0.2 becomes exactly one fifth."""
        return cls(Fraction(str(share)), min_days)

    def days_left(self, promised_days: int) -> int:
        """The remaining days from which the lamp is amber; whole days, rounded down."""
        left = self.share.numerator * promised_days // self.share.denominator
        return min(promised_days, max(self.min_days, left))


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stands from `on` until it is resumed; `ground` is the special procedure's code (art. 45)."""

    on: dt.date
    resumed_on: dt.date | None = None
    ground: str = ""
    announced_days: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """More days, for the promise and the law alike; `on` None means that its day is not known (imports)."""

    days: int
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One line of "why this due date": `counted` is the number of the working day, None when it does not count."""

    on: dt.date
    kind: DayCount
    counted: int | None
    day_kind: DayKind
    name: str  # the holiday's code, the override's reason or the stop's ground
    ground: Ground
    provisional: bool
    is_legal_due: bool = False
    is_amber: bool = False


# --- day 0 ------------------------------------------------------------------------------------------------------------


def received_on(index: WorkdayIndex, submitted_at: dt.datetime, *, closing_time: dt.time) -> dt.date:
    """Where the law's clock starts: the same working day before closing time, else the next working day.

    `submitted_at` is local time in Shanghai. A filing at the very minute of closing is too late for that day.
    """
    day = submitted_at.date()
    if index.is_workday(day) and submitted_at.time() < closing_time:
        return day
    return index.add(day, 1)


def day_0(index: WorkdayIndex, on: dt.date) -> dt.date:
    """The day from which days are counted: `on`, or the next working day when `on` is a day off."""
    return index.next_workday_on_or_after(on)


# --- the state machine ------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    """A case's clock. Steps change it in the order in which they happened and return it.

    `day_0` does not count. `legal_days` None means that no law limits the matter. `source_due_on` is the due date
    that an importing system gave: it wins over the computed one, and the explanation says so.
    """

    day_0: dt.date
    promised_days: int
    legal_days: int | None
    kind: Kind = Kind.PROMISE
    index: WorkdayIndex = field(kw_only=True, repr=False)
    amber: Amber = field(default_factory=Amber, kw_only=True)
    source_due_on: dt.date | None = field(default=None, kw_only=True)
    stops: list[Stop] = field(default_factory=list, kw_only=True)
    extensions: list[Extension] = field(default_factory=list, kw_only=True)
    decided_on: dt.date | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        self.day_0 = day_0(self.index, self.day_0)
        if self.promised_days < 0 or (self.legal_days is not None and self.legal_days < 0):
            raise ClockError("negative_days")
        if self.kind == Kind.IMMEDIATE and self.promised_days:
            raise ClockError("immediate_with_days")

    # steps

    def stop(self, on: dt.date, *, ground: str = "", announced_days: int | None = None) -> Self:
        """Stop the clock from the end of `on`. Raises ClockError: `stopped`, `decided` or `overlaps`."""
        self._open_for(on)
        if self.stopped:
            raise ClockError("stopped")
        self.stops.append(Stop(on, ground=ground, announced_days=announced_days))
        return self

    def resume(self, on: dt.date) -> Self:
        """Let the clock run again after `on`, which is the last day taken out. Raises ClockError `running`."""
        if not self.stopped:
            raise ClockError("running")
        if on < self.stops[-1].on:
            raise ClockError("overlaps")
        self.stops[-1] = replace(self.stops[-1], resumed_on=on)
        return self

    def extend(self, days: int, on: dt.date | None = None) -> Self:
        """Move both due dates by `days` working days, once (art. 42). Raises ClockError `extended`."""
        if self.decided_on is not None:
            raise ClockError("decided")
        if self.extensions:
            raise ClockError("extended")
        if days < 1:
            raise ClockError("negative_days")
        self.extensions.append(Extension(days, on))
        return self

    def decide(self, on: dt.date) -> Self:
        """The decision ends the clock. Raises ClockError `stopped` while a stop runs."""
        if self.stopped:
            raise ClockError("stopped")
        self._open_for(on)
        self.decided_on = on
        return self

    def end(self, on: dt.date) -> Self:
        """Withdrawn or terminated: ends the clock, and a running stop with it."""
        if self.stopped:
            self.resume(on)
        return self.decide(on)

    def _open_for(self, on: dt.date) -> None:
        if self.decided_on is not None:
            raise ClockError("decided")
        last = self.stops[-1] if self.stops else None
        if last is not None and on < (last.resumed_on or last.on):
            raise ClockError("overlaps")

    # what follows from the steps

    @property
    def stopped(self) -> bool:
        """True while a stop runs: the case has remaining days and no due date."""
        return bool(self.stops) and self.stops[-1].resumed_on is None

    @property
    def extension_days(self) -> int:
        return sum(extension.days for extension in self.extensions)

    @property
    def due_from_source(self) -> bool:
        return self.source_due_on is not None

    @property
    def promised_due_on(self) -> dt.date | None:
        """The last day on which a decision is on time; None while the clock is stopped."""
        return None if self.stopped else self._promised_due()

    @property
    def legal_due_on(self) -> dt.date | None:
        """The law's last day; None while the clock is stopped and where no law sets a limit."""
        if self.stopped or self.legal_days is None:
            return None
        return self._nth_day(self.legal_days + self.extension_days)

    @property
    def amber_on(self) -> dt.date | None:
        """The first day on which no more than the amber share of the promised days remains; None while stopped."""
        if self.stopped:
            return None
        days = self.promised_days + self.extension_days
        left = self.amber.days_left(days)
        if self.source_due_on is not None:
            return max(self.day_0, self.index.add(self.source_due_on, -left))
        return self._nth_day(days - left, stops_on_it_move_it=False)

    @property
    def provisional(self) -> bool:
        """True when the due date rests on a year without an official plan."""
        due = self._promised_due()
        return any(self.index.provisional(day) for day in (self.day_0, due))

    def elapsed(self, upto: dt.date) -> int:
        """Working days after day 0 up to and including `upto`, less those of every stop; never negative."""
        if upto <= self.day_0:
            return 0
        return self.index.between(self.day_0, upto) - sum(self._taken_out(stop, upto) for stop in self.stops)

    @property
    def elapsed_days(self) -> int | None:
        """The actual days (实际办理时限) of a decided case."""
        return None if self.decided_on is None else self.elapsed(self.decided_on)

    def remaining(self, on: dt.date) -> int:
        """Working days left at the end of `on`; negative when late. While stopped, what was left stays left."""
        if self.source_due_on is None:
            return self.promised_days + self.extension_days - self.elapsed(on)
        day = min(on, self.stops[-1].on) if self.stopped else on
        return self.index.between(max(day, self.day_0), self.source_due_on)

    def announced_end_on(self) -> dt.date | None:
        """The day on which the running stop should end as announced; None without a stop or an announcement."""
        if not self.stopped or self.stops[-1].announced_days is None:
            return None
        return self.index.add(self.stops[-1].on, self.stops[-1].announced_days)

    # figures as of a past day

    def as_of(self, day: dt.date) -> "Clock":
        """This clock as it stood at the end of `day`: later steps have not happened yet."""
        return replace(
            self,
            stops=[
                replace(stop, resumed_on=stop.resumed_on if stop.resumed_on and stop.resumed_on <= day else None)
                for stop in self.stops
                if stop.on <= day
            ],
            extensions=[extension for extension in self.extensions if extension.on is None or extension.on <= day],
            decided_on=self.decided_on if self.decided_on and self.decided_on <= day else None,
        )

    def overdue_on(self, day: dt.date) -> bool:
        """Late at the end of `day`, by the stops and dates of that day; of a decided case: was it decided late.

        A stopped case is overdue only if it was so when it stopped.
        """
        then = self.as_of(day)
        looked_at = then.decided_on or (then.stops[-1].on if then.stopped else day)
        return looked_at > then._promised_due()

    # arithmetic

    def _promised_due(self) -> dt.date:
        """The due date that counts, a running stop left aside."""
        return self.source_due_on or self._nth_day(self.promised_days + self.extension_days)

    def _nth_day(self, n: int, *, stops_on_it_move_it: bool = True) -> dt.date:
        """The n-th counted day. Every stop that began in time moves it by exactly what the stop takes out."""
        due = self.index.add(self.day_0, n)
        for stop in self.stops:
            if stop.resumed_on is None:
                continue
            begin = max(stop.on, self.day_0)
            if begin < due or (stops_on_it_move_it and begin == due):
                due = self.index.add(due, self._taken_out(stop, stop.resumed_on))
        return due

    def _taken_out(self, stop: Stop, upto: dt.date) -> int:
        """Working days after the stop's first day up to and including the day it was lifted, as far as `upto`."""
        begin = max(stop.on, self.day_0)
        end = upto if stop.resumed_on is None else min(stop.resumed_on, upto)
        return max(0, self.index.between(begin, end)) if end > begin else 0

    # explanation

    def explain(self, index: WorkdayIndex | None = None, upto: dt.date | None = None) -> list[ExplainedDay]:
        """Day by day from day 0 to `upto` (else the decision, the due date or, while stopped, the stop's first day)."""
        index = index or self.index
        promised = None if self.stopped else self._promised_due()
        last = upto or max(filter(None, (self.decided_on, promised)), default=self.stops[-1].on if self.stops else None)
        legal, amber = self.legal_due_on, self.amber_on
        days: list[ExplainedDay] = []
        counted = 0
        for facts in index.days(self.day_0, max(self.day_0, last or self.day_0)):
            stop = self._stop_over(facts.on)
            counts = facts.on > self.day_0 and facts.is_workday and stop is None
            counted += counts
            days.append(
                ExplainedDay(
                    on=facts.on,
                    kind=self._count_of(facts.on, facts.kind, facts.is_workday, stop, promised),
                    counted=counted if counts else None,
                    day_kind=facts.kind,
                    name=stop.ground if stop and facts.is_workday else facts.name,
                    ground=self._ground_of(facts.on, facts.is_workday, stop, promised, counted),
                    provisional=facts.provisional,
                    is_legal_due=facts.on == legal,
                    is_amber=facts.on == amber,
                )
            )
        return days

    def _stop_over(self, day: dt.date) -> Stop | None:
        for stop in self.stops:
            if max(stop.on, self.day_0) < day and (stop.resumed_on is None or day <= stop.resumed_on):
                return stop
        return None

    def _count_of(
        self, day: dt.date, kind: DayKind, is_workday: bool, stop: Stop | None, promised: dt.date | None
    ) -> DayCount:
        if day == promised:
            return DayCount.DUE
        if day == self.day_0:
            return DayCount.DAY_0
        if stop is not None and is_workday:
            return DayCount.STOPPED
        if is_workday:
            return DayCount.WORKDAY
        return DayCount.WEEKEND if kind == DayKind.WEEKEND else DayCount.HOLIDAY

    def _ground_of(
        self, day: dt.date, is_workday: bool, stop: Stop | None, promised: dt.date | None, counted: int
    ) -> Ground:
        if day == promised and self.due_from_source:
            return Ground.SOURCE
        if day == self.day_0:
            return Ground.DAY_0
        if stop is not None and is_workday:
            return Ground.SPECIAL_PROCEDURE
        if is_workday and self.promised_days < counted <= self.promised_days + self.extension_days:
            return Ground.EXTENSION
        return Ground.WORKING_DAYS


def limit_ends_on(index: WorkdayIndex, day: dt.date, days: int) -> dt.date:
    """The last day of a plain limit of working days that starts on `day` (the first answer, a supplement, delivery)."""
    return index.add(day_0(index, day), days)


# --- replaying the entries that a case keeps --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    on: dt.date
    promised_days: int
    legal_days: int | None
    kind: Kind = Kind.PROMISE
    source_due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    on: dt.date
    ground: str = ""
    announced_days: int | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    on: dt.date


@dataclass(frozen=True, slots=True)
class Extended:
    on: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class Decided:
    on: dt.date


@dataclass(frozen=True, slots=True)
class Ended:
    """Withdrawn or terminated without a decision."""

    on: dt.date


Entry = Accepted | Stopped | Resumed | Extended | Decided | Ended


def replay(entries: Iterable[Entry], *, index: WorkdayIndex, amber: Amber | None = None) -> Clock:
    """The clock after these entries, in the order in which they happened; the first one is `Accepted`."""
    clock: Clock | None = None
    for entry in entries:
        if isinstance(entry, Accepted):
            if clock is not None:
                raise ClockError("accepted")
            clock = Clock(
                entry.on,
                entry.promised_days,
                entry.legal_days,
                entry.kind,
                index=index,
                amber=amber or Amber(),
                source_due_on=entry.source_due_on,
            )
        elif clock is None:
            raise ClockError("not_accepted")
        else:
            _step(clock, entry)
    if clock is None:
        raise ClockError("not_accepted")
    return clock


def _step(clock: Clock, entry: Stopped | Resumed | Extended | Decided | Ended) -> None:
    match entry:
        case Stopped(on, ground, announced_days):
            clock.stop(on, ground=ground, announced_days=announced_days)
        case Resumed(on):
            clock.resume(on)
        case Extended(on, days):
            clock.extend(days, on)
        case Decided(on):
            clock.decide(on)
        case Ended(on):
            clock.end(on)


__all__ = [
    "Accepted", "Amber", "Clock", "ClockError", "DayCount", "Decided", "Ended", "Entry", "ExplainedDay",
    "Extended", "Extension", "Ground", "Kind", "Resumed", "Stop", "Stopped", "day_0", "limit_ends_on", "received_on",
    "replay",
]  # fmt: skip
