"""Row `workdays`: the elapsed working days of a case, by the cumulative index and by asking day for day."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager

import chinese_calendar

from portal.core.calendar import workdays
from tests.bench.harness import Pair, Row, register

PAIRS_OF_DAYS = 100_000
FIRST, LAST = dt.date(2004, 1, 1), dt.date(2025, 9, 30)  # what the library knows officially
LONGEST = 28  # natural days between the two: twenty working days, the legal limit of a permit
Days = list[tuple[dt.date, dt.date]]


def random_days(count: int) -> Days:
    """Pairs of a first and a last day, the same ones on every run."""
    source = random.Random(20040101)
    span = (LAST - FIRST).days
    starts = (FIRST + dt.timedelta(days=source.randrange(span)) for _ in range(count))
    return [(start, start + dt.timedelta(days=source.randrange(LONGEST + 1))) for start in starts]


def by_library(days: Days) -> list[int]:
    """Day 0 does not count: every day after it up to and including the last one is asked for."""
    one = dt.timedelta(days=1)
    is_workday = chinese_calendar.is_workday
    counts = []
    for start, end in days:
        count, day = 0, start
        while day < end:
            day += one
            count += is_workday(day)
        counts.append(count)
    return counts


def by_index(days: Days) -> list[int]:
    between = workdays().between
    return [between(start, end) for start, end in days]


def same(ours: list[int], other: list[int]) -> None:
    assert ours == other


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    days = random_days(PAIRS_OF_DAYS)
    yield Pair(lambda: by_index(days), lambda: by_library(days), amount=len(days), check=same, ours_repeats=200)


register(
    Row(
        name="workdays",
        title=f"Elapsed working days between two random days up to {LONGEST} days apart, 2004 to 2025",
        ours="`WorkdayIndex.between`",
        other="`chinese_calendar.is_workday`, day for day",
        unit="pairs of days",
        goal=1_000,
        prepare=prepare,
        pairs=3,  # the yardstick takes its time
    )
)
