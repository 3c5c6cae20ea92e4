"""The pages of bids: bounded queries, secrets before the opening, the live board, forms that lose nothing."""

import base64
import json

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.documents import issued_before
from portal.core.models import Document
from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.bids import actions, demo, proofs
from procurement.bids.models import OpenedBid, Submission
from procurement.bids.opener import open_next
from procurement.tenders.actions import LotDraft
from tests import factories
from tests.bids.objects import Officer, bid, book_of, closed, give_parts, lot_keys, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]


@pytest.fixture(autouse=True)
def _monday():
    with driven_clock(moment("2026-12-14 09:45")):
        yield


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS)


def sign_in(person):
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def whole_opening(tender, officers, bids):
    firms = [bidder() for _n in range(bids)]
    lines = [bid(tender, who) for who in firms]
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    return firms, lines


# --- bounded queries --------------------------------------------------------------------------------------------------


def test_the_opening_costs_as_many_queries_with_many_bids_as_with_few(officers, django_assert_num_queries):
    few, many = receiving(officers, lots=LOTS), receiving(officers, lots=LOTS)
    for project, count in ((few, 3), (many, 9)):
        for _n in range(count):
            bid(project)
    for project in (few, many):
        closed(project)
        opened(project, (officers[0], officers[1]))
    client = Client()
    for name, bound in (("bids:opening", 22), ("bids:board", 14), ("bids:receipts", 6), ("bids:register", 8)):
        counted = []
        for project in (few, many):
            url = reverse(name, args=[project.number])
            client.get(url)
            with django_assert_num_queries(bound, exact=False) as seen:
                assert client.get(url).status_code == 200
            counted.append(len(seen))
        assert counted[0] == counted[1], name


def test_lists_cost_as_many_queries_for_many_as_for_few(officers, django_assert_max_num_queries):
    who = bidder()
    mine, desk = sign_in(who[1].user), sign_in(officers[0].actor.user)
    counted = {}
    for turn in range(2):
        for _n in range(1 + 4 * turn):
            bid(receiving(officers, lots=LOTS), who)
        for name, client in (("bids:mine", mine), ("bids:openings", desk), ("bids:keys", desk)):
            url = reverse(name)
            client.get(url)
            with django_assert_max_num_queries(40) as seen:
                assert client.get(url).status_code == 200
            assert counted.setdefault(name, len(seen)) == len(seen), name


def test_the_bidding_page_is_bounded(tender, django_assert_max_num_queries):
    who = bidder()
    for day in range(1, 6):
        bid(tender, who, at=f"2026-12-0{day} 10:00")
    client = sign_in(who[1].user)
    url = reverse("bids:bid", args=[tender.number, 1])
    with django_assert_max_num_queries(40):
        assert client.get(url).status_code == 200


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_before_the_deadline_no_page_tells_who_has_bid_or_how_many(tender, officers):
    who = bidder("海州路桥工程有限公司")
    with driven_clock(moment("2026-12-01 10:00")):
        one = bid(tender, who)
        clients = [Client(), sign_in(officers[0].actor.user), sign_in(factories.staff(Role.SUPERVISOR))]
        for client in clients:
            for name in ("bids:opening", "bids:board", "bids:receipts", "bids:register", "tenders:tender"):
                body = client.get(reverse(name, args=[tender.number])).content.decode()
                assert "海州路桥" not in body
                assert one.digest not in body
                assert one.sha256 not in body
        assert (
            json.loads(Client().get(reverse("bids:register", args=[tender.number])).content)["lots"][0]["digests"] == []
        )


def test_while_bids_are_opened_names_and_checks_show_and_prices_do_not(tender, officers):
    """Prices are read out when all bids are open: nobody could still do anything, but none is ahead of the others."""
    for _n in range(3):
        bid(tender)
    closed(tender)
    give_parts(tender, officers[0])
    keys = lot_keys(tender, officers[1])
    open_next(officers[1].actor, tender.pk, keys, seconds=0)
    body = Client().get(reverse("bids:board", args=[tender.number])).content.decode()
    assert OpenedBid.objects.get().bidder.organisation.name in body
    assert "950,000" not in body


