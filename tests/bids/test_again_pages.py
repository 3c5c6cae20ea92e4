"""The page on which bids are taken again: what it shows before it is confirmed, to whom, at which cost."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.time import driven_clock
from portal.people import second_factor
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.bids.models import TakingAgain
from procurement.tenders.actions import LotDraft
from tests import factories
from tests.bids.objects import DECIDED, REASON, UNTIL, bid, closed, outage, receiving, three

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_at_the_time")]
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS)


@pytest.fixture
def chief():
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def sign_in(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


@pytest.fixture
def _at_the_time():
    with driven_clock(DECIDED):
        yield


def test_the_page_shows_what_follows_before_it_is_confirmed(tender, chief):
    bid(tender)
    outage()
    closed(tender)
    client, address = sign_in(chief.user), reverse("bids:again", args=[tender.number])
    inner = client.get(reverse("tenders:project", args=[tender.number])).content.decode()
    assert address in inner
    assert address in client.get(reverse("bids:opening", args=[tender.number])).content.decode()
    shown = client.get(address).content.decode()
    assert [one for one in ("40 minutes", "10:45", "The pages did not answer the watch") if one not in shown] == []
    typed = {"deadline_day": "2026-12-14", "deadline_time": "11:00", "reason": REASON, "step": "check"}
    early = client.post(address, {**typed, "deadline_time": "10:00"})
    assert early.status_code == 422
    assert "lies between" in early.content.decode() and REASON in early.content.decode()
    unread = client.post(address, {**typed, "deadline_time": "elf"})
    assert unread.status_code == 422 and REASON in unread.content.decode()
    checked = client.post(address, typed)
    assert checked.status_code == 200 and "Please check it and confirm" in checked.content.decode()
    assert not TakingAgain.objects.exists()
    assert client.post(address, {**typed, "step": "confirm"}).status_code == 302
    assert TakingAgain.objects.get().deadline_after == UNTIL
    twice = client.post(address, {**typed, "step": "confirm"})
    assert twice.status_code == 409 and "The books are not closed" in twice.content.decode()


def test_an_officer_reads_who_decides_and_the_public_does_not(tender, officers):
    outage()
    closed(tender)
    address = reverse("bids:opening", args=[tender.number])
    page = sign_in(officers[0].actor.user).get(address).content.decode()
    assert "A supervisor without a side decides" in page
    assert reverse("bids:again", args=[tender.number]) not in page
    assert (
        "A supervisor without a side decides"
        not in Client(headers={"Accept-Language": "en"}).get(address).content.decode()
    )
    assert sign_in(officers[0].actor.user).get(reverse("bids:again", args=[tender.number])).status_code == 403


def test_the_page_costs_as_many_queries_with_many_outages_as_with_few(officers, chief, django_assert_max_num_queries):
    client, counted = sign_in(chief.user), []
    for minutes in (1, 8):
        project = receiving(officers, lots=LOTS)
        for n in range(minutes):
            outage(f"2026-12-14 09:{n:02d}", f"2026-12-14 09:{n + 10:02d}")
        closed(project)
        address = reverse("bids:again", args=[project.number])
        client.get(address)
        with django_assert_max_num_queries(60) as seen:
            assert client.get(address).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]
