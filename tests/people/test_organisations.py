"""A legal person registers an organisation, the centre confirms, agents are appointed and ended."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.time import now
from portal.people.actions import organisations as actions
from portal.people.actors import actor_of
from portal.people.models import Citizen, Membership, Organisation, User
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
USCC = "91350100M000100Y43"


def fresh(user):
    return User.objects.get(pk=user.pk)


def actor(user):
    return actor_of(fresh(user), Role.AGENT)


@pytest.fixture
def boss():
    return factories.citizen("boss", name="陈总")


@pytest.fixture
def firm(boss):
    membership = actions.register_organisation(actor(boss), uscc=USCC, name="海州市某某有限公司")
    administrator = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    return actions.confirm_membership(administrator, membership.pk).organisation


def test_who_types_a_public_code_may_not_act_before_the_licence_was_seen(boss):
    membership = actions.register_organisation(actor(boss), uscc=USCC.lower(), name="海州市某某有限公司")
    assert membership.confirmed_at is None and fresh(boss).acting_for == set()
    with pytest.raises(NotAllowed):
        actions.appoint_agent(actor(boss), membership.organisation_id, username="x", name="y")


def test_a_wrong_code_is_refused(boss):
    with pytest.raises(Invalid) as refused:
        actions.register_organisation(actor(boss), uscc=USCC[:-1] + "4", name="")
    assert set(refused.value.fields) == {"uscc", "name"}


def test_after_the_confirmation_the_legal_person_acts_and_is_told(boss, firm):
    assert fresh(boss).acting_for == {firm.pk}
    assert fresh(boss).notifications.filter(template="people.legal_person_confirmed").exists()
    assert [told.event.type for told in events_of(firm)] == ["organisation.registered", "organisation.confirmed"]


def test_nobody_takes_an_organisation_that_has_its_legal_person(firm):
    with pytest.raises(Invalid) as refused:
        actions.register_organisation(actor(factories.citizen()), uscc=USCC, name="假的")
    assert refused.value.code == "taken"
    assert Organisation.objects.get().name == "海州市某某有限公司"


def test_the_verified_legal_person_of_the_imported_register_is_confirmed_at_once(boss):
    Organisation.objects.create(uscc=USCC, name="海州市某某有限公司", legal_person="陈总")
    namesake = factories.citizen(name="陈总")
    assert actions.register_organisation(actor(namesake), uscc=USCC, name="x").confirmed_at is None
    Citizen.objects.filter(user=boss).update(verified_at=now())
    assert actions.register_organisation(actor(boss), uscc=USCC, name="x").confirmed_at is not None


def test_agents_are_appointed_and_ended_at_once(boss, firm):
    agent = factories.citizen("agent", name="李代办")
    membership = actions.appoint_agent(actor(boss), firm.pk, username="agent", name="李代办")
    assert fresh(agent).acting_for == {firm.pk}
    actions.end_agent(actor(boss), membership.pk)
    assert fresh(agent).acting_for == set()
    with pytest.raises(WrongState):
        actions.end_agent(actor(boss), membership.pk)
    again = actions.appoint_agent(actor(boss), firm.pk, username="agent", name="李代办")
    assert fresh(agent).acting_for == {firm.pk}
    actions.end_agent(actor(agent), again.pk)  # an agent may leave
    assert fresh(agent).acting_for == set()


@pytest.mark.parametrize(("username", "name"), [("agent", "别人"), ("nobody", "李代办")])
def test_user_name_and_name_must_fit_and_the_answer_is_the_same(boss, firm, username, name):
    factories.citizen("agent", name="李代办")
    with override("en"), pytest.raises(Invalid) as refused:
        actions.appoint_agent(actor(boss), firm.pk, username=username, name=name)
    with override("en"):
        assert "No account" in str(refused.value.fields["username"])


def test_strangers_and_agents_end_nobody(boss, firm):
    factories.citizen("agent", name="李代办")
    second = factories.citizen("second", name="王代办")
    first = actions.appoint_agent(actor(boss), firm.pk, username="agent", name="李代办")
    actions.appoint_agent(actor(boss), firm.pk, username="second", name="王代办")
    for stranger in (second, factories.citizen()):
        with pytest.raises(NotFound):
            actions.end_agent(actor(stranger), first.pk)
    legal = Membership.objects.get(user=boss)
    with pytest.raises(NotAllowed):
        actions.end_agent(actor(boss), legal.pk)


def test_the_pages_from_registering_to_the_agent(client, boss):
    factories.citizen("agent", name="李代办")
    client.force_login(boss, backend="portal.people.backends.AccountBackend")
    form = {"uscc": USCC, "name": "海州市某某有限公司"}
    page = client.post(reverse("people:organisation-register"), form)
    assert client.get(page["Location"]).context["governs"] is False
    Membership.objects.update(confirmed_at=now())
    answer = client.post(page["Location"], {"username": "agent", "name": "李代办"}, follow=True)
    assert [row.user.name for row in answer.context["running"]] == ["李代办", "陈总"]
