"""The life cycle walked at random, and policy ≡ queryset: places are never lost or given twice."""

import datetime as dt
import random

import pytest
from django.db.models import Count, F, Q

from hall.appointments import actions, policies
from hall.appointments.lifecycle import APPOINTMENT
from hall.appointments.measures import APPOINTMENT_MEASURES
from hall.appointments.models import Appointment, Holder, Slot
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.appointments.objects import service
from tests.factories import moment


def assert_sentence(error: DomainError) -> None:
    """What is refused is said in words."""
    assert error.message


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_the_places_are_right(seed):
    rng, clock = random.Random(seed), moment("2026-11-20 10:00")
    with driven_clock(clock):
        places = [service(), service("ZJ", department_id=factories.department("ZJJ").pk, plan={"windows": 2})]
    people = [factories.citizen() for _n in range(4)]
    staff = [factories.staff(Role.CLERK), factories.staff(Role.CLERK, factories.department("ZJJ"))]
    staff += [factories.staff(role) for role in (Role.HALL_MANAGER, Role.AUDITOR, Role.DEPARTMENT_HEAD)]
    for _turn in range(70):
        clock += dt.timedelta(minutes=rng.choice([5, 30, 120, 600]))
        with driven_clock(clock):
            try:
                act(rng, places, people, staff)
            except DomainError as error:
                assert_sentence(error)
            held = Slot.objects.annotate(live=Count("appointments", filter=~Q(appointments__state="cancelled")))
            assert not held.exclude(booked=F("live")).exists()
            assert not Slot.objects.filter(booked__gt=F("capacity")).exists()
    for person in [User.objects.get(pk=one.pk) for one in (*people, *staff)]:
        for one in Appointment.objects.select_related("holder"):
            assert policies.may_see(person, one) == Appointment.objects.visible_to(person).filter(pk=one.pk).exists()
        for holder in Holder.objects.all():
            seen = Holder.objects.visible_to(person).filter(pk=holder.pk).exists()
            assert policies.may_see_holder(person, holder) == seen
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    assert APPOINTMENT_MEASURES.figures == ("appointments", "kept", "missed", "cancelled")


def act(rng, places, people, staff):
    one = rng.choice([*Appointment.objects.filter(state="booked"), None])
    if one is None or rng.random() < 0.45:
        at = rng.choice(list(Slot.objects.filter(service=rng.choice(places))))
        actions.book(actor_of(rng.choice(people)), at.pk)
    elif rng.random() < 0.2:
        actions.mark_missed()
    elif rng.random() < 0.2:
        actions.check_in_with_code(Actor.system("kiosk"), one.code)
    else:
        person = User.objects.get(pk=rng.choice([one.holder.user, *staff]).pk)
        offered = APPOINTMENT.offered(one, person)
        if offered:
            chosen = rng.choice(offered)
            target = rng.choice(list(Slot.objects.filter(service=one.service)))
            inputs = {"slot": str(target.pk), "reason": "系统升级"}
            actions.take_step(actor_of(person), one.pk, chosen.code, inputs, state_version=one.state_version)
