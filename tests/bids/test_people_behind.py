"""Who stood behind the bidders between the notice and the opening counts, also who was taken off the list in between."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from portal.core.time import driven_clock
from procurement.bidders import actions as bidding
from procurement.bidders.actions import ProfileDraft
from procurement.bidders.standing import NoLegalPerson
from procurement.bids.models import OpenedBid, Submission
from procurement.tenders.actions import LotDraft
from tests import factories
from tests.bids.objects import FRIDAY, bid, bidder, closed, opened, receiving, three
from tests.factories import moment

pytestmark = pytest.mark.django_db

LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000)]  # without a bond
NUMBER = factories.resident_number(77)


def head(who, number=NUMBER, at=FRIDAY):
    profile, agent = who
    with driven_clock(moment(at)):
        return bidding.add_person(agent, profile.pk, kind="legal_person", name="李四", identity=number)


def left(who, person, at):
    profile, agent = who
    with driven_clock(moment(at)):
        bidding.end_person(agent, profile.pk, person.pk)


def all_bid(tender, pair):
    """These two and a third one, who shares nothing; then the deadline."""
    for who in (*pair, bidder()):
        bid(tender, who)
    closed(tender)


def findings_of(pair):
    return [OpenedBid.objects.get(bidder=profile).finding for profile, _agent in pair]


def test_a_legal_person_taken_off_the_list_after_the_deadline_is_found_at_the_opening():
    officers = three()
    tender, pair = receiving(officers, lots=LOTS), [bidder(), bidder()]
    people = [head(who) for who in pair]
    all_bid(tender, pair)
    left(pair[0], people[0], "2026-12-14 09:35")
    opened(tender, (officers[0], officers[1]))
    assert findings_of(pair) == ["same_legal_person"] * 2


def test_one_who_left_before_the_notice_or_came_after_the_opening_ties_nobody():
    officers = three()
    pair = [bidder(), bidder()]
    former = head(pair[0], at="2026-11-02 10:00")
    left(pair[0], former, "2026-11-19 10:00")
    head(pair[1], at="2026-11-02 10:00")
    tender = receiving(officers, lots=LOTS)
    all_bid(tender, pair)
    head(pair[0], at="2026-12-15 09:00")
    opened(tender, (officers[0], officers[1]))
    assert findings_of(pair) == ["", ""]


def test_a_bid_keeps_the_contact_telephone_of_its_day():
    tender, (profile, agent) = receiving(lots=LOTS), bidder()
    one = bid(tender, (profile, agent))
    later = ProfileDraft(contact_name="王芳", phone="13900001111")
    with driven_clock(moment("2026-12-15 10:00")):
        bidding.save_profile(agent, profile.organisation_id, later)
    assert Submission.objects.get(phone_blind__matches="13812345678") == one


# --- no bid without one -----------------------------------------------------------------------------------------------


def test_a_firm_without_a_legal_person_cannot_bid_and_reads_why_until_it_has_entered_one():
    tender = receiving(lots=LOTS)
    who = bidder("海州甲建设有限公司", with_head=False)
    with pytest.raises(NoLegalPerson) as refused, override("zh-hans"):
        bid(tender, who)
    assert "海州甲建设有限公司" in str(refused.value)
    assert not Submission.objects.exists()
    head(who)
    assert bid(tender, who).current


def test_one_who_has_left_is_no_legal_person_any_more():
    tender, who = receiving(lots=LOTS), bidder(with_head=False)
    left(who, head(who), "2026-11-25 10:00")
    with pytest.raises(NoLegalPerson):
        bid(tender, who)


def test_the_bidding_page_says_so_before_a_bid_is_sealed_and_leads_to_the_profile(client):
    tender = receiving(lots=LOTS)
    (profile, agent), headers = bidder(with_head=False), {"Accept-Language": "en"}
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    address = reverse("bids:bid", args=[tender.number, 1])
    there = reverse("bidders:profile", args=[profile.organisation_id]) + "#people"
    with driven_clock(moment("2026-12-01 10:00")):
        page = client.get(address, headers=headers).content.decode()
        assert "No legal person of your firm" in page and there in page and "data-bid" not in page
        head((profile, agent))
        page = client.get(address, headers=headers).content.decode()
    assert there not in page and "data-bid" in page