def test_the_keys_of_an_opening_stand_in_no_table(tender, officers):
    """Every text column of every table of the room is looked through for the lot's private key."""
    for _n in range(3):
        bid(tender)
    closed(tender)
    give_parts(tender, officers[0])
    (private,) = lot_keys(tender, officers[1]).values()
    desk = sign_in(officers[1].actor.user)
    url = reverse("bids:open", args=[tender.number])
    given = {"keys": {str(tender.lots.get().pk): private.hex()}}
    answer = desk.post(url, json.dumps(given), content_type="application/json")
    assert answer.json() == {"state": "opened", "left": 0}
    assert desk.post(url, json.dumps(given), content_type="application/json").json()["state"] == "opened"
    for label in ("bids", "core"):
        for model in apps.get_app_config(label).get_models():
            for row in model.objects.all().values()[:2000]:
                text = json.dumps(row, default=str)
                assert private.hex() not in text
                assert base64.b64encode(private).decode() not in text


# --- the board --------------------------------------------------------------------------------------------------------


def test_the_board_answers_304_until_something_happens(tender, officers):
    closed(tender)
    url = reverse("bids:board", args=[tender.number])
    first = Client().get(url)
    again = Client().get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"], again.content) == (304, first["ETag"], b"")
    give_parts(tender, officers[0])
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_finding_is_shown_with_its_sentence_whose_fault_and_its_article_in_both_languages(tender, officers):
    bid(tender, price_fen=98_000_001)
    whole_opening(tender, officers, 2)
    url = reverse("bids:board", args=[tender.number])
    english = Client().get(url, headers={"Accept-Language": "en"}).content.decode()
    assert "Fault: Bidder." in english
    assert "article 51" in english
    assert "第五十一条" in Client().get(url, headers={"Accept-Language": "zh-hans"}).content.decode()


# --- what is typed is kept --------------------------------------------------------------------------------------------


def test_an_objection_that_is_refused_stays_in_its_field(tender, officers):
    (who, *_others), _lines = whole_opening(tender, officers, 3)
    client = sign_in(who[1].user)
    with driven_clock(moment("2026-12-14 11:00")):
        url = reverse("bids:object", args=[tender.number])
        answer = client.post(url, {"organisation": who[0].organisation_id, "text": "第二家报价有误"})
    assert answer.status_code == 409
    assert "第二家报价有误" in answer.content.decode()


def test_a_bidder_confirms_and_the_page_says_so(tender, officers):
    (who, *_others), _lines = whole_opening(tender, officers, 3)
    client = sign_in(who[1].user)
    url = reverse("bids:confirm", args=[tender.number])
    assert client.post(url, {"organisation": who[0].organisation_id}).status_code == 302
    assert OpenedBid.objects.get(bidder=who[0]).confirmed_at is not None


def test_a_receipt_is_checked_by_anybody(tender):
    bid(tender)
    closed(tender)
    one = Submission.objects.select_related("book__lot__project", "bidder__organisation", "key").get()
    text = json.dumps(proofs.told(one), default=str)
    url = reverse("bids:receipts", args=[tender.number])
    english = {"Accept-Language": "en"}
    assert "The receipt is genuine" in Client().post(url, {"receipt": text}, headers=english).content.decode()
    changed = Client().post(url, {"receipt": text.replace(one.sha256, "0" * 64)}, headers=english).content.decode()
    assert "it was changed" in changed
    assert "0" * 64 in changed  # kept in the field
    assert "This is no receipt" in Client().post(url, {"receipt": "[" * 5000}, headers=english).content.decode()


def test_the_inner_page_shows_a_lamp_while_keys_are_missing(officers):
    project = receiving(officers, lots=LOTS)
    client = sign_in(officers[0].actor.user)
    url = reverse("tenders:project", args=[project.number])
    assert "All three keys hold" in client.get(url, headers={"Accept-Language": "en"}).content.decode()
    actions.end_key(officers[0].actor, officers[0].key.pk, "丢失")
    assert "One key was given up" in client.get(url, headers={"Accept-Language": "en"}).content.decode()


