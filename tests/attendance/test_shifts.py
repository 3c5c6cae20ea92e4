"""Shifts from duties, hours, leave and substitutes; clocking in and out; the code of the hall's clock."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hall.attendance import actions, codes
from hall.attendance.actions.clocking import CodeGone
from hall.attendance.measures import sums
from hall.attendance.models import Shift
from portal.core import statistics
from portal.core.calendar import override_day
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import events_of
from portal.core.statistics.blocks import Scope
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Leave, Posting
from portal.people.roles import Role
from tests import factories
from tests.attendance.objects import FRIDAY, as_clerk, clerk, manager, planned, window
from tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _early():
    with driven_clock(moment("2026-11-20 08:00")):
        yield


def at(time: str):
    return driven_clock(moment(f"2026-11-20 {time}"))


def figures():
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    return sums(Scope(FRIDAY, FRIDAY, FRIDAY)).get(None, {})


def test_a_shift_keeps_the_hours_of_the_centre_and_is_planned_once():
    shift = planned(clerk())
    assert (shift.starts_at, shift.ends_at) == (moment("2026-11-20 09:00"), moment("2026-11-20 17:00"))
    assert shift.due_by == moment("2026-11-20 08:50")
    assert actions.plan_day(FRIDAY) == 0 and Shift.objects.count() == 1
    assert actions.plan_day(dt.date(2026, 11, 21)) == 0


def test_a_window_may_have_hours_of_its_own_from_tomorrow_on():
    person, chief = clerk(), manager()
    hours = {"weekdays": "01234", "starts": dt.time(8, 30), "ends": dt.time(18)}
    with pytest.raises(Invalid):
        actions.add_pattern(chief, window().pk, **hours, valid_from=FRIDAY)
    pattern = actions.add_pattern(chief, window().pk, **hours, valid_from=dt.date(2026, 11, 23))
    monday = planned(person, dt.date(2026, 11, 23))
    assert (monday.starts_at, monday.ends_at) == (moment("2026-11-23 08:30"), moment("2026-11-23 18:00"))
    actions.end_pattern(chief, pattern.pk)
    actions.plan_day(dt.date(2026, 11, 23))
    monday.refresh_from_db()
    assert monday.starts_at == moment("2026-11-23 09:00")


def test_who_is_late_is_who_comes_after_ten_minutes_before_the_opening():
    punctual, late = clerk(), clerk("A02")
    planned(punctual)
    with at("08:50"):
        assert actions.clock_in(as_clerk(punctual)).late_minutes == 0
    with at("08:51"):
        assert actions.clock_in(as_clerk(late)).late_minutes == 1
    assert {name: figures()[name] for name in ("due_at_post", "attended", "late")} == {
        "due_at_post": 2, "attended": 2, "late": 1,
    }  # fmt: skip


def test_nobody_clocks_in_twice_or_from_two_windows_or_too_early():
    person = clerk()
    planned(person)
    other = window("A02")
    with driven_clock(moment("2026-11-20 06:59")), pytest.raises(WrongState):
        actions.clock_in(as_clerk(person))
    with at("08:40"):
        with pytest.raises(WrongState):
            actions.clock_in(as_clerk(person), window_id=other.pk)
        actions.clock_in(as_clerk(person), window_id=window().pk)
        with pytest.raises(WrongState) as again:
            actions.clock_in(as_clerk(person))
        assert again.value.code == "clocked_in"
    with at("17:00"), pytest.raises(WrongState):
        planned(late := clerk("A03"))
        actions.clock_in(as_clerk(late))


def test_whoever_has_no_shift_cannot_clock_in():
    with pytest.raises(NotFound):
        actions.clock_in(actor_of(factories.staff(Role.CLERK), Role.CLERK))


def test_leaving_early_counts_unless_one_comes_back():
    person = clerk()
    planned(person)
    with at("08:45"):
        actions.clock_in(as_clerk(person))
    with at("11:00"):
        assert actions.clock_out(as_clerk(person)).early_minutes == 360
        assert figures()["left_early"] == 1
        with pytest.raises(WrongState):
            actions.clock_out(as_clerk(person))
    with at("11:20"):
        back = actions.clock_in(as_clerk(person))
        assert (back.clocked_in_at, back.clocked_out_at) == (moment("2026-11-20 08:45"), None)
    with at("17:01"):
        assert actions.clock_out(as_clerk(person)).early_minutes == 0
    assert figures()["left_early"] == 0


def test_a_clock_that_jumps_back_never_writes_that_somebody_left_before_coming():
    person = clerk()
    planned(person)
    with at("08:45"):
        actions.clock_in(as_clerk(person))
    with at("08:30"), pytest.raises(WrongState) as refused:
        actions.clock_out(as_clerk(person))
    assert refused.value.code == "clock"
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.update(clocked_out_at=moment("2026-11-20 08:00"))


def test_leave_takes_out_of_the_figures_and_the_substitute_fills_the_post():
    ill, standing_in, away = clerk(), factories.staff(Role.CLERK), clerk("A02")
    Posting.objects.filter(user=ill).update(substitute=standing_in)
    Leave.objects.create(user=ill, kind="sick", starts_on=FRIDAY, ends_on=FRIDAY)
    Leave.objects.create(user=away, kind="training", starts_on=FRIDAY, ends_on=FRIDAY)
    planned(ill)
    cover = Shift.objects.get(staff=standing_in)
    assert (cover.window, cover.stands_in_for) == (window(), ill)
    with at("08:40"):
        with pytest.raises(WrongState):
            actions.clock_in(as_clerk(ill))
        actions.clock_in(as_clerk(standing_in))
    with at("09:30"):
        actions.count_begun()
    found = figures()
    assert (found["due_at_post"], found["attended"], found["excused"]) == (1, 1, 2)


def test_leave_that_is_entered_in_the_morning_still_counts():
    person = clerk()
    planned(person)
    with at("09:30"):
        actions.count_begun()
        assert figures()["due_at_post"] == 1
        Leave.objects.create(user=person, kind="sick", starts_on=FRIDAY, ends_on=FRIDAY)
        actions.plan_day(FRIDAY)
    found = figures()
    assert (found["due_at_post"], found["excused"]) == (0, 1)


def test_a_day_that_is_closed_later_is_due_for_nobody():
    person = clerk()
    shift = planned(person, dt.date(2026, 11, 23))
    chief = actor_of(factories.staff(Role.ADMINISTRATOR), "administrator")
    override_day(chief, dt.date(2026, 11, 23), is_workday=False, reason="台风")
    actions.plan_day(dt.date(2026, 11, 23))
    shift.refresh_from_db()
    assert shift.excuse == "closed"


def test_a_correction_needs_a_reason_and_is_never_of_the_own_shift():
    person, chief = clerk(), manager()
    shift = planned(person)
    with at("10:00"):
        actions.count_begun()
        values = {"came": dt.time(8, 45), "left": None, "excuse": "", "version": 0}
        with pytest.raises(Invalid) as wrong:
            actions.correct_shift(chief, shift.pk, **values, reason=" ")
        assert set(wrong.value.fields) == {"reason"}
        with pytest.raises(Invalid):
            actions.correct_shift(chief, shift.pk, **{**values, "came": dt.time(11)}, reason="打卡机故障")
        with pytest.raises(Invalid):
            actions.correct_shift(chief, shift.pk, **{**values, "excuse": "sick"}, reason="打卡机故障")
        actions.correct_shift(chief, shift.pk, **values, reason="打卡机故障")
        with pytest.raises(Stale):
            actions.correct_shift(chief, shift.pk, **values, reason="打卡机故障")
        with pytest.raises(NotFound):
            actions.correct_shift(as_clerk(factories.staff(Role.CLERK)), shift.pk, **values, reason="x")
        with pytest.raises(NotAllowed):
            actions.correct_shift(as_clerk(person), shift.pk, **values, reason="x")
    assert figures()["attended"] == 1
    told = [told for told in events_of(shift) if told.event.type == "shift.corrected"]
    assert told[0].data["reason"] == "打卡机故障" and told[0].data["before"]["came"] is None


def test_the_code_of_the_clock_is_for_one_person_and_two_minutes_and_once():
    person, other = clerk(), clerk("A02")
    planned(person)
    device = actions.make_device(manager(), "一楼东侧")
    with at("08:45"):
        minute = codes.minute_of()
        code = codes.code_of(device, minute)
        token = actions.use_code(device.public_id, minute, code, person.pk)
        with pytest.raises(CodeGone):  # forwarded: the confirmation is of somebody else
            actions.scan(as_clerk(other), device.public_id, minute, token)
        with pytest.raises(CodeGone):  # of a minute to come
            actions.use_code(device.public_id, minute + 1, codes.code_of(device, minute + 1), person.pk)
        with pytest.raises(CodeGone):
            actions.use_code(device.public_id, minute, "0" * 20, person.pk)
        assert actions.scan(as_clerk(person), device.public_id, minute, token).way == "qr"
        with pytest.raises(CodeGone):  # used
            actions.scan(as_clerk(person), device.public_id, minute, token)
    with at("08:47"):  # late
        with pytest.raises(CodeGone):
            actions.use_code(device.public_id, minute, code, other.pk)
        with pytest.raises(CodeGone):
            actions.scan(as_clerk(other), device.public_id, minute, codes.token_of(device, minute, other.pk))
        actions.close_device(manager(), device.pk)
        with pytest.raises(NotFound):
            actions.use_code(device.public_id, codes.minute_of(), "x", other.pk)
    assert Shift.objects.get(staff=person).is_present
