"""Two people at the same moment: one wins, the other is told. Shows only where two writers can be at work."""

import pytest

from hotline import actions
from hotline.models import Dispatch, Mark, Ticket
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.test_citizen_races import at_once
from tests.hotline.objects import World, draft

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_dispatchers_dispatch_once() -> None:
    world = World()
    other = factories.department("CGJ", name="城管局")
    ticket = world.recorded()
    wanted = iter([world.department.pk, other.pk] * 3)
    dispatcher = world.dispatcher.user_id

    def send() -> str:
        actor = actor_of(User.objects.get(pk=dispatcher), Role.HOTLINE_DISPATCHER)
        return actions.dispatch(actor, ticket.pk, department_id=next(wanted), state_version=ticket.state_version).state

    found = at_once(6, send)
    assert found.count("dispatched") == 1
    assert found.count("stale") == 5
    assert Dispatch.objects.count() == 1
    assert Mark.objects.filter(kind="dispatched").count() == 1


def test_signing_and_returning_at_once_does_one_of_them() -> None:
    world = World()
    ticket = world.dispatched()
    turns = iter(["sign", "return"] * 3)
    clerk = world.clerk.user_id

    def act() -> str:
        code = next(turns)
        inputs = {"ground": "unclear", "reason": "?"} if code == "return" else {}
        actor = actor_of(User.objects.get(pk=clerk), Role.CLERK)
        return actions.take_step(actor, ticket.pk, code, inputs, state_version=ticket.state_version).state

    found = at_once(6, act)
    assert len([one for one in found if one in {"signed", "returned"}]) == 1
    assert Ticket.objects.get().state in found


def test_the_same_external_number_at_once_makes_one_ticket() -> None:
    world = World()
    operator = world.operator.user_id
    wanted = draft(source="province", external_id="P-1")

    def act() -> str:
        actor = actor_of(User.objects.get(pk=operator), Role.HOTLINE_OPERATOR)
        return str(actions.record(actor, wanted).pk)

    found = at_once(5, act)
    assert found.count("already_here") == 4
    assert Ticket.objects.count() == 1