def test_the_record_is_a_paper_for_buyers_and_bidders(tender, officers):
    (who, *_others), _lines = whole_opening(tender, officers, 3)
    with driven_clock(moment("2026-12-14 10:20")):
        actions.issue_record(officers[0].actor, tender.pk)
    paper = issued_before(tender.opening, "record")
    readers = Document.objects.visible_to(who[1].user)
    assert paper in readers
    assert paper not in Document.objects.visible_to(bidder()[1].user)
    page = sign_in(who[1].user).get(reverse("bids:opening", args=[tender.number])).content.decode()
    assert reverse("core:document", args=[paper.pk]) in page


def test_officers_are_named_on_their_page_and_a_wrong_choice_keeps_the_ticks(settings):
    people = three()
    with driven_clock(moment("2026-11-20 10:00")):
        project = announced()
        client = sign_in(officer().user)
        url = reverse("bids:openers", args=[project.number])
        two = [str(one.actor.user_id) for one in people[:2]]
        answer = client.post(url, {"officers": two})
        assert answer.status_code == 422
        assert answer.content.decode().count(" checked") == 2
        done = client.post(url, {"officers": [str(one.actor.user_id) for one in people]})
        assert done.status_code == 302


def test_demo_keys_are_shown_in_a_demonstration_only(settings):
    one = Officer()
    demo.keep(one.actor.user.username, one.private)
    assert demo.files_for(one.actor.user) == []
    settings.DEMO = True
    (file,) = demo.files_for(one.actor.user)
    assert bytes(demo.unpacked(json.loads(file["content"]), file["passphrase"])) == bytes(one.private)


def test_the_bidding_page_knows_the_lot_the_firm_and_what_is_wrong(tender):
    who = bidder()
    with driven_clock(moment("2026-12-01 10:00")):
        url = reverse("bids:bid", args=[tender.number, 1])
        body = sign_in(who[1].user).get(url).content.decode()
        assert book_of(tender).public in body
        stranger = sign_in(factories.citizen()).get(url).content.decode()
        assert book_of(tender).public not in stranger


# --- an opening that its tender has left behind -----------------------------------------------------------------------


def test_the_opening_of_an_evaluated_tender_shows_the_state_of_the_tender(tender, officers):
    closed(tender)
    tender.state = "evaluated"
    tender.save(update_fields=["state"])
    chief, guest = sign_in(officers[0].actor.user), Client()
    for client in (chief, guest):
        client.cookies["django_language"] = "en"
    with override("en"):  # the language of the pages is not left to the next test
        opening = reverse("bids:opening", args=[tender.number])
        for page in (
            chief.get(opening),
            guest.get(opening),
            guest.get(reverse("tenders:tender", args=[tender.number])),
        ):
            text = page.content.decode()
            assert "Evaluated" in text and "Deadline passed, sealed" not in text and "data-enter" not in text
        (row,) = chief.get(reverse("bids:openings")).context["rows"]
        assert row[2] == "blue"


# --- nothing to open, nothing to send -----------------------------------------------------------------------------------


def test_where_every_lot_has_too_few_bidders_the_officer_is_led_to_the_declaration_and_asked_for_no_key(
    tender, officers
):
    bid(tender, bidder())
    closed(tender)
    client = sign_in(officers[0].actor.user)
    page = client.get(reverse("bids:opening", args=[tender.number]), headers={"accept-language": "en"}).content.decode()
    assert "Every lot has fewer than 3 bidders" in page and "data-enter" not in page
    client.post(reverse("bids:lapse", args=[tender.number]))
    tender.refresh_from_db()
    assert tender.state == "failed"


def test_after_the_deadline_the_page_of_a_bid_says_so_and_asks_for_no_bond(officers):
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=1_000_000)]
    tender, who = receiving(officers, lots=lots), bidder()
    client, path = sign_in(who[1].user), reverse("bids:bid", args=[tender.number, 1])
    english = {"headers": {"accept-language": "en"}}
    with driven_clock(moment("2026-12-14 09:29")):
        assert "Give the bid bond" in client.get(path, **english).content.decode()
    late = client.get(path, **english).content.decode()
    assert "No bid is taken any more" in late and "Give the bid bond" not in late
