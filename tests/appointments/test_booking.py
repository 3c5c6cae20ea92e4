"""Booking: what can be booked, by whom, how much, until when; and what happens when nobody comes."""

import datetime as dt

import pytest
from django.utils import translation

from hall.appointments import actions
from hall.appointments.actions import ExceptionDraft, Person
from hall.appointments.jobs import calendar_changed
from hall.appointments.models import Appointment, Holder, Slot
from hall.appointments.places import SlotFull
from portal.core.actors import Actor
from portal.core.calendar import override_day
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification, OutboxMessage
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.appointments.objects import FRIDAY, MONDAY, booked, manager, service, slot
from tests.factories import moment
from tests.queue import objects as queue_objects

pytestmark = pytest.mark.django_db
KIOSK = Actor.system("kiosk")


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(FRIDAY):
        yield


def step(one, code, actor, **inputs):
    return actions.take_step(
        actor, one.pk, code, inputs, state_version=Appointment.objects.get(pk=one.pk).state_version
    )


def test_slots_follow_the_weekly_plan_and_the_working_calendar():
    made = service()
    days = set(Slot.objects.filter(service=made).values_list("day", flat=True))
    assert MONDAY in days and dt.date(2026, 11, 21) not in days
    assert max(days) <= dt.date(2026, 12, 4)
    assert Slot.objects.filter(service=made, day=MONDAY).count() == 6


def test_a_weekend_day_worked_in_exchange_goes_by_fridays_pattern():
    made = service(plan={"weekdays": "4"})
    override_day(
        actor_of(factories.staff(Role.ADMINISTRATOR), "administrator"),
        dt.date(2026, 11, 28),
        is_workday=True,
        reason="调休",
    )
    run_due_jobs()
    assert Slot.objects.filter(service=made, day=dt.date(2026, 11, 28)).count() == 6
    assert not Slot.objects.filter(service=made, day=MONDAY).exists()


def test_the_last_place_is_given_once():
    at = slot(service(), "2026-11-23 09:00")
    booked(factories.citizen(), at)
    with pytest.raises(SlotFull):
        booked(factories.citizen(), at)
    at.refresh_from_db()
    assert at.booked == at.capacity == 1 and Appointment.objects.count() == 1


@pytest.mark.parametrize("text", ["2026-11-20 09:30", "2026-11-20 10:00"])
def test_a_time_that_has_begun_cannot_be_booked(text):
    with driven_clock(moment("2026-11-19 10:00")):
        made = service()
    with pytest.raises(WrongState):
        booked(factories.citizen(), slot(made, text))


def test_a_closed_day_cannot_be_booked_and_who_had_booked_is_told_why():
    made = service()
    person = factories.citizen()
    one = booked(person, slot(made, "2026-11-23 09:00"))
    actions.add_exception(manager(), made.pk, ExceptionDraft(day=MONDAY, windows=0, reason="窗口设备检修"))
    with pytest.raises(DomainError):
        booked(factories.citizen(), slot(made, "2026-11-23 09:30"))
    run_due_jobs()
    one.refresh_from_db()
    assert (one.state, one.reason) == ("cancelled", "窗口设备检修")
    told = Notification.objects.get(user=person, template="appointment.close")
    assert told.context["reason"] == "窗口设备检修"
    assert not Slot.objects.filter(pk=one.slot_id, booked__gt=0).exists()


def test_a_changed_calendar_calls_off_what_falls_on_the_new_day_off():
    made = service()
    person = factories.citizen()
    one = booked(person, slot(made, "2026-11-23 09:00"))
    later = booked(factories.citizen(), slot(made, "2026-11-24 09:00"))
    administrator = actor_of(factories.staff(Role.ADMINISTRATOR), "administrator")
    override_day(administrator, MONDAY, is_workday=False, reason="台风停办")
    run_due_jobs()
    one.refresh_from_db()
    later.refresh_from_db()
    assert (one.state, one.reason, later.state) == ("cancelled", "台风停办", "booked")
    calendar_changed(MONDAY, 99)
    run_due_jobs()
    assert Notification.objects.filter(user=person, template="appointment.close").count() == 1


def test_fewer_windows_put_nobody_out():
    made = service(plan={"windows": 2})
    at = slot(made, "2026-11-23 09:00")
    first, second = booked(factories.citizen(), at), booked(factories.citizen(), at)
    actions.add_exception(manager(), made.pk, ExceptionDraft(day=MONDAY, windows=1, reason="人员培训"))
    at.refresh_from_db()
    assert (at.planned, at.capacity, at.booked, at.free) == (1, 2, 2, 0)
    step(second, "cancel", actor_of(second.holder.user))
    at.refresh_from_db()
    assert (at.capacity, at.booked) == (1, 1)
    assert Appointment.objects.get(pk=first.pk).state == "booked"
    with pytest.raises(SlotFull):
        booked(factories.citizen(), at)


