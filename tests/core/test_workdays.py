"""The working-day index, against counting day by day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.workdays import DayFacts, DayKind, OutsideCalendar, WorkdayIndex

START = dt.date(2026, 1, 1)
patterns = st.lists(st.booleans(), min_size=1, max_size=60)


def an_index(pattern: list[bool]) -> WorkdayIndex:
    return WorkdayIndex((START + dt.timedelta(days=n), works) for n, works in enumerate(pattern))


@given(pattern=patterns, data=st.data())
def test_counting_and_adding_agree_with_walking_the_days(pattern: list[bool], data: st.DataObject) -> None:
    index = an_index(pattern)
    a, b = (data.draw(st.integers(0, len(pattern) - 1)) for _ in range(2))
    day_a, day_b = START + dt.timedelta(days=a), START + dt.timedelta(days=b)
    expected = sum(pattern[a + 1 : b + 1]) if a <= b else -sum(pattern[b + 1 : a + 1])
    assert index.between(day_a, day_b) == expected
    assert index.is_workday(day_a) == pattern[a]
    assert index.number(day_a) == sum(pattern[: a + 1])
    assert index.workdays_from(day_a, day_b) == [START + dt.timedelta(days=n) for n in range(a, b + 1) if pattern[n]]
    later = [START + dt.timedelta(days=n) for n in range(a + 1, len(pattern)) if pattern[n]]
    for n in range(1, len(later) + 1):
        assert index.add(day_a, n) == later[n - 1]
        assert index.between(day_a, index.add(day_a, n)) == n
    with pytest.raises(OutsideCalendar):
        index.add(day_a, len(later) + 1)
    earlier = [START + dt.timedelta(days=n) for n in range(a, -1, -1) if pattern[n]]
    for n in range(1, len(earlier)):
        # the working day after which exactly n working days follow up to the day
        assert index.between(index.add(day_a, -n), day_a) == n


def test_a_day_outside_the_calendar_is_an_error_and_not_a_guess() -> None:
    index = an_index([True, True])
    for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 3)):
        with pytest.raises(OutsideCalendar):
            index.is_workday(day)
    assert (index.first_day, index.last_day) == (START, dt.date(2026, 1, 2))


def test_a_calendar_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="gap"):
        WorkdayIndex([(START, True), (START + dt.timedelta(days=2), True)])
    with pytest.raises(ValueError, match="empty"):
        WorkdayIndex([])


def test_the_next_working_day_of_a_working_day_is_itself() -> None:
    index = an_index([False, True, False, True])
    assert index.next_workday_on_or_after(START) == START + dt.timedelta(days=1)
    assert index.next_workday_on_or_after(START + dt.timedelta(days=1)) == START + dt.timedelta(days=1)
    assert index.add(START, 0) == START


def test_a_day_says_what_kind_it_is_and_whether_its_year_is_provisional() -> None:
    new_year = DayFacts(START, False, DayKind.HOLIDAY, "new_year", provisional=True)
    index = WorkdayIndex(
        [(START, False), (dt.date(2026, 1, 2), True)], version=7, facts={START: new_year}, provisional_years=[2026]
    )
    assert index.facts(START) == new_year
    plain = index.facts(dt.date(2026, 1, 2))
    assert (plain.kind, plain.provisional, index.version) == (DayKind.WORKDAY, True, 7)
