"""The authority to act for a bidder: firm and agent are told some days before it ends and at its end, once each."""

import datetime as dt

import pytest

from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actions import organisations as people
from portal.people.actors import actor_of
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bidders import mandates
from procurement.bidders.tasks import tell_of_mandates
from tests import factories
from tests.factories import moment
from tests.tenders.objects import bidder, firm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def on(day: str) -> int:
    with driven_clock(moment(f"{day} 08:28")):
        return tell_of_mandates()


def appointed(organisation, until: str | None = "2026-12-31") -> Membership:
    """An agent of the firm until a day."""
    return Membership.objects.create(
        organisation=organisation, user=factories.citizen(), starts_on=dt.date(2026, 11, 20),
        ends_on=dt.date.fromisoformat(until) if until else None,
    )  # fmt: skip


def told(person) -> list[str]:
    rows = Notification.objects.filter(user=person, template__startswith="bidders.mandate").order_by("pk")
    return list(rows.values_list("template", flat=True))


def test_firm_and_agent_are_told_seven_days_before_the_end_and_on_the_last_day_once_each():
    profile, head = bidder()
    mandate = appointed(profile.organisation)
    assert on("2026-12-23") == 0 and told(head.user) == []
    assert (on("2026-12-24"), on("2026-12-24"), on("2026-12-30")) == (1, 0, 0)
    assert told(head.user) == told(mandate.user) == ["bidders.mandate_soon"]
    assert (on("2026-12-31"), on("2026-12-31"), on("2027-01-05")) == (1, 0, 0)
    assert told(head.user) == told(mandate.user) == ["bidders.mandate_soon", "bidders.mandate_over"]


def test_a_day_on_which_nothing_ran_is_told_late_and_what_ended_long_ago_is_not():
    profile, head = bidder()
    appointed(profile.organisation)
    assert (on("2027-01-03"), on("2027-01-04")) == (1, 0)
    assert told(head.user) == ["bidders.mandate_over"]
    other, chief = bidder()
    appointed(other.organisation)
    assert on("2027-02-01") == 0 and told(chief.user) == []


def test_an_authority_that_was_ended_at_once_is_told_the_same_day():
    profile, head = bidder()
    Membership.objects.filter(user=head.user).update(kind=Membership.Kind.LEGAL_PERSON)
    mandate = appointed(profile.organisation, None)
    people.end_agent(actor_of(head.user, Role.CITIZEN), mandate.pk)
    assert tell_of_mandates() == 1
    assert told(head.user) == told(mandate.user) == ["bidders.mandate_over"]


def test_who_acts_on_by_a_newer_authority_is_told_nothing():
    profile, head = bidder()
    mandate = appointed(profile.organisation)
    Membership.objects.create(
        organisation=profile.organisation, user=mandate.user, starts_on=dt.date(2026, 12, 1), ends_on=None
    )
    assert on("2026-12-31") == 1 and told(head.user) == []


def test_what_is_taken_up_again_the_same_day_is_told_of_anew():
    profile, head = bidder()
    Membership.objects.filter(user=head.user).update(kind=Membership.Kind.LEGAL_PERSON)
    agent = factories.citizen()
    chief = actor_of(head.user, Role.CITIZEN)
    first = people.appoint_agent(chief, profile.organisation_id, username=agent.username, name=agent.name)
    people.end_agent(chief, first.pk)
    assert tell_of_mandates() == 1
    people.appoint_agent(
        chief, profile.organisation_id, username=agent.username, name=agent.name, ends_on=dt.date(2026, 11, 30)
    )
    assert on("2026-11-25") == 1
    assert told(agent) == ["bidders.mandate_over", "bidders.mandate_soon"]


def test_a_firm_that_is_no_bidder_and_an_authority_without_an_end_are_left_alone():
    plain, head = firm()
    appointed(plain)
    profile, other = bidder()
    appointed(profile.organisation, None)
    assert on("2026-12-31") == 0 and told(head.user) == told(other.user) == []


def test_more_than_one_batch_are_all_told(monkeypatch):
    monkeypatch.setattr(mandates, "BATCH", 2)
    firms = [bidder() for _n in range(5)]
    for profile, _head in firms:
        appointed(profile.organisation)
    assert on("2026-12-31") == 5
    assert all(told(head.user) == ["bidders.mandate_over"] for _profile, head in firms)