def test_one_person_holds_nothing_at_the_same_time_and_not_more_than_the_rule_in_a_week():
    made, other = service(), service("SBDJ")
    person = factories.citizen()
    booked(person, slot(made, "2026-11-23 09:00"))
    with pytest.raises(WrongState) as refused:
        booked(person, slot(other, "2026-11-23 09:00"))
    assert refused.value.code == "same_time"
    booked(person, slot(made, "2026-11-24 09:00"))
    booked(person, slot(made, "2026-11-25 09:00"))
    with pytest.raises(WrongState) as refused:
        booked(person, slot(made, "2026-11-26 09:00"))
    assert refused.value.code == "week_limit"
    booked(person, slot(made, "2026-11-30 09:00"))


def test_the_same_form_sent_twice_books_once():
    at = slot(service(plan={"windows": 5}), "2026-11-23 09:00")
    actor = actor_of(factories.citizen())
    first = actions.book(actor, at.pk, once_key="k")
    assert actions.book(actor, at.pk, once_key="k").pk == first.pk
    at.refresh_from_db()
    assert at.booked == 1


def test_cancelling_is_possible_until_two_hours_before_and_gives_the_place_back():
    made = service()
    person, other = factories.citizen(), factories.citizen()
    one, late = booked(person, slot(made, "2026-11-23 11:30")), booked(other, slot(made, "2026-11-23 11:00"))
    with driven_clock(moment("2026-11-23 09:29")):
        assert step(one, "cancel", actor_of(person)).state == "cancelled"
        with pytest.raises(WrongState):
            step(late, "cancel", actor_of(other))
    assert slot(made, "2026-11-23 11:30").booked == 0


def test_changing_moves_the_place_and_the_reminders_and_keeps_the_code():
    made = service()
    person = factories.citizen()
    one = booked(person, slot(made, "2026-11-24 09:00"))
    target = slot(made, "2026-11-25 10:00")
    changed = step(one, "change", actor_of(person), slot=str(target.pk))
    assert (changed.starts_at, changed.code) == (target.starts_at, one.code)
    assert slot(made, "2026-11-24 09:00").booked == 0 and slot(made, "2026-11-25 10:00").booked == 1
    with driven_clock(moment("2026-11-23 09:01")):
        run_due_jobs()
        assert not Notification.objects.filter(template="appointment.remind_day").exists()
    with driven_clock(moment("2026-11-24 10:01")):
        run_due_jobs()
        assert Notification.objects.filter(user=person, template="appointment.remind_day").count() == 1
    with driven_clock(moment("2026-11-25 08:01")):
        run_due_jobs()
        assert Notification.objects.filter(user=person, template="appointment.remind_hours").count() == 1


def test_a_full_time_cannot_be_moved_to_and_nothing_is_lost():
    made = service()
    person = factories.citizen()
    one = booked(person, slot(made, "2026-11-24 09:00"))
    booked(factories.citizen(), slot(made, "2026-11-24 09:30"))
    with pytest.raises(SlotFull):
        step(one, "change", actor_of(person), slot=str(slot(made, "2026-11-24 09:30").pk))
    one.refresh_from_db()
    assert one.starts_at == moment("2026-11-24 09:00") and slot(made, "2026-11-24 09:00").booked == 1
    with pytest.raises(Invalid):
        step(one, "change", actor_of(person), slot="abc")


def test_check_in_takes_a_number_with_the_credit_of_an_appointment():
    line = queue_objects.queue()
    made = service(queue_id=line.pk)
    one = booked(factories.citizen(), slot(made, "2026-11-23 09:30"))
    with driven_clock(moment("2026-11-23 08:55")), pytest.raises(WrongState) as early:
        actions.check_in_with_code(KIOSK, one.code)
    assert early.value.code == "too_early"
    with driven_clock(moment("2026-11-23 09:10")):
        done = actions.check_in_with_code(KIOSK, f" {one.code[:4].lower()}-{one.code[4:]} ")
        assert done.ticket_number == "A001"
        ticket = line.tickets.get()
        assert (ticket.priority, ticket.state) == ("appointment", "waiting")
        assert ticket.rank_at < ticket.arrived_at
        with pytest.raises(WrongState) as again:
            actions.check_in_with_code(KIOSK, one.code)
    assert again.value.code == "checked_in"
    assert line.tickets.count() == 1


