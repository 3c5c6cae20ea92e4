"""The case clock against worked examples and an independent, slow oracle."""

import csv
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import clock
from portal.core.clock import (
    Accepted,
    Amber,
    Clock,
    ClockError,
    DayCount,
    Decided,
    Ended,
    Extended,
    Ground,
    Kind,
    Resumed,
    Stopped,
    replay,
)
from portal.core.workdays import WorkdayIndex

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "clock-cases.csv"
FIRST, LAST = dt.date(2006, 1, 1), dt.date(2026, 12, 31)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


ORACLE_INDEX = WorkdayIndex(
    (day, chinese_calendar.is_workday(day))
    for day in (FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1))
)


@pytest.fixture
def index() -> WorkdayIndex:
    return ORACLE_INDEX


def a_clock(index: WorkdayIndex, on: str, promised: int, legal: int | None = 20) -> Clock:
    return Clock(date(on), promised, legal, index=index)


# --- the worked examples ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CASES.exists(), reason="the worked examples are not here")
def test_every_worked_example_comes_out_right(index: WorkdayIndex) -> None:
    rows = list(csv.DictReader(CASES.open(encoding="utf-8")))
    assert len(rows) == 40
    for row in rows:
        running = a_clock(index, row["accepted_on"], int(row["promised_days"]))
        for span in filter(None, row["suspensions"].split(";")):
            begin, end = span.split("/")
            running.stop(date(begin)).resume(date(end))
        running.decide(date(row["decided_on"]))
        assert running.promised_due_on is not None and running.decided_on is not None
        if running.decided_on == running.promised_due_on:
            verdict = "on_due_day"
        else:
            verdict = "early" if running.decided_on < running.promised_due_on else "overdue"
        told = (running.day_0.isoformat(), running.promised_due_on.isoformat(), str(running.elapsed_days), verdict)
        assert told == (row["day_0"], row["due_on"], row["elapsed_days"], row["verdict"]), row
        assert running.overdue_on(running.decided_on) == (row["verdict"] == "overdue")


# --- the oracle: its own logic, day by day, straight from the library --------------------------------------------------


@dataclass
class Life:
    accepted: dt.date
    promised: int
    legal: int
    stops: list[tuple[dt.date, dt.date | None]]
    extension: int
    asked: dt.date


def works(day: dt.date) -> bool:
    return chinese_calendar.is_workday(day)


def slow_day_0(life: Life) -> dt.date:
    day = life.accepted
    while not works(day):
        day += dt.timedelta(days=1)
    return day


def slow_counts(life: Life, day: dt.date) -> bool:
    """Is this day counted? Only working days after day 0 outside (S, R] of each stop."""
    if day <= slow_day_0(life) or not works(day):
        return False
    return not any(begin < day and (end is None or day <= end) for begin, end in life.stops)


def slow_elapsed(life: Life, upto: dt.date) -> int:
    count, day = 0, slow_day_0(life)
    while day < upto:
        day += dt.timedelta(days=1)
        count += slow_counts(life, day)
    return count


def slow_nth(life: Life, n: int) -> dt.date:
    """The day on which the n-th counted day is used up."""
    count, day = 0, slow_day_0(life)
    while count < n:
        day += dt.timedelta(days=1)
        count += slow_counts(life, day)
    return day


def slow_due(life: Life, n: int) -> dt.date:
    """The n-th counted day; a stop on that very day keeps its end open until the stop is lifted."""
    day = slow_nth(life, n)
    while True:
        over = [end for begin, end in life.stops if end is not None and begin <= day < end]
        later = [d for end in over for d in (day + dt.timedelta(days=k) for k in range(1, (end - day).days + 1))]
        worked = [d for d in later if works(d) and d > slow_day_0(life)]
        if not worked:
            return day
        day = max(worked)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    accepted = draw(st.dates(dt.date(2007, 1, 1), dt.date(2025, 6, 30)))
    stops: list[tuple[dt.date, dt.date | None]] = []
    day = accepted
    for _ in range(draw(st.integers(0, 3))):
        begin = day + dt.timedelta(days=draw(st.integers(0, 20)))
        end = begin + dt.timedelta(days=draw(st.integers(0, 40)))
        stops.append((begin, end))
        day = end
    if stops and draw(st.booleans()):
        stops[-1] = (stops[-1][0], None)
    promised = draw(st.integers(0, 45))
    return Life(
        accepted,
        promised,
        draw(st.integers(promised, 60)),
        stops,
        draw(st.sampled_from([0, 0, 10, 15])),
        accepted + dt.timedelta(days=draw(st.integers(0, 150))),
    )


