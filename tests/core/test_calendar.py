"""The working calendar: what the seeds know, how overrides and plans change it, and who hears of it."""

import datetime as dt

import chinese_calendar
import pytest

from portal.core import calendar, calendar_plan
from portal.core.actors import Actor
from portal.core.errors import Invalid, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import CalendarDay, CalendarOverride, Event, Job
from portal.core.seeds import run_seeds
from portal.core.workdays import DayKind

SYSTEM = Actor.system("tests")


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def numbers_are_right() -> bool:
    """Every row's number is the count of the working days up to it."""
    number = 0
    for is_workday, held in CalendarDay.objects.order_by("day").values_list("is_workday", "workday_index"):
        number += is_workday
        if number != held:
            return False
    return True


@pytest.mark.django_db
def test_the_seeded_calendar_is_the_state_councils_in_every_published_year() -> None:
    index = calendar.workdays()
    assert (index.first_day, index.last_day) == (date("2000-01-01"), date("2060-12-31"))
    day, checked = date("2004-01-01"), 0
    while day <= date("2026-12-31"):
        assert index.is_workday(day) == chinese_calendar.is_workday(day), day
        assert not index.provisional(day)
        day += dt.timedelta(days=1)
        checked += 1
    assert checked == 8401
    assert numbers_are_right()
    row = CalendarDay.objects.get(pk=date("2026-02-14"))
    assert (row.kind, row.name, row.is_workday) == ("make_up", "spring_festival", True)


@pytest.mark.django_db
def test_a_year_without_a_plan_has_the_statutory_days_and_says_that_it_is_provisional() -> None:
    index = calendar.workdays()
    assert index.provisional_years == frozenset({*range(2000, 2004), *range(2027, 2061)})
    off = {d.on.isoformat()[5:] for d in index.days(date("2027-01-01"), date("2027-12-31")) if d.kind == "holiday"}
    assert off == {
        "01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15", "10-01", "10-02", "10-03",
    }  # fmt: skip
    assert not index.is_workday(date("2027-06-09"))
    assert index.is_workday(date("2027-06-10"))


def test_the_table_of_lunar_days_agrees_with_every_published_plan() -> None:
    named = chinese_calendar.constants.holidays
    for year in range(2008, 2027):
        spring, dragon_boat, mid_autumn = calendar_plan.lunar_days(year)
        assert named[spring] == "Spring Festival"
        assert named[calendar_plan.qingming(year)] == "Tomb-sweeping Day"
        assert not chinese_calendar.is_workday(dragon_boat)
        assert named[mid_autumn] in {"Mid-autumn Festival", "National Day"}


@pytest.mark.django_db(transaction=True)
def test_running_the_seeds_again_changes_nothing() -> None:
    calendar.override_day(SYSTEM, date("2026-11-23"), is_workday=False, reason="台风")
    before = (calendar.calendar_version(), list(CalendarDay.objects.values_list()))
    run_seeds()
    assert (calendar.calendar_version(), list(CalendarDay.objects.values_list())) == before


