"""A sign rests on who stood with the bidders from the notice to the opening: the list of today changes nothing."""

import datetime as dt

import pytest

from procurement.bidders.models import BidderPerson
from procurement.tenders.models import Bond
from tests import factories
from tests.oversight.objects import OPENED, bids, codes, opened, person, uploaded

pytestmark = pytest.mark.django_db

NOTICE = OPENED - dt.timedelta(days=32)
DAY = dt.timedelta(days=1)


def shared(kind, **more):
    """A tender two bidders of which share somebody from long before it."""
    lot = opened()
    one, other = bids(lot)[:2]
    return lot, person(one, kind, 4001, **more), person(other, kind, 4001, **more)


@pytest.mark.parametrize(("kind", "code"), [("legal_person", "same_head"), ("manager", "same_staff")])
def test_a_written_sign_stays_when_the_firm_takes_the_person_off_its_list(kind, code):
    lot, one, _other = shared(kind)
    assert code in codes(lot)
    BidderPerson.objects.filter(pk=one.pk).update(ended_at=OPENED + DAY)
    assert code in codes(lot)


def test_who_left_between_notice_and_opening_ties_and_who_left_before_the_notice_does_not():
    lot, one, _other = shared("legal_person")
    BidderPerson.objects.filter(pk=one.pk).update(ended_at=NOTICE + DAY)
    assert "same_head" in codes(lot)
    BidderPerson.objects.filter(pk=one.pk).update(ended_at=NOTICE - DAY)
    assert "same_head" not in codes(lot)


def test_somebody_named_after_the_opening_does_not_taint_the_tender():
    lot, one, _other = shared("legal_person")
    BidderPerson.objects.filter(pk=one.pk).update(added_at=OPENED + DAY)
    assert "same_head" not in codes(lot)


def test_each_tender_is_judged_by_its_own_days():
    """Of two tenders of the same firms the person stood there during the first only."""
    first, one, _other = shared("legal_person")
    pair = [bid.bidder for bid in bids(first)[:2]]
    second = opened((905_000, 938_000), pair, at=OPENED + 90 * DAY)
    BidderPerson.objects.filter(pk=one.pk).update(ended_at=OPENED + DAY)
    assert "same_head" in codes(first)
    assert "same_head" not in codes(second)


def test_a_telephone_of_staff_counts_for_its_days_too():
    lot = opened(category="government")
    one, other = bids(lot)[:2]
    person(one, "manager", 4001, phone="13900001111", ended_at=OPENED + DAY)
    person(other, "manager", 4002, phone="13900001111")
    before = codes(lot)
    BidderPerson.objects.filter(bidder=one.bidder).update(ended_at=NOTICE - DAY)
    assert before - codes(lot) == {"same_phone"}


def test_a_contact_telephone_changed_after_the_bid_stays_a_sign():
    lot = opened(category="government")
    pair = bids(lot)[:2]
    for place, bid in enumerate(pair):
        uploaded(bid, f"10.0.{place}.1", phone="13900002222")
    assert pair[0].bidder.phone != pair[1].bidder.phone
    assert codes(lot) == {"same_phone"}


def test_bonds_from_one_account_stay_a_finding_when_the_firm_changes_its_account():
    lot = opened()
    one, other = (bid.bidder for bid in bids(lot)[:2])
    for number, firm in enumerate((one, other)):
        Bond.objects.create(
            lot=lot, organisation=firm.organisation, kind="transfer", reference=f"A{number}", amount_fen=100,
            declared_at=OPENED, state="held", bank_account="6222020099998888",
        )  # fmt: skip
    assert one.bank_account != other.bank_account
    assert codes(lot) == {"same_account"}


def test_the_serials_of_these_people_are_two_human_beings():
    assert factories.resident_number(4001) != factories.resident_number(4002)