def fast(life: Life, index: WorkdayIndex) -> Clock:
    running = Clock(life.accepted, life.promised, life.legal, index=index)
    for begin, end in life.stops:
        running.stop(begin)
        if end:
            running.resume(end)
    return running.extend(life.extension) if life.extension else running


@settings(max_examples=500, deadline=None)
@given(life=lives())
def test_the_clock_agrees_with_counting_on_the_fingers(life: Life) -> None:
    running = fast(life, ORACLE_INDEX)
    assert running.day_0 == slow_day_0(life)
    assert running.elapsed(life.asked) == slow_elapsed(life, life.asked)
    n = life.promised + life.extension
    assert running.remaining(life.asked) == n - slow_elapsed(life, life.asked)
    if life.stops and life.stops[-1][1] is None:
        assert running.promised_due_on is running.legal_due_on is running.amber_on is None
        return
    assert running.promised_due_on == slow_due(life, n)
    assert running.legal_due_on == slow_due(life, life.legal + life.extension)
    explained = running.explain()
    assert [d.on for d in explained if d.counted] == [d.on for d in explained if slow_counts(life, d.on)]
    assert [d.on for d in explained if d.kind == DayCount.DUE] == [running.promised_due_on]
    # the lamp: amber is the first day with no more than a fifth (at least one day) left
    left = min(n, max(1, n // 5))
    assert running.amber_on == slow_nth(life, n - left)


@settings(max_examples=300, deadline=None)
@given(life=lives())
def test_a_past_day_is_judged_by_what_was_known_on_it(life: Life) -> None:
    known = [(s, e if e and e <= life.asked else None) for s, e in life.stops if s <= life.asked]
    then = Life(life.accepted, life.promised, life.legal, known, life.extension, life.asked)
    closed = Life(life.accepted, life.promised, life.legal, [k for k in known if k[1]], life.extension, life.asked)
    stopped_on = known[-1][0] if known and known[-1][1] is None else None
    expected = (stopped_on or then.asked) > slow_due(closed, life.promised + life.extension)
    assert fast(life, ORACLE_INDEX).overdue_on(life.asked) == expected


# --- the rules one by one ---------------------------------------------------------------------------------------------


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("submitted_at", "received_on"),
    [
        ("2024-09-27T16:59:59", "2024-09-27"),
        ("2024-09-27T17:00:00", "2024-09-29"),  # a Friday evening before a worked Sunday
        ("2024-09-28T09:00:00", "2024-09-29"),
        ("2024-09-30T17:30:00", "2024-10-08"),
        ("2024-10-03T09:00:00", "2024-10-08"),
    ],
)
def test_a_filing_after_closing_time_is_received_on_the_next_working_day(
    index: WorkdayIndex, submitted_at: str, received_on: str
) -> None:
    assert clock.received_on(index, moment(submitted_at), closing_time=dt.time(17)) == date(received_on)


def test_an_acceptance_on_a_day_off_counts_from_the_next_working_day(index: WorkdayIndex) -> None:
    assert clock.day_0(index, date("2025-10-01")) == date("2025-10-09")


def test_a_suspended_case_is_due_later_by_the_working_days_of_the_stop(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 5).stop(date("2024-03-05")).resume(date("2024-03-08"))
    assert running.promised_due_on == date("2024-03-14")
    assert running.legal_due_on == date("2024-04-07")  # 1 April + 3 days; 4–6 April off, 7 April worked


def test_a_stopped_case_has_remaining_days_and_no_due_date(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 5).stop(date("2024-03-06"), ground="hearing", announced_days=10)
    assert (running.promised_due_on, running.legal_due_on, running.amber_on) == (None, None, None)
    assert running.remaining(date("2024-03-06")) == running.remaining(date("2024-08-01")) == 3
    assert running.announced_end_on() == date("2024-03-20")
    assert not running.overdue_on(date("2024-08-01"))


def test_a_case_that_was_late_when_it_stopped_stays_late(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 2).stop(date("2024-03-08"))
    assert running.overdue_on(date("2024-03-20"))
    assert not running.overdue_on(date("2024-03-06"))
    assert running.resume(date("2024-03-20")).promised_due_on == date("2024-03-06")


def test_a_stop_on_the_last_day_keeps_that_day_open(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 2).stop(date("2024-03-06")).resume(date("2024-03-20"))
    assert running.promised_due_on == date("2024-03-20")
    assert running.remaining(date("2024-03-20")) == 0


def test_an_extension_moves_both_dates_and_happens_once(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 5).extend(10, date("2024-03-08"))
    assert (running.promised_due_on, running.legal_due_on) == (date("2024-03-25"), date("2024-04-16"))
    with pytest.raises(ClockError, match="extended"):
        running.extend(1)


def test_an_extension_does_not_heal_a_past_day(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 2).extend(10, date("2024-03-11"))
    assert running.overdue_on(date("2024-03-08"))
    assert not running.overdue_on(date("2024-03-12"))


def test_an_immediate_item_is_due_at_the_end_of_day_0(index: WorkdayIndex) -> None:
    running = Clock(date("2025-10-01"), 0, None, Kind.IMMEDIATE, index=index)
    assert running.promised_due_on == running.amber_on == date("2025-10-09")
    assert running.legal_due_on is None
    with pytest.raises(ClockError, match="immediate_with_days"):
        Clock(date("2025-10-01"), 3, None, Kind.IMMEDIATE, index=index)


def test_amber_comes_when_a_fifth_is_left_and_at_least_one_day(index: WorkdayIndex) -> None:
    assert a_clock(index, "2024-03-04", 20).amber_on == date("2024-03-26")  # 4 left
    assert a_clock(index, "2024-03-04", 3).amber_on == date("2024-03-06")  # 1 left
    assert a_clock(index, "2024-03-04", 1).amber_on == date("2024-03-04")
    assert Amber.of(0.29, 1).days_left(100) == 29


def test_an_imported_due_date_wins_and_says_so(index: WorkdayIndex) -> None:
    running = Clock(date("2024-03-04"), 5, 20, index=index, source_due_on=date("2024-03-20"))
    assert running.promised_due_on == date("2024-03-20") and running.due_from_source
    assert running.remaining(date("2024-03-18")) == 2
    assert running.remaining(date("2024-03-22")) == -2
    assert [d.ground for d in running.explain() if d.kind == DayCount.DUE] == [Ground.SOURCE]


def test_steps_out_of_order_are_refused(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-03-04", 5).stop(date("2024-03-06"))
    with pytest.raises(ClockError, match="stopped"):
        running.stop(date("2024-03-07"))
    with pytest.raises(ClockError, match="stopped"):
        running.decide(date("2024-03-07"))
    with pytest.raises(ClockError, match="overlaps"):
        running.resume(date("2024-03-05"))
    running.resume(date("2024-03-08"))
    with pytest.raises(ClockError, match="running"):
        running.resume(date("2024-03-11"))
    with pytest.raises(ClockError, match="overlaps"):
        running.stop(date("2024-03-07"))
    running.decide(date("2024-03-12"))
    with pytest.raises(ClockError, match="decided"):
        running.extend(3)


def test_replaying_the_entries_of_a_case_gives_its_clock(index: WorkdayIndex) -> None:
    running = replay(
        [
            Accepted(date("2024-03-04"), 5, 20),
            Stopped(date("2024-03-05"), "expert_review", 5),
            Resumed(date("2024-03-08")),
            Extended(date("2024-03-11"), 10),
            Decided(date("2024-03-15")),
        ],
        index=index,
    )
    assert (running.promised_due_on, running.elapsed_days) == (date("2024-03-28"), 6)
    assert running.as_of(date("2024-03-11")).decided_on is None
    with pytest.raises(ClockError, match="not_accepted"):
        replay([Decided(date("2024-03-15"))], index=index)


def test_a_withdrawal_ends_a_running_stop(index: WorkdayIndex) -> None:
    entries = [Accepted(date("2024-03-04"), 5, 20), Stopped(date("2024-03-05")), Ended(date("2024-03-20"))]
    running = replay(entries, index=index)
    assert (running.elapsed_days, running.decided_on) == (1, date("2024-03-20"))


def test_the_explanation_says_day_by_day_what_counts_and_why(index: WorkdayIndex) -> None:
    running = a_clock(index, "2024-09-27", 5).stop(date("2024-09-29"), ground="hearing").resume(date("2024-09-30"))
    told = [(d.on.isoformat()[5:], str(d.kind), d.counted, str(d.ground)) for d in running.explain()]
    assert told[:4] == [
        ("09-27", "day_0", None, "day_0_not_counted"),
        ("09-28", "weekend", None, "working_days_only"),
        ("09-29", "workday", 1, "working_days_only"),
        ("09-30", "stopped", None, "special_procedure"),
    ]
    assert told[-1] == ("10-11", "due", 5, "working_days_only")
