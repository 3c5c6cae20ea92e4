"""Bonds beside bids: kept, let go with a withdrawn bid or a lot that fails, and judged anew when one turns out false."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.actors import Actor
from portal.core.jobs import run_due_jobs
from portal.core.models import Document, Event, Notification
from portal.core.time import driven_clock
from procurement.bidders.models import Bidder
from procurement.bids import actions, findings
from procurement.bids.actions.submitting import Late
from procurement.bids.models import Book, OpenedBid, Submission
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.models import Bond, Project
from tests.bids.objects import bid, book_of, closed, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
TAKING, LATER = "2026-12-01 10:00", "2026-12-14 11:00"
Firm = tuple[Bidder, Actor]


def lots(n: int = 1) -> list[LotDraft]:
    values = {"budget_fen": 100_000_000, "control_price_fen": 98_000_000, "bond_fen": 1_000_000}
    return [LotDraft(name=f"{k}标段", **values) for k in range(1, n + 1)]


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=lots())


def declared(tender: Project, who: Firm, lot: int = 1, at: str = TAKING) -> Bond:
    profile, agent = who
    with driven_clock(moment(at)):
        draft = BondDraft(kind="transfer", reference=f"ZZ{profile.pk}-{lot}")
        return tendering.declare_bond(agent, book_of(tender, lot).lot_id, profile.organisation_id, draft)


def settled(bond: Bond, code: str = "confirm", at: str = TAKING) -> Bond:
    inputs = {"evidence": "流水 0001"} if code == "confirm" else {"note": "款项未到账"}
    with driven_clock(moment(at)):
        return tendering.settle_bond(officer(), bond.pk, code, inputs, state_version=bond.state_version)


def held(tender: Project, who: Firm, lot: int = 1) -> Bond:
    return settled(declared(tender, who, lot))


def withdrawn(tender: Project, who: Firm, at: str = "2026-12-02 10:00") -> Submission:
    profile, agent = who
    with driven_clock(moment(at)):
        return actions.withdraw(agent, book_of(tender).lot_id, profile.organisation_id, sender="10.0.0.1")


def open_with(tender: Project, officers: Sequence) -> None:
    closed(tender)
    opened(tender, (officers[0], officers[1]))


def three_bids(tender: Project) -> list[tuple[Bond, Submission]]:
    """Three bids, each with a bond that nobody has confirmed yet."""
    firms = [bidder() for _n in range(3)]
    return [(declared(tender, who), bid(tender, who)) for who in firms]


def told(bond: Bond) -> tuple[str, str, dt.date | None]:
    bond.refresh_from_db()
    return bond.state, bond.ground, bond.due_on


# --- a bid that is withdrawn, and a firm that never bids --------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "due"), [("construction", dt.date(2026, 12, 7)), ("government", dt.date(2026, 12, 9))]
)
def test_the_bond_of_a_withdrawn_bid_goes_back_within_the_days_of_its_law(officers, category, due):
    tender, who = receiving(officers, lots=lots(), category=category), bidder()
    bond = held(tender, who)
    bid(tender, who)
    withdrawn(tender, who)
    assert told(bond) == ("due_back", "withdrawn", due)


def test_a_bid_sent_again_keeps_the_bond_that_has_not_gone_back_yet(tender, officers):
    who = bidder()
    bond = held(tender, who)
    bid(tender, who)
    withdrawn(tender, who)
    again = bid(tender, who, at="2026-12-03 10:00")
    assert told(bond) == ("held", "", None)
    for _n in range(2):
        other = bidder()
        held(tender, other)
        bid(tender, other)
    open_with(tender, officers)
    assert OpenedBid.objects.get(submission=again).finding == ""
    assert told(bond)[0] == "held"


def test_a_bond_that_has_gone_back_is_given_anew_before_the_bid_is_sent_again(tender, officers):
    who = bidder()
    bond = held(tender, who)
    bid(tender, who)
    withdrawn(tender, who)
    bond.refresh_from_db()
    with driven_clock(moment("2026-12-03 10:00")):
        tendering.settle_bond(officer(), bond.pk, "give_back", {}, state_version=bond.state_version)
    again = bid(tender, who, at="2026-12-04 10:00")
    fresh = declared(tender, who, at="2026-12-04 11:00")
    three_bids(tender)
    open_with(tender, officers)
    settled(fresh, "reject", LATER)
    with driven_clock(moment(LATER)):
        run_due_jobs()
    assert OpenedBid.objects.get(submission=again).finding == "no_bond"  # what went back holds for nothing


def test_a_bond_that_is_confirmed_after_the_withdrawal_goes_back_at_once(tender):
    who = bidder()
    bond = declared(tender, who)
    bid(tender, who)
    withdrawn(tender, who)
    assert told(bond) == ("declared", "withdrawn", None)
    settled(bond, at="2026-12-03 10:00")
    assert told(bond) == ("due_back", "withdrawn", dt.date(2026, 12, 8))


def test_the_bond_of_a_firm_that_never_bid_goes_back_after_the_opening(tender, officers):
    kept = three_bids(tender)
    idle, late = held(tender, bidder()), declared(tender, bidder())
    open_with(tender, officers)
    assert told(idle) == ("due_back", "no_bid", dt.date(2026, 12, 19))
    assert {told(bond)[0] for bond, _bid in kept} == {"declared"}
    settled(late, at="2026-12-15 10:00")
    assert told(late) == ("due_back", "no_bid", dt.date(2026, 12, 20))


# --- a lot that fails -------------------------------------------------------------------------------------------------


def test_the_bonds_of_a_lot_with_too_few_bidders_go_back_while_the_other_lot_goes_on(officers):
    tender = receiving(officers, lots=lots(2))
    firms = [bidder() for _n in range(3)]
    first = [held(tender, who) for who in firms]
    second, waiting = held(tender, firms[0], lot=2), declared(tender, firms[1], lot=2)
    for who in firms:
        bid(tender, who)
    bid(tender, firms[0], lot=2)
    open_with(tender, officers)
    assert Book.objects.get(lot__project=tender, lot__number=2).outcome == "short"
    assert told(second) == ("due_back", "ended", dt.date(2026, 12, 19))
    assert {told(bond)[0] for bond in first} == {"held"}
    settled(waiting, at="2026-12-16 10:00")
    assert told(waiting) == ("due_back", "ended", dt.date(2026, 12, 21))


def test_a_bond_that_is_confirmed_after_the_tender_failed_goes_back_with_its_lamp(tender, officers):
    bond = declared(tender, bidder())
    closed(tender)
    chief = officers[0].actor
    with driven_clock(moment("2026-12-14 09:40")):
        actions.lapse(chief, tender.pk)
    settled(bond, at="2026-12-15 10:00")
    assert told(bond) == ("due_back", "ended", dt.date(2026, 12, 20))
    with driven_clock(moment("2026-12-21 10:00")):
        assert tendering.light_lamps() == 1


# --- a bond that turns out false after the opening --------------------------------------------------------------------


def test_a_bond_that_never_came_is_found_after_the_opening_and_ends_the_bid(tender, officers, capsys):
    (false, sent), (_other, kept), *_rest = three_bids(tender)
    open_with(tender, officers)
    assert not OpenedBid.objects.exclude(finding="").exists()
    settled(false, "reject", LATER)
    with driven_clock(moment(LATER)):
        run_due_jobs()
    found = OpenedBid.objects.get(submission=sent)
    assert (found.finding, found.facts["amount"]) == ("no_bond", 1_000_000)
    assert findings.CHECKS[found.finding].fault == "bidder"
    assert OpenedBid.objects.get(submission=kept).finding == ""
    assert Event.objects.filter(type="opening.judged_anew").count() == 1
    assert Notification.objects.filter(template="bids.judged_anew").exists()
    with override("en"):
        page = Client(headers={"accept-language": "en"}).get(reverse("bids:opening", args=[tender.number]))
    assert "No bid bond of this firm was held" in page.content.decode()
    assert "Found after the opening" in page.content.decode()
    call_command("verify_bids", tender.number)  # a lawful finding is no tampering …
    OpenedBid.objects.filter(pk=found.pk).update(finding="")
    with pytest.raises(CommandError):  # … and taking it back behind the event is
        call_command("verify_bids", tender.number)
    assert "is not what the opening left" in capsys.readouterr().out


def test_what_is_found_after_the_record_stands_beside_it_and_the_record_stays_as_it_was_issued(tender, officers):
    (false, _sent), *_rest = three_bids(tender)
    open_with(tender, officers)
    client, path = Client(headers={"accept-language": "en"}), reverse("bids:opening", args=[tender.number])
    with driven_clock(moment("2026-12-14 10:30")):
        actions.settle_due()
        run_due_jobs()
    before = list(Document.objects.filter(kind="bids.record").values_list("pk", "data", "sha256", "superseded_by"))
    assert len(before) == 1 and "Found after the record" not in client.get(path).content.decode()
    settled(false, "reject", LATER)
    with driven_clock(moment(LATER)):
        run_due_jobs()
        actions.settle_due()
    page = client.get(path).content.decode()
    assert "Found after the record was issued" in page and "stays as it was issued" in page
    assert (
        list(Document.objects.filter(kind="bids.record").values_list("pk", "data", "sha256", "superseded_by")) == before
    )


def test_a_bid_that_is_marked_without_an_event_stays_tampering(tender, officers):
    (_bond, sent), *_rest = three_bids(tender)
    open_with(tender, officers)
    OpenedBid.objects.filter(submission=sent).update(finding="no_bond", facts={"amount": 1_000_000})
    with pytest.raises(CommandError):
        call_command("verify_bids", tender.number)


def test_the_refused_bond_of_a_firm_that_did_not_bid_touches_no_bid(tender, officers):
    (bond, sent), *_rest = three_bids(tender)
    false = declared(tender, bidder())
    open_with(tender, officers)
    settled(bond, at=LATER)
    settled(false, "reject", LATER)
    with driven_clock(moment(LATER)):
        run_due_jobs()
    assert OpenedBid.objects.get(submission=sent).finding == ""
    assert not Event.objects.filter(type="opening.judged_anew").exists()


# --- the evaluation waits ---------------------------------------------------------------------------------------------


def test_the_page_of_the_tender_names_the_bonds_that_wait_and_leads_to_them(tender):
    (bond, _bid), *_rest = three_bids(tender)
    chief = officer()
    client = Client(headers={"accept-language": "en"})
    client.force_login(chief.user)
    page = client.get(reverse("tenders:project", args=[tender.number])).content.decode()
    assert page.count(reverse("tenders:bond-one", args=[bond.pk])) == 1
    assert "Bonds that wait for confirmation" in page
    client.force_login(bidder()[1].user)
    assert client.get(reverse("tenders:project", args=[tender.number])).status_code == 404


def test_who_withdraws_too_late_keeps_its_bond_where_it_is(tender):
    who = bidder()
    bond = held(tender, who)
    bid(tender, who)
    with pytest.raises(Late):
        withdrawn(tender, who, at="2026-12-14 10:00")
    assert told(bond)[0] == "held"


def test_a_price_over_the_budget_is_told_with_both_figures():
    with override("en"):
        text = findings.sentence("over_budget", {"price": 100_000_001, "limit": 100_000_000})
    assert "1,000,000.01" in text and "budget of CNY 1,000,000;" in text
