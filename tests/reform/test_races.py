"""Two people at once over the ledger: one change stands, the line of the ledger is written once."""

import datetime as dt

import pytest

from approvals.catalogue.models import Item, ItemChange
from approvals.reform import actions, figures
from approvals.reform.actions import Wanted
from approvals.reform.models import ChangeRequest
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.test_citizen_races import at_once
from tests.promises.crew import Crew

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
GROUND = "国发〔2026〕9号"


def acting(user: User, role: Role):
    return actor_of(User.objects.get(pk=user.pk), role)


def asked(crew: Crew, change: str = "cancel", on: dt.date | None = None) -> ChangeRequest:
    return actions.propose(crew.head, crew.item.pk, Wanted(change, on or today(), GROUND))


def test_two_supervisors_confirm_one_request_and_the_ledger_has_one_line() -> None:
    crew = Crew(online=True)
    request = asked(crew)
    people = iter([crew.supervisor_user, factories.staff(Role.SUPERVISOR)])

    def confirm() -> str:
        supervisor = acting(next(people), Role.SUPERVISOR)
        return actions.decide(supervisor, request.pk, "confirm", state_version=request.state_version).state

    assert sorted(at_once(2, confirm)) == ["done", "stale"]
    assert ItemChange.objects.filter(item=crew.item, change="cancel").count() == 1
    assert Item.objects.get(pk=crew.item.pk).status == "cancelled"
    day = today()
    assert figures.ledger(day, day).sums["cancelled"] == 1


def test_two_heads_ask_for_different_changes_and_one_request_waits() -> None:
    crew = Crew(online=True)
    wanted = iter([(crew.head_user, "cancel"), (factories.staff(Role.DEPARTMENT_HEAD), "suspend")])

    def propose() -> int:
        user, change = next(wanted)
        return actions.propose(acting(user, Role.DEPARTMENT_HEAD), crew.item.pk, Wanted(change, today(), GROUND)).pk

    found = at_once(2, propose)
    assert sum(isinstance(one, int) for one in found) == 1
    assert ChangeRequest.objects.count() == 1


def test_two_sweeps_take_what_is_due_into_effect_once() -> None:
    crew = Crew(online=True)
    request = asked(crew, "suspend", today() + dt.timedelta(days=1))
    actions.decide(crew.supervisor, request.pk, "confirm", state_version=request.state_version)
    ChangeRequest.objects.update(on=today())
    assert sum(one for one in at_once(4, actions.take_effect_due) if isinstance(one, int)) == 1
    assert ItemChange.objects.filter(item=crew.item, change="suspend").count() == 1
