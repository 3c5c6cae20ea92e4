"""Invited tenders: who is invited, who sees, takes, asks, gives a bond and bids, and when the circle opens."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from procurement.bidders import actions as bidding
from procurement.bidders.actions import RestrictionDraft
from procurement.bidders.standing import Blocked
from procurement.tenders import actions, policies
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.actions.inviting import NotInvited
from procurement.tenders.models import Project
from tests import factories
from tests.factories import moment
from tests.tenders.objects import announced, bidder, draft, firm, officer, reviewed, schedule, with_document

pytestmark = pytest.mark.django_db
FRIDAY, OFFER = "2026-11-20 10:00", "2026-11-23 10:00"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment(FRIDAY)):
        yield


def invited(count=3):
    """An announced invited tender and its firms."""
    chief, firms = officer(), [bidder() for _n in range(count)]
    project = reviewed(chief, method="invited")
    for profile, _agent in firms:
        actions.invite(chief, project.pk, profile.organisation.uscc)
    project.refresh_from_db()
    days = schedule("2026-11-23", "2026-11-28", "2026-12-14 09:30")
    made = actions.announce(chief, project.pk, days, place="开标一室", state_version=project.state_version)
    return made, firms


def page(person, project, name="tenders:tender", *more):
    client = Client()
    if person is not None:
        client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client.get(reverse(name, args=[project.number, *more])).status_code


def test_an_invited_tender_needs_three_firms_and_says_so():
    chief = officer()
    project = reviewed(chief, method="invited")
    days = schedule("2026-11-23", "2026-11-28", "2026-12-14 09:30")
    for _n in range(2):
        actions.invite(chief, project.pk, firm()[0].uscc)
    with override("zh-hans"), pytest.raises(Invalid) as refused:
        actions.announce(chief, project.pk, days, place="开标一室", state_version=project.state_version)
    with override("zh-hans"):
        assert "第十七条" in str(refused.value.fields["invitations"])
    actions.invite(chief, project.pk, firm()[0].uscc)
    assert actions.announce(chief, project.pk, days, place="开标一室", state_version=project.state_version).announced_at


def test_who_cannot_be_invited_is_said_beside_the_field():
    chief = officer()
    buyer, _agent = firm()
    project = reviewed(chief, buyer=buyer, method="invited")
    listed = firm()[0]
    actions.invite(chief, project.pk, listed.uscc)
    for uscc in (buyer.uscc, listed.uscc, "91320700MA0000000X", ""):
        with pytest.raises(Invalid) as refused:
            actions.invite(chief, project.pk, uscc)
        assert set(refused.value.fields) == {"uscc"}
    kept_out = firm()[0]
    bidding.restrict(chief, RestrictionDraft(
        uscc=kept_out.uscc, name=kept_out.name, kind="blacklist", ground="串通投标", source="海建罚〔2026〕第12号",
        authority="住建局", starts_on=dt.date(2026, 11, 1), ends_on=None, appeal="复议",
    ))  # fmt: skip
    with pytest.raises(Blocked):
        actions.invite(chief, project.pk, kept_out.uscc)


def test_the_list_is_kept_by_the_buyers_side_and_stands_once_the_invitations_are_out():
    project, firms = invited()
    with pytest.raises(WrongState):
        actions.invite(officer(), project.pk, firm()[0].uscc)
    with pytest.raises(WrongState):
        actions.uninvite(officer(), project.pk, project.invitations.first().pk)
    with pytest.raises(NotFound):
        actions.invite(firms[0][1], project.pk, firm()[0].uscc)
    looking = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        actions.invite(looking, project.pk, firm()[0].uscc)
    with pytest.raises(WrongState):
        actions.invite(officer(), announced().pk, firm()[0].uscc)


def test_the_invited_are_told_and_the_followers_of_the_category_are_not():
    follower = factories.citizen()
    actions.subscribe(actor_of(follower, Role.CITIZEN), ["construction"], by_email=False)
    _project, firms = invited()
    told = set(Notification.objects.filter(template="tenders.invited").values_list("user", flat=True))
    assert told == {agent.user_id for _profile, agent in firms}


def test_only_the_circle_finds_the_tender_until_its_result_is_public():
    project, firms = invited()
    (_profile, agent), stranger = firms[0], bidder()
    buyer = factories.staff(Role.PROCUREMENT_OFFICER)
    for person, seen in ((agent.user, 200), (buyer, 200), (stranger[1].user, 404), (None, 404)):
        assert page(person, project) == seen
        assert page(person, project, "tenders:opening-file") == seen
        assert page(person, project, "experts:proof") == seen
        assert page(person, project, "awards:result") == seen
    assert Client().get(reverse("tenders:list")).content.count(project.number.encode()) == 0
    assert project.number not in Client().get(reverse("tenders:openings-file")).content.decode()
    client = Client()
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    assert project.number in client.get(reverse("tenders:mine")).content.decode()
    Project.objects.filter(pk=project.pk).update(state="publicity")
    assert page(None, project) == 200


def test_the_policy_sees_exactly_what_the_list_finds_in_a_closed_circle():
    project, firms = invited()
    people = [factories.citizen(), firms[0][1].user, bidder()[1].user, factories.staff(Role.SUPERVISOR),
              factories.staff(Role.CLERK)]  # fmt: skip
    for state in ("announced", "receiving", "evaluated", "publicity", "failed"):
        Project.objects.filter(pk=project.pk).update(state=state)
        project.refresh_from_db()
        for person in people:
            person = User.objects.get(pk=person.pk)
            found = Project.objects.visible_to(person).filter(pk=project.pk).exists()
            assert found == policies.may_see(person, project), (state, person)


def test_who_is_not_invited_takes_nothing_asks_nothing_and_gives_no_bond():
    project, firms = invited()
    paper = project.documents.get()
    both = User.objects.get(pk=firms[0][1].user_id)  # acts for an invited firm and for another one
    other, actor = bidder(agent=both)
    with driven_clock(moment(OFFER)):
        actions.receive_due()
        with pytest.raises(NotInvited):
            actions.take_document(actor, paper.pk, organisation_id=other.organisation_id, sender="10.0.0.1")
        with pytest.raises(actions.papers.SignInFirst):
            actions.take_document(None, paper.pk, organisation_id=None, sender="10.0.0.1")
        with pytest.raises(NotInvited):
            actions.ask(actor, project.pk, other.organisation_id, "能否分包？")
        with pytest.raises(NotInvited):
            actions.declare_bond(
                actor, project.lots.get().pk, other.organisation_id, BondDraft(kind="transfer", reference="1")
            )
        stranger = bidder()
        with pytest.raises(NotFound):
            actions.ask(stranger[1], project.pk, stranger[0].organisation_id, "能否分包？")
        profile, agent = firms[0]
        assert actions.take_document(agent, paper.pk, organisation_id=profile.organisation_id, sender="10.0.0.1")
        assert actions.ask(agent, project.pk, profile.organisation_id, "能否分包？")


def test_the_page_of_the_list_keeps_what_was_typed_and_says_what_is_wrong():
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    chief = officer(person)
    project = actions.register(chief, draft(firm()[0], method="invited"))
    with_document(project, chief)
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    path = reverse("tenders:invitations", args=[project.number])
    answer = client.post(path, {"uscc": "wrong"})
    assert answer.status_code == 422
    assert 'value="wrong"' in answer.content.decode()
    one = firm("海州受邀建设有限公司")[0]
    assert client.post(path, {"uscc": one.uscc}).status_code == 302
    assert "海州受邀建设有限公司" in client.get(path).content.decode()
    assert "海州受邀建设有限公司" in client.get(reverse("tenders:project", args=[project.number])).content.decode()
    client.post(reverse("tenders:uninvite", args=[project.number, project.invitations.get().pk]))
    assert not project.invitations.exists()