@pytest.mark.django_db(transaction=True)
def test_an_override_raises_the_version_and_moves_every_later_number() -> None:
    before = calendar.workdays()
    monday = date("2026-11-23")
    calendar.override_day(SYSTEM, monday, is_workday=False, reason="台风停办")
    after = calendar.workdays()
    assert after.version == before.version + 1
    assert before.is_workday(monday)
    assert not after.is_workday(monday)
    assert (after.facts(monday).kind, after.facts(monday).name) == (DayKind.OVERRIDE, "台风停办")
    assert after.add(date("2026-11-20"), 1) == date("2026-11-24")
    assert numbers_are_right()
    assert CalendarDay.objects.get(pk=date("2060-12-31")).workday_index == after.number(date("2060-12-31"))
    event = Event.objects.get(stream="core.calendar")
    assert event.type == "calendar.day_overridden"
    assert "台风停办" in event.body


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_override_gives_the_day_back_to_the_plan() -> None:
    saturday = date("2026-11-28")
    before = calendar.workdays()
    made = calendar.override_day(SYSTEM, saturday, is_workday=True, reason="延时服务")
    assert calendar.workdays().is_workday(saturday)
    calendar.withdraw_override(SYSTEM, made.pk)
    after = calendar.workdays()
    assert not after.is_workday(saturday)
    assert after.facts(saturday).kind == DayKind.WEEKEND
    assert after.version == before.version + 2
    assert numbers_are_right()
    with pytest.raises(WrongState):
        calendar.withdraw_override(SYSTEM, made.pk)
    calendar.override_day(SYSTEM, saturday, is_workday=True, reason="再次延时服务")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("day", "is_workday", "reason", "field"),
    [
        ("2026-11-20", False, "  ", "reason"),  # a past day needs its reason like any other
        ("2026-11-23", False, "字" * 201, "reason"),
        ("2026-11-23", True, "加班", "is_workday"),
        ("2026-11-22", False, "休息", "is_workday"),
        ("2061-01-03", False, "太远", "day"),
        ("2026-11-24", True, "又一次", "day"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused_beside_its_field(
    day: str, is_workday: bool, reason: str, field: str
) -> None:
    calendar.override_day(SYSTEM, date("2026-11-24"), is_workday=False, reason="台风停办")
    version = calendar.calendar_version()
    with pytest.raises(Invalid) as refused:
        calendar.override_day(SYSTEM, date(day), is_workday=is_workday, reason=reason)
    assert set(refused.value.fields) == {field}
    assert calendar.calendar_version() == version
    assert CalendarOverride.objects.count() == 1


PLAN_2027 = {
    "holidays": {date("2027-01-01"): "new_year", date("2027-05-03"): "labour_day", date("2027-10-04"): "national_day"},
    "worked": {date("2027-05-08"): "labour_day"},
    "source": "国办发明电〔2026〕1号",
}


@pytest.mark.django_db(transaction=True)
def test_the_official_plan_replaces_the_fixed_rules_and_keeps_the_overrides() -> None:
    calendar.override_day(SYSTEM, date("2027-05-04"), is_workday=False, reason="地方假日")
    changed = calendar.publish_plan(SYSTEM, 2027, **PLAN_2027)
    index = calendar.workdays()
    assert not index.provisional(date("2027-06-09"))
    assert index.is_workday(date("2027-06-09"))  # this made-up plan does not name it
    assert index.is_workday(date("2027-05-08"))
    assert not index.is_workday(date("2027-05-03"))
    assert index.facts(date("2027-05-04")).name == "地方假日"
    assert not index.is_workday(date("2027-05-04"))
    assert changed == 9  # 5 and 8 February, 5 April, 3 and 8 May, 9 June, 15 September, 1 and 4 October
    assert numbers_are_right()


@pytest.mark.django_db(transaction=True)
def test_a_plan_with_a_weekday_worked_in_exchange_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        calendar.publish_plan(SYSTEM, 2027, **{**PLAN_2027, "worked": {date("2027-05-07"): ""}, "source": " "})
    assert set(refused.value.fields) == {"worked", "source"}


@pytest.mark.django_db(transaction=True)
def test_whoever_registered_hears_of_a_change_in_a_job() -> None:
    heard: list[tuple[dt.date, int]] = []

    def reflow(from_day: dt.date, version: int) -> None:
        heard.append((from_day, version))

    calendar.on_calendar_changed(reflow)
    try:
        calendar.override_day(SYSTEM, date("2026-11-23"), is_workday=False, reason="台风停办")
        assert Job.objects.filter(name="calendar.changed").count() == 1
        run_due_jobs(10)
    finally:
        calendar._handlers.remove(reflow)
    assert heard == [(date("2026-11-23"), calendar.calendar_version())]


@pytest.mark.django_db
def test_sql_counts_working_days_by_joining_on_the_day() -> None:
    a, b = date("2024-09-27"), date("2024-10-10")
    index = dict(CalendarDay.objects.filter(day__in=[a, b]).values_list("day", "workday_index"))
    assert index[b] - index[a] == calendar.workdays().between(a, b) == 5
