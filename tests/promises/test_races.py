"""Two heads at once over one proposal, two people over one item, two supervisors over one round."""

import pytest

from approvals.catalogue.models import ItemVersion
from approvals.promises import actions
from approvals.promises.models import CleanUp, Finding, Proposal
from portal.core.models import Event
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.test_citizen_races import at_once
from tests.promises.crew import Crew

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def acting(user: User, role: Role):
    """The person as another request would load them."""
    return actor_of(User.objects.get(pk=user.pk), role)


def test_two_heads_accept_one_proposal_and_one_draft_of_a_version_comes_of_it() -> None:
    crew = Crew()
    heads = [crew.head_user, factories.staff(Role.DEPARTMENT_HEAD)]
    proposal = actions.propose(crew.reviewer, crew.item.pk, days=12, ground="历史数据支持")
    turns = iter(heads)

    def take_over() -> str:
        head = acting(next(turns), Role.DEPARTMENT_HEAD)
        return actions.decide_proposal(head, proposal.pk, "take_over", state_version=proposal.state_version).state

    found = at_once(2, take_over)
    assert sorted(found) == ["drafted", "stale"]
    assert ItemVersion.objects.filter(item=crew.item, state="draft").count() == 1
    assert Event.objects.filter(type="promises.take_over").count() == 1


def test_one_head_accepts_while_the_other_declines_and_only_one_of_them_counts() -> None:
    crew = Crew()
    heads = iter([(crew.head_user, "take_over"), (factories.staff(Role.DEPARTMENT_HEAD), "decline")])
    proposal = actions.propose(crew.reviewer, crew.item.pk, days=12, ground="历史数据支持")

    def decide() -> str:
        user, code = next(heads)
        head = acting(user, Role.DEPARTMENT_HEAD)
        note = "另行研究" if code == "decline" else ""
        return actions.decide_proposal(head, proposal.pk, code, note=note, state_version=proposal.state_version).state

    found = at_once(2, decide)
    assert found.count("stale") == 1
    state = Proposal.objects.get().state
    assert state in found
    assert ItemVersion.objects.filter(item=crew.item, state="draft").exists() is (state == "drafted")


def test_two_people_propose_for_one_item_and_one_proposal_stands() -> None:
    crew = Crew()
    people = iter([(crew.reviewer_user, Role.REVIEWER), (crew.head_user, Role.DEPARTMENT_HEAD)] * 2)

    def propose() -> int:
        return actions.propose(acting(*next(people)), crew.item.pk, days=12, ground="历史数据支持").pk

    found = at_once(4, propose)
    assert sum(isinstance(one, int) for one in found) == 1
    assert Proposal.objects.count() == 1


def test_two_supervisors_open_a_round_and_each_item_is_asked_once() -> None:
    crew = Crew()
    people = iter([crew.supervisor_user, factories.staff(Role.SUPERVISOR)])
    at_once(2, lambda: actions.open_round(acting(next(people), Role.SUPERVISOR), name="第一轮").pk)
    assert CleanUp.objects.filter(closed_on__isnull=True).count() == 1
    assert Finding.objects.filter(item=crew.item).count() == 1