def test_a_code_of_another_day_or_of_nobody_is_no_code():
    one = booked(factories.citizen(), slot(service(), "2026-11-24 09:00"))
    for typed in (one.code, "AAAAAAAA", "", "<script>", "٣٣٣٣٣٣٣٣"):
        with driven_clock(moment("2026-11-23 09:00")), pytest.raises(NotFound):
            actions.check_in_with_code(KIOSK, typed)


def test_whoever_misses_two_appointments_cannot_book_for_a_while():
    made = service()
    person = factories.citizen()
    for text in ("2026-11-23 09:00", "2026-11-24 09:00"):
        booked(person, slot(made, text))
    with driven_clock(moment("2026-11-23 09:15")):
        assert actions.mark_missed() == 0
    with driven_clock(moment("2026-11-23 09:16")):
        assert actions.mark_missed() == 1
        assert not Holder.objects.get(user=person).is_paused
        with pytest.raises(WrongState):
            step(Appointment.objects.filter(state="missed").get(), "check_in", actor_of(person))
    with driven_clock(moment("2026-11-24 10:00")):
        assert actions.mark_missed() == 1
        assert Holder.objects.get(user=person).paused_until == dt.date(2026, 12, 24)
        with pytest.raises(WrongState) as refused:
            booked(person, slot(made, "2026-11-26 09:00"))
        assert refused.value.code == "paused"
        assert Notification.objects.filter(user=person, template="appointment.paused").exists()
    with driven_clock(moment("2026-12-25 09:00")):
        assert not Holder.objects.get(user=person).is_paused


def test_a_pause_is_lifted_with_a_reason_and_the_count_begins_anew():
    made = service()
    person = factories.citizen()
    for text in ("2026-11-23 09:00", "2026-11-24 09:00"):
        booked(person, slot(made, text))
    with driven_clock(moment("2026-11-24 10:00")):
        actions.mark_missed()
        holder = Holder.objects.get(user=person)
        with pytest.raises(Invalid):
            actions.lift_pause(manager(), holder.pk, reason=" ")
        with pytest.raises(NotAllowed):
            actions.lift_pause(actor_of(factories.staff(Role.CLERK), Role.CLERK), holder.pk, reason="老人住院")
        actions.lift_pause(manager(), holder.pk, reason="老人住院，未能取消")
        booked(person, slot(made, "2026-11-27 09:00"))
    with driven_clock(moment("2026-11-27 10:00")):
        actions.mark_missed()
        assert not Holder.objects.get(user=person).is_paused
    assert [told.event.type for told in events_of(holder)] == ["holder.paused", "holder.pause_lifted"]


def test_the_desk_books_for_somebody_and_knows_the_person_again():
    made = service(plan={"windows": 3})
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    at = slot(made, "2026-11-23 09:00")
    one = actions.book(clerk, at.pk, person=Person("王丽娟", "138 0013 8000"), channel="phone")
    with pytest.raises(WrongState):
        actions.book(clerk, at.pk, person=Person("王丽娟", "13800138000"), channel="desk")
    other = actions.book(clerk, at.pk, person=Person("王建国", "13800138000"), channel="desk")
    assert other.holder_id != one.holder_id and one.holder.phone == "13800138000"
    with pytest.raises(Invalid) as wrong:
        actions.book(clerk, at.pk, person=Person("", "abc"))
    assert set(wrong.value.fields) == {"name", "phone"}
    sms = OutboxMessage.objects.filter(channel="sms", template="appointment.booked").first()
    assert one.code in sms.body


def test_the_desk_finds_the_account_of_who_has_one():
    person = factories.citizen(name="李晓燕", phone="13900139000")
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    one = actions.book(clerk, slot(service(), "2026-11-23 09:00").pk, person=Person("李晓燕", "13900139000"))
    assert one.holder.user == person and Appointment.objects.of_person(person).get() == one


def test_nobody_books_for_others_without_the_right():
    at = slot(service(department_id=factories.department("ZJJ").pk), "2026-11-23 09:00")
    for person in (factories.citizen(), factories.staff(Role.CLERK)):
        with pytest.raises(NotAllowed):
            actions.book(actor_of(person, Role.CLERK), at.pk, person=Person("王丽娟", "13800138000"))


def test_the_message_has_the_place_and_time_in_the_readers_language():
    person = factories.citizen(language="en", email="li@example.org")
    one = booked(person, slot(service(), "2026-11-23 09:00"))
    with translation.override("en"):
        body = OutboxMessage.objects.filter(user_id=person.pk, channel="email").get().body
    assert "Company registration" in body and one.code in body and now() == FRIDAY
