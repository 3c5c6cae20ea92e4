"""A day in the hall: taking numbers, calling, serving, missing, holding, transferring, closing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.queue import actions, services
from hall.queue.errors import (
    AlreadyInLine,
    AtAnotherWindow,
    HallClosed,
    NobodyWaits,
    QueueClosed,
    QueueFull,
    RejoinedTooOften,
    TooSoon,
    WindowBusy,
    WindowPaused,
    WindowTaken,
)
from hall.queue.models import Ticket, WindowSession
from portal.core.errors import Invalid, NotAllowed, Stale
from portal.core.events import events_of
from portal.core.statistics import differences, refresh_all
from portal.core.time import driven_clock
from tests import factories
from tests.factories import moment
from tests.queue.objects import KIOSK, MORNING, desk, hall, manager, queue, take, window

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday_morning():
    with driven_clock(MORNING):
        yield


def later(**span: float):
    return driven_clock(MORNING + dt.timedelta(**span))


def test_a_visit_from_the_kiosk_to_the_end():
    q = queue()
    at = desk(q)
    ticket = take(q)
    assert (ticket.number, ticket.state) == ("A001", "waiting")
    with later(minutes=12):
        called = at.next()
    assert (called.pk, called.state, called.window_id) == (ticket.pk, "called", at.window.pk)
    with later(minutes=13):
        at.step(called, "start")
    with later(minutes=33):
        done = at.step(called, "finish")
    assert (done.state, done.wait_seconds, done.way_seconds, done.service_seconds) == ("done", 720, 60, 1200)
    assert done.counted_window_id == at.window.pk
    told = [(one.event.type, one.event.from_state, one.event.to_state) for one in events_of(done)]
    assert told == [
        ("ticket.taken", "", "waiting"),
        ("ticket.call", "waiting", "called"),
        ("ticket.start", "called", "serving"),
        ("ticket.finish", "serving", "done"),
    ]


def test_numbers_count_by_hall_day_and_letter():
    one = queue("A")
    other = queue("B", in_hall=one.hall)
    elsewhere = queue("A")
    assert [take(q).number for q in (one, one, other, elsewhere)] == ["A001", "A002", "B001", "A001"]
    with driven_clock(moment("2026-11-23 09:30")):
        assert take(one).number == "A001"


def test_calling_the_next_takes_six_statements():
    q = queue()
    at = desk(q)
    for _ in range(5):
        take(q)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        at.next()
    made = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(made) <= 6, made


def test_a_window_serves_one_ticket():
    q = queue()
    at = desk(q)
    take(q), take(q)
    first = at.next()
    with pytest.raises(WindowBusy):
        at.next()
    at.step(first, "start")
    with pytest.raises(WindowBusy):
        at.next()


def test_nobody_waits():
    q = queue()
    with pytest.raises(NobodyWaits):
        desk(q).next()


def test_the_clerk_has_one_window_and_the_window_one_clerk():
    q = queue()
    at = desk(q)
    second = window("", q)
    from tests.queue.objects import duty

    duty(at.clerk, second)
    with pytest.raises(AtAnotherWindow) as told:
        actions.open_window(at.actor, second.pk)
    assert at.window.code in told.value.message
    other = factories.staff("clerk")
    duty(other, at.window)
    from portal.people.actors import actor_of

    with pytest.raises(WindowTaken) as taken:
        actions.open_window(actor_of(other, "clerk"), at.window.pk)
    assert at.clerk.name in taken.value.message
    assert actions.open_window(at.actor, at.window.pk).pk == at.session.pk  # the same window again is no error


def test_a_recall_waits_for_its_cool_down_and_is_a_call_of_its_own():
    q = queue()
    at = desk(q)
    take(q)
    called = at.next()
    with pytest.raises(TooSoon), later(seconds=5):
        at.step(called, "recall")
    with later(seconds=20):
        again = at.step(called, "recall")
    assert (again.calls, again.call_number) == (2, called.call_number + 1)


def test_missed_and_back_twice_but_not_three_times():
    q = queue()
    at = desk(q)
    ticket, second = take(q), take(q)
    for _ in range(2):
        called = at.next() if Ticket.objects.get(pk=ticket.pk).state == "waiting" else ticket
        while called.pk != ticket.pk:
            at.step(called, "start"), at.step(called, "finish")
            called = at.next()
        at.step(called, "miss")
        actions.follow_step(ticket.public_id, "rejoin", state_version=Ticket.objects.get(pk=ticket.pk).state_version)
    called = at.next()
    while called.pk != ticket.pk:
        at.step(called, "start"), at.step(called, "finish")
        called = at.next()
    at.step(called, "miss")
    with pytest.raises(RejoinedTooOften):
        actions.follow_step(ticket.public_id, "rejoin", state_version=Ticket.objects.get(pk=ticket.pk).state_version)
    assert second.number == "A002"


def test_who_rejoins_stands_behind_those_who_wait():
    q = queue()
    at = desk(q)
    missed = take(q)
    with later(minutes=1):
        other = take(q)
    at.step(at.next(), "miss")
    with later(minutes=2):
        actions.follow_step(missed.public_id, "rejoin", state_version=2)
        assert at.next().pk == other.pk


def test_held_frees_the_window_and_the_time_stands_still():
    q = queue()
    at = desk(q)
    take(q), take(q)
    first = at.next()
    at.step(first, "start")
    with later(minutes=5):
        at.step(first, "hold", reason="photo")
        second = at.next()
        with pytest.raises(WindowBusy):
            at.step(first, "resume")
        at.step(second, "miss")
    with later(minutes=30):
        at.step(first, "resume")
    with later(minutes=32):
        assert at.step(first, "finish").service_seconds == 7 * 60


def test_a_transfer_keeps_the_arrival_so_that_nobody_waits_twice():
    one = queue("A")
    other = queue("B", in_hall=one.hall)
    here, there = desk(one), desk(other)
    moved = take(one)
    with later(minutes=3):
        take(other)
        called = here.next()
        here.step(called, "start")
    with later(minutes=6):
        here.step(called, "transfer", queue=str(other.pk))
        assert there.next().pk == moved.pk
    told = events_of(moved)[-1]
    assert (told.event.from_state, told.event.to_state) == ("transferred", "called")


def test_a_transfer_goes_to_another_queue_of_the_hall_only():
    q, elsewhere = queue("A"), queue("B")
    at = desk(q)
    take(q)
    called = at.next()
    at.step(called, "start")
    for wrong in (str(q.pk), str(elsewhere.pk), "x", "9" * 40):
        with pytest.raises(Invalid):
            at.step(called, "transfer", queue=wrong)


def test_out_of_turn_needs_a_reason():
    q = queue()
    at = desk(q)
    take(q)
    second = take(q)
    with pytest.raises(Invalid):
        actions.call_one(at.actor, at.session.pk, second.pk, reason="", state_version=0)
    called = actions.call_one(at.actor, at.session.pk, second.pk, reason="help", state_version=0)
    assert (called.state, events_of(called)[-1].data["reason"]) == ("called", "help")


def test_another_clerk_does_not_touch_my_ticket():
    q = queue()
    mine, other = desk(q), desk(q)
    take(q)
    called = mine.next()
    with pytest.raises(NotAllowed):
        other.step(called, "start")


def test_a_page_of_yesterdays_state_is_told_so():
    q = queue()
    at = desk(q)
    take(q)
    called = at.next()
    at.step(called, "start")
    with pytest.raises(Stale):
        actions.take_step(at.actor, called.pk, "miss", state_version=called.state_version)


def test_a_break_calls_nobody():
    q = queue()
    at = desk(q)
    take(q)
    with pytest.raises(Invalid):
        actions.pause_window(at.actor, at.session.pk, reason="tired")
    actions.pause_window(at.actor, at.session.pk, reason="meal")
    with pytest.raises(WindowPaused):
        at.next()
    with later(minutes=30):
        actions.resume_window(at.actor, at.session.pk)
        assert at.next().state == "called"
    pause = at.session.breaks.get()
    assert (pause.ended_at - pause.started_at) == dt.timedelta(minutes=30)


def test_leaving_a_window_with_somebody_at_it_is_refused():
    q = queue()
    at = desk(q)
    take(q)
    at.step(at.next(), "start")
    with pytest.raises(WindowBusy):
        actions.leave_window(at.actor, at.session.pk)


# --- who gets a number ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["2026-11-22 10:00", "2026-10-01 10:00", "2026-11-20 17:00", "2026-11-20 06:00"])
def test_a_closed_hall_gives_no_numbers(when: str):
    q = queue()
    with driven_clock(moment(when)), pytest.raises(HallClosed):
        take(q)


def test_a_hall_with_hours_of_its_own_is_open_on_a_day_off():
    q = queue(in_hall=hall(every_day=True, opens_at=dt.time(8), closes_at=dt.time(20)))
    with driven_clock(moment("2026-11-22 19:00")):
        assert take(q).number == "A001"


def test_a_closed_queue_gives_no_numbers_and_serves_who_waits():
    q = queue()
    at = desk(q)
    take(q)
    chief = manager()
    actions.close_queue(chief, q.pk, reason="系统升级")
    with pytest.raises(QueueClosed):
        take(q)
    assert at.next().number == "A001"
    actions.open_queue(chief, q.pk)
    assert take(q).number == "A002"


def test_the_days_limit_ends_the_numbers():
    q = queue(daily_limit=2)
    take(q), take(q)
    with pytest.raises(QueueFull):
        take(q)
    assert Ticket.objects.count() == 2


def test_a_kiosk_that_sends_twice_gets_one_number():
    q = queue()
    assert take(q, once_key="k1").pk == take(q, once_key="k1").pk
    assert Ticket.objects.count() == 1


def test_an_appointment_gives_one_ticket_however_often_it_is_shown():
    q = queue()
    draft = services.TicketDraft(
        queue_id=q.pk, channel="appointment", priority="appointment", source="appointments", source_key="7"
    )
    first = actions.take_number(KIOSK, draft, once_key="")
    assert actions.take_number(KIOSK, draft, once_key="").pk == first.pk
    assert first.arrived_at - first.rank_at == dt.timedelta(minutes=20)


def test_one_telephone_waits_once_and_a_wrong_one_is_told():
    q = queue()
    take(q, phone="138 0000 1234", channel="phone")
    with pytest.raises(AlreadyInLine):
        take(q, phone="13800001234", channel="phone")
    with pytest.raises(Invalid) as wrong:
        take(q, phone="12345")
    assert set(wrong.value.fields) == {"phone"}


def test_services_of_another_queue_are_refused():
    q, other = queue(), queue("B")
    with pytest.raises(Invalid):
        take(q, service_ids=(other.services.get().pk,))
    ticket = take(q, service_ids=(q.services.get().pk,))
    assert ticket.services.count() == 1


# --- clocks and sweeps ----------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_never_gives_negative_times():
    q = queue()
    at = desk(q)
    take(q)
    called = at.next()
    at.step(called, "start")
    with later(minutes=-20):
        done = at.step(called, "finish")
    assert (done.service_seconds, done.time_unreliable) == (0, True)


def test_a_forgotten_service_is_closed_and_counts_in_no_time():
    q = queue()
    at = desk(q)
    take(q)
    at.step(at.next(), "start")
    with later(minutes=119):
        assert actions.close_forgotten() == 0
    with later(minutes=121):
        assert actions.close_forgotten() == 1
        assert actions.close_forgotten() == 0
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.time_unreliable) == ("done", True)
    refresh_all()
    from hall.queue.models import HallQueueCell

    cell = HallQueueCell.objects.get()
    assert (cell.served, cell.unreliable) == (1, 1)
    assert sum(getattr(cell, name) for name in cell.__dict__ if name.startswith("service_")) == 0


def test_what_is_left_when_the_hall_closes_expires():
    q = queue()
    at = desk(q)
    take(q), take(q)
    at.step(at.next(), "miss")
    with pytest.raises(NotAllowed):
        actions.expire_over(manager(), hall_id=q.hall_id)
    assert actions.expire_over() == 0
    with driven_clock(moment("2026-11-20 17:00")):
        assert actions.expire_over() == 2
        assert actions.expire_over() == 0
    assert set(Ticket.objects.values_list("state", flat=True)) == {"expired"}
    refresh_all()
    assert not list(differences())


def test_places_at_windows_end_with_their_day():
    q = queue()
    at = desk(q)
    assert actions.end_sessions() == 0
    with driven_clock(moment("2026-11-21 00:10")):
        assert actions.end_sessions() == 1
    assert WindowSession.objects.get(pk=at.session.pk).ended_at is not None


def test_people_are_told_once_when_their_turn_is_near():
    from portal.core.models import OutboxMessage

    q = queue()
    for _ in range(5):
        take(q)
    take(q, phone="13800001234")
    assert actions.tell_near() == 0
    desk(q).next()
    assert actions.tell_near() == 1
    assert actions.tell_near() == 0
    message = OutboxMessage.objects.get()
    assert "A006" in message.body and "5" in message.body


def test_a_called_phone_is_told_silently():
    from portal.core.models import OutboxMessage

    q = queue()
    take(q, phone="13800001234")
    at = desk(q)
    at.next()
    assert at.window.code in OutboxMessage.objects.get().body


def test_telephone_numbers_are_forgotten_a_week_after_the_visit():
    q = queue()
    ticket = take(q, phone="13800001234")
    actions.follow_step(ticket.public_id, "cancel", state_version=0)
    with later(days=6):
        assert actions.erase_phones() == 0
    with later(days=8):
        assert actions.erase_phones() == 1
    ticket = Ticket.objects.get()
    assert (ticket.phone, ticket.phone_blind) == ("", None)
