"""The pages of appointments: bounded queries, what comes back with an error, files, personal data."""

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from hall.appointments import actions
from hall.appointments.actions import Person
from hall.appointments.models import Appointment, Slot
from portal.core.models import AccessLog
from portal.core.time import now, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.appointments.objects import service

pytestmark = pytest.mark.django_db


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


@pytest.fixture
def made():
    return service(plan={"windows": 40, "weekdays": "01234"})


def some(made, count, start=0):
    """Appointments of many people on the first day that is left."""
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    slots = list(
        Slot.objects.filter(service=made, starts_at__gt=now() + dt.timedelta(hours=3)).order_by("starts_at")[:6]
    )
    return [
        actions.book(clerk, slots[n % 6].pk, person=Person(f"王某{n}", f"138{n:08d}"), channel="desk")
        for n in range(start, start + count)
    ]


@pytest.mark.parametrize("name", ["services", "mine", "desk", "plans", "paused"])
def test_lists_need_as_many_queries_for_many_as_for_few(client, made, name, django_assert_max_num_queries):
    chief = factories.staff(Role.HALL_MANAGER)
    sign_in(client, chief)
    first = some(made, 2)[0]
    url = reverse(f"appointments:{name}") + f"?day={first.day}"
    client.get(url)
    with django_assert_max_num_queries(100) as few:
        assert client.get(url).status_code == 200
    some(made, 20, start=2)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_the_days_and_times_of_a_service_are_one_query_each(client, made, django_assert_max_num_queries):
    for path in (f"/appointments/for/{made.code}/", f"/appointments/for/{made.code}/{Slot.objects.first().day}/"):
        client.get(path)
        with django_assert_max_num_queries(6):
            assert client.get(path).status_code == 200


def test_a_time_that_was_taken_meanwhile_is_said_on_the_page(client, made):
    slot = Slot.objects.filter(starts_at__gt=now() + dt.timedelta(hours=3)).first()
    Slot.objects.filter(pk=slot.pk).update(booked=40)
    sign_in(client, factories.citizen())
    answer = client.post(reverse("appointments:book", args=[slot.pk]), {"once_key": "x"})
    assert answer.status_code == 422 and not Appointment.objects.exists()


def test_the_form_of_the_desk_keeps_what_was_typed(client, made):
    slot = Slot.objects.filter(starts_at__gt=now() + dt.timedelta(hours=3)).first()
    sign_in(client, factories.staff(Role.CLERK))
    url = reverse("appointments:desk-book", args=[slot.pk])
    answer = client.post(url, {"name": "王丽娟", "phone": "12", "channel": "desk", "once_key": "x"})
    assert answer.status_code == 422 and "王丽娟" in answer.content.decode()


def test_the_calendar_file_is_one_event_with_its_alarm(client, made):
    person = factories.citizen()
    slot = Slot.objects.filter(starts_at__gt=now() + dt.timedelta(hours=30)).first()
    one = actions.book(actor_of(person), slot.pk)
    answer = sign_in(client, person).get(reverse("appointments:calendar", args=[one.pk]))
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == slot.starts_at and one.code in str(event["description"])
    assert len(event.subcomponents) == 1


def test_who_opens_an_appointment_at_the_desk_is_logged_and_the_list_masks_names(client, made):
    one = some(made, 1)[0]
    sign_in(client, factories.staff(Role.CLERK))
    page = client.get(reverse("appointments:desk") + f"?day={one.day}").content.decode()
    assert "王某0" not in page and one.code not in page
    assert not AccessLog.objects.exists()
    assert "王某0" in client.get(reverse("appointments:desk-one", args=[one.pk])).content.decode()
    assert AccessLog.objects.filter(stream="appointments.appointment", stream_id=one.pk).exists()


def test_a_code_is_tried_in_vain_only_so_often(client, made):
    for _n in range(60):
        assert client.post(reverse("appointments:kiosk"), {"code": "AAAAAAAA"}).status_code == 422
    assert client.post(reverse("appointments:kiosk"), {"code": "AAAAAAAA"}).status_code == 429


def test_days_that_are_none_are_no_error(client, made):
    for text in ("0000-00-00", "2026-13-45"):
        assert client.get(f"/appointments/for/{made.code}/{text}/").status_code == 404
    sign_in(client, User.objects.get(pk=factories.staff(Role.HALL_MANAGER).pk))
    for text in ("x", "2026-99-99", "", "9999-12-31"):
        assert client.get(reverse("appointments:desk"), {"day": text}).status_code == 200
    assert today()
