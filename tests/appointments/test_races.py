"""Many people want the same places in the same second: on PostgreSQL, with real connections."""

import threading

import pytest
from django.db import connection

from hall.appointments import actions
from hall.appointments.models import Appointment, Slot
from hall.appointments.places import SlotFull
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from tests import factories
from tests.appointments.objects import FRIDAY, booked, service, slot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(jobs):
    """Run all jobs at once; their results or domain errors in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            with driven_clock(FRIDAY):
                start.wait(timeout=120)
                results[number] = job()
        except DomainError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def test_twenty_four_people_want_three_places():
    with driven_clock(FRIDAY):
        at = slot(service(plan={"windows": 3}), "2026-11-23 09:00")
        actors = [actor_of(factories.citizen()) for _n in range(24)]
    results = together([lambda actor=actor: actions.book(actor, at.pk) for actor in actors])
    assert sum(isinstance(one, Appointment) for one in results) == 3
    assert sum(isinstance(one, SlotFull) for one in results) == 21
    assert Slot.objects.get(pk=at.pk).booked == 3 == Appointment.objects.count()


def test_one_person_with_eight_windows_open_books_one_time_once():
    with driven_clock(FRIDAY):
        made = service(plan={"windows": 9})
        at, person = slot(made, "2026-11-23 09:00"), factories.citizen()
    results = together([lambda: actions.book(actor_of(person), at.pk)] * 8)
    assert sum(isinstance(one, Appointment) for one in results) == 1
    assert Slot.objects.get(pk=at.pk).booked == 1


def test_two_people_who_change_places_do_not_lock_each_other_out():
    with driven_clock(FRIDAY):
        made = service(plan={"windows": 2})
        early, late = slot(made, "2026-11-23 09:00"), slot(made, "2026-11-23 09:30")
        people = [factories.citizen() for _n in range(2)]
        first, second = booked(people[0], early), booked(people[1], late)

    def swap(person, one, target):
        return lambda: actions.take_step(
            actor_of(person), one.pk, "change", {"slot": str(target.pk)}, state_version=one.state_version
        )

    results = together([swap(people[0], first, late), swap(people[1], second, early)])
    assert all(isinstance(one, Appointment) for one in results)
    assert [Slot.objects.get(pk=one.pk).booked for one in (early, late)] == [1, 1]
