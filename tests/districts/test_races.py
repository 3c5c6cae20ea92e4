"""Two people at the same moment within a district, and the same message twice at once."""

import pytest

from hotline.districts import actions
from hotline.districts.incoming import message_of
from hotline.districts.models import Assignment, Received
from hotline.models import Ticket
from portal.people.actors import actor_of
from portal.people.models import Client, User
from portal.people.roles import DISTRICT_DISPATCHER
from tests.cases.test_citizen_races import at_once
from tests.districts import objects
from tests.districts.objects import World

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_ticket_is_passed_on_once() -> None:
    world = World()
    ticket, runner = world.taken(), world.runner.user_id
    wanted = iter([world.street.pk, world.second.pk] * 3)

    def act() -> str:
        actor = actor_of(User.objects.get(pk=runner), DISTRICT_DISPATCHER)
        return actions.assign(actor, ticket.pk, department_id=next(wanted), state_version=ticket.state_version).state

    found = at_once(6, act)
    assert (found.count("assigned"), found.count("stale")) == (1, 5)
    assert Assignment.objects.running().count() == 1


def test_the_city_takes_away_while_the_street_signs_and_nothing_is_left_half() -> None:
    world = World()
    one, turns = world.assigned(), iter(["sign", "away"] * 2)
    people = {"sign": world.worker.user_id, "away": world.dispatcher.user_id}

    def act() -> str:
        code = next(turns)
        user = User.objects.get(pk=people[code])
        if code == "sign":
            return actions.take_step(actor_of(user, "clerk"), one.pk, "sign", {}, state_version=0).state
        return World.step(
            actor_of(user, "hotline_dispatcher"),
            one.ticket,
            "reassign",
            department=str(world.department.pk),
            reason="x",
        ).state

    at_once(4, act)
    one.refresh_from_db()
    ticket = Ticket.objects.get(pk=one.ticket_id)
    assert (ticket.inner_department_id is None) == (one.ended_at is not None)
    assert ticket.inner_department_id is None or ticket.department_id == world.district.pk
    assert ticket.inner_ready == (one.state == "signed")


def test_the_same_message_at_once_counts_once() -> None:
    world = World()
    objects.platform(world.district)
    objects.client_of(world.district)
    ticket = world.sent()
    system = Client.objects.get().user_id
    message = message_of({"message": "M-1", "ticket": ticket.number, "round": 1, "kind": "sign"})

    def act() -> str:
        _row, _ticket, new = actions.receive(
            actor_of(User.objects.get(pk=system), "system"), world.district.pk, message
        )
        return "new" if new else "again"

    found = at_once(5, act)
    assert (found.count("new"), found.count("again")) == (1, 4)
    assert Received.objects.get().repeats == 4
