"""The bidder's own layer: two keys for each bid, a window by the database's clock, and who comes too late."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import override
from nacl.public import PrivateKey

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Event, Notification
from portal.core.rules import rule
from portal.core.time import driven_clock, local_date
from portal.people import second_factor
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement import sealing
from procurement.bids import actions, findings, own, policies, tasks
from procurement.bids.actions.decrypting import DecryptedTooLate, WrongOwnKey, undecrypted
from procurement.bids.models import OpenedBid, Opening, OwnLayer, Submission, WindowDecision
from procurement.bids.opener import open_next
from procurement.bids.rules import DECRYPT_MINUTES, REVOKED
from procurement.bids.writing import paper_of
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Bond
from tests import factories
from tests.bids.objects import bid, book_of, closed, key_of, opened, plain, receiving, sealed, stored, three
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
UNCOVERED = moment("2026-12-14 09:40")


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=LOTS, own_layer=True)


class Firm:
    """A bidder with a key of its own whose private half only this object has."""

    def __init__(self, tender, **fields):
        self.who, self.private = bidder(), PrivateKey.generate()
        self.bid = bid(tender, self.who, own=self.private, **fields)

    @property
    def user(self):
        return self.who[1].user

    def decrypt(self, minutes=5, key=None):
        with driven_clock(UNCOVERED + dt.timedelta(minutes=minutes)):
            text = key or key_of(self.bid, self.private)
            return own.hand_in(self.who[1], self.bid.book.lot.project_id, {self.bid.pk: text})


@pytest.fixture
def firms(tender):
    return [Firm(tender, price_fen=price) for price in (95_000_000, 94_000_000, 93_000_000)]


@pytest.fixture
def uncovered(tender, firms, officers):
    """The officers have done their part at 09:40."""
    closed(tender)
    return opened(tender, (officers[0], officers[1]))


def supervisor():
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def sweep(minutes):
    with driven_clock(UNCOVERED + dt.timedelta(minutes=minutes)):
        tasks.advance()


def swept(*span):
    """The portal is up: its sweep looks every two minutes."""
    for minutes in range(*span, 2):
        sweep(minutes)


# --- two layers -------------------------------------------------------------------------------------------------------


def test_after_the_officers_nothing_of_a_bid_is_readable_and_the_tender_is_not_opened(uncovered, tender, firms):
    assert uncovered.state == "decrypting"
    assert tender.state == "closed"
    assert not OpenedBid.objects.exists()
    assert OwnLayer.objects.count() == 3
    minutes = rule(DECRYPT_MINUTES, local_date(uncovered.due_at)).days
    assert uncovered.decrypt_until - uncovered.decrypt_from == dt.timedelta(minutes=minutes)
    # All that the officers have is the lot's key: the box under it opens with the bidder's key only.
    layer = OwnLayer.objects.first()
    with pytest.raises(sealing.CannotOpen):
        sealing.peel(__import__("base64").b64decode(layer.box), bytes(PrivateKey.generate()))


def test_the_lots_key_alone_opens_no_bid_with_an_own_layer():
    lot, mine = sealing.LotKey.generate(), PrivateKey.generate()
    bound = sealing.bound_to("JY-1/1", "9132")
    opening = sealing.opening_text(plain(), bytes(32))
    pieces = list(sealing.seal_bid(lot.public, bound, opening, [b"%PDF"], own_public=bytes(mine.public_key)))
    content = b"".join(pieces)
    sent = sealing.Sent(sealing.hashlib.sha256(content).hexdigest(), len(content), sealing.commitment(opening))
    assert sealing.open_bid(lambda: [content], sent, lot.private, bound).finding == "not_a_bid"
    box = sealing.uncover(lambda: [content], sent, lot.private)
    assert sealing.open_own(lambda: [content], sent, box[:32], bound).finding == "other_bidder"
    key = sealing.peel(box, bytes(mine))
    found = sealing.open_own(lambda: [content], sent, key, bound)
    assert (found.finding, found.fields["price_fen"]) == ("opened", 95_000_000)
    with pytest.raises(sealing.CannotOpen) as refused:
        sealing.uncover(lambda: [content[:-1]], sent, lot.private)
    assert refused.value.finding == "changed"


def test_when_all_have_decrypted_the_window_ends_at_once_and_the_bids_are_compared(uncovered, tender, firms):
    for n, firm in enumerate(firms, start=1):
        state = firm.decrypt(minutes=n).state
    tender.refresh_from_db()
    assert (state, tender.state) == ("opened", "opened")
    prices = [one.price_fen for one in OpenedBid.objects.in_order(tender.lots.get())]
    assert prices == [95_000_000, 94_000_000, 93_000_000]
    assert set(OwnLayer.objects.values_list("given_by", flat=True)) == {firm.user.pk for firm in firms}
    assert not any(OwnLayer.objects.values_list("key", flat=True))  # read, and forgotten


def test_who_does_not_decrypt_in_time_has_revoked_its_bid_and_its_bond_waits_for_a_decision(officers):
    lots = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=1_000_000)]
    tender = receiving(officers, lots=lots, own_layer=True)
    firms = [Firm(tender) for _n in range(3)]
    for firm in firms:
        Bond.objects.create(
            lot=tender.lots.get(), organisation=firm.who[0].organisation, kind="transfer", amount_fen=1_000_000,
            reference=f"T{firm.bid.pk}", state="held", declared_at=UNCOVERED, held_on=UNCOVERED.date(),
        )  # fmt: skip
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    for firm in firms[:2]:
        firm.decrypt()
    swept(2, 60)
    assert Opening.objects.get().state == "decrypting"  # 09:40 and 58 minutes
    with pytest.raises(DecryptedTooLate) as late:
        firms[2].decrypt(minutes=60)
    with override("en"):
        assert "ended at 2026-12-14 10:40:00; your key came at 2026-12-14 10:40:00" in str(late.value.message)
    sweep(60)
    tender.refresh_from_db()
    assert tender.state == "opened"
    lost = OpenedBid.objects.get(submission=firms[2].bid)
    assert (lost.finding, lost.price_fen, lost.fields) == (findings.NOT_DECRYPTED, None, {})
    check = findings.CHECKS[lost.finding]
    assert (check.fault, check.ground) == (sealing.Fault.BIDDER, REVOKED)
    with override("zh-hans"):
        assert "2026-12-14 10:40:00" in findings.sentence(lost.finding, lost.facts)
    assert OpenedBid.objects.in_order(tender.lots.get()).count() == 2  # the others are opened (article 31)
    marked = Bond.objects.exclude(undecided="").get()
    assert (marked.organisation, marked.state) == (firms[2].who[0].organisation, "held")
    assert Event.objects.filter(type="bond.marked").count() == 1
    with pytest.raises(DecryptedTooLate):
        firms[2].decrypt(minutes=70)


# --- wrong keys -------------------------------------------------------------------------------------------------------


def test_a_wrong_key_says_so_loses_nothing_and_the_right_one_comes_after_it(uncovered, firms):
    for key in ("00" * 32, PrivateKey.generate().encode().hex()):
        with pytest.raises(WrongOwnKey) as refused:
            firms[0].decrypt(key=key)
        with override("en"):
            assert "does not open your bid for lot 1" in str(refused.value.message)
    for junk in ("", "zz", "00" * 31, "00" * 33):
        with driven_clock(UNCOVERED), pytest.raises(Invalid):
            own.hand_in(firms[0].who[1], uncovered.project_id, {firms[0].bid.pk: junk})
    assert OwnLayer.objects.filter(given_at__isnull=False).count() == 0
    firms[0].decrypt()
    assert OpenedBid.objects.get().submission == firms[0].bid


def test_nobody_decrypts_for_another_firm(uncovered, firms, officers):
    key = key_of(firms[0].bid, firms[0].private)
    for actor in (firms[1].who[1], officers[0].actor, supervisor()):
        with driven_clock(UNCOVERED), pytest.raises(NotFound):
            own.hand_in(actor, uncovered.project_id, {firms[0].bid.pk: key})
    assert not policies.may_decrypt(firms[1].user, firms[0].bid)


def test_the_same_key_twice_is_one_decryption(uncovered, firms):
    first, second = firms[0].decrypt(), firms[0].decrypt(minutes=7)
    assert first.state == second.state == "decrypting"
    assert OpenedBid.objects.count() == 1


def test_before_the_officers_a_bidder_hears_that_it_is_too_early(tender, firms):
    closed(tender)
    with driven_clock(UNCOVERED), pytest.raises(WrongState):
        actions.give_own_key(firms[0].who[1], firms[0].bid.pk, bytes(32))


def test_the_bid_of_one_who_sealed_it_wrongly_is_opened_with_its_finding(tender, officers):
    """The commitment is checked with the bidder's key as well; what fails without it fails before the window."""
    good = [Firm(tender) for _n in range(2)]
    liar, private = bidder(), PrivateKey.generate()
    book = book_of(tender)
    content, _commitment = sealed(book, liar[0], plain(), None, private)
    with driven_clock(moment("2026-12-01 10:00")):
        sent = actions.submit(
            liar[1], book.lot_id, liar[0].organisation_id, stored(content, "a" * 64, private), sender="10.0.0.1"
        )
    other, key = bidder(), PrivateKey.generate()
    content, commitment = sealed(book, other[0], plain(), None, key)
    content = content[:7] + bytes(128) + content[135:]
    with driven_clock(moment("2026-12-01 10:00")):
        outer = actions.submit(
            other[1], book.lot_id, other[0].organisation_id, stored(content, commitment, key), sender="10.0.0.2"
        )
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert OpenedBid.objects.get().submission == outer
    assert OpenedBid.objects.get().finding == "other_key"
    for firm in good:
        firm.decrypt()
    with driven_clock(UNCOVERED + dt.timedelta(minutes=6)):
        own.hand_in(liar[1], tender.pk, {sent.pk: key_of(sent, private)})
    assert OpenedBid.objects.get(submission=sent).finding == "other_commitment"
    assert Opening.objects.get().state == "opened"


def test_the_layer_is_asked_for_where_the_notice_does_and_only_there(tender, officers):
    with pytest.raises(Invalid) as refused:
        bid(tender)
    assert refused.value.code == "no_own_layer"
    usual = receiving(officers, lots=LOTS)
    with pytest.raises(Invalid) as refused:
        bid(usual, own=PrivateKey.generate())
    assert refused.value.code == "own_layer"


def test_an_upload_without_the_layer_is_refused_by_its_first_bytes(tender):
    (profile, agent), key = bidder(), PrivateKey.generate()
    content, commitment = sealed(book_of(tender), profile)
    client = Client()
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    headers = {
        "X-Bid-Organisation": str(profile.organisation_id), "X-Bid-SHA256": sealing.hashlib.sha256(content).hexdigest(),
        "X-Bid-Commitment": commitment, "X-Bid-Own-Key": bytes(key.public_key).hex(), "Accept": "application/json",
    }  # fmt: skip
    with driven_clock(moment("2026-12-01 10:00")):
        path = reverse("bids:upload", args=[tender.number, 1])
        answer = client.post(path, content, content_type="application/octet-stream", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_sealed")
    assert not Submission.objects.exists()


# --- the window -------------------------------------------------------------------------------------------------------


def test_an_outage_holds_the_window_until_a_supervisor_has_lengthened_it(uncovered, tender, firms, officers):
    chief = supervisor()
    for firm in firms[:2]:
        firm.decrypt()
    swept(2, 41)
    sweep(65)  # nobody looked from 10:20 until after the end at 10:40
    opening = Opening.objects.get()
    assert (opening.state, opening.outage_minutes) == ("decrypting", 20)
    assert Notification.objects.filter(user=chief.user, template="bids.outage").exists()
    with driven_clock(UNCOVERED + dt.timedelta(minutes=66)), pytest.raises(WrongState) as refused:
        actions.conclude(officers[0].actor, tender.pk)
    with override("en"):
        assert "out for 20 minutes" in str(refused.value.message)
    with driven_clock(UNCOVERED + dt.timedelta(minutes=70)):
        made = actions.decide_window(chief, tender.pk, 30, "10:20 至 10:45 平台机房断电")
    assert made.until_after == UNCOVERED + dt.timedelta(minutes=100)
    assert firms[2].decrypt(minutes=99).state == "opened"
    assert OpenedBid.objects.in_order(tender.lots.get()).count() == 3
    text = json.dumps(
        [str(block) for block in paper_of(Opening.objects.get()).letters["zh"].blocks], ensure_ascii=False
    )
    assert "平台机房断电" in text


def test_a_supervisor_lets_the_window_stand_where_the_outage_hindered_nobody(uncovered, tender, firms):
    chief = supervisor()
    firms[0].decrypt()
    sweep(30)
    sweep(61)
    assert Opening.objects.get().state == "decrypting"
    with driven_clock(UNCOVERED + dt.timedelta(minutes=62)):
        actions.decide_window(chief, tender.pk, 0, "仅后台任务中断，解密页面正常")
    sweep(63)
    assert Opening.objects.get().state == "opened"
    assert OpenedBid.objects.filter(finding=findings.NOT_DECRYPTED).count() == 2


@pytest.mark.parametrize(
    ("minutes", "reason"), [(0, "无故障"), (-1, "断电"), (9999, "断电"), (30, "  "), (30, "断" * 301)]
)
def test_a_decision_on_the_window_without_ground_is_refused(uncovered, tender, minutes, reason):
    with driven_clock(UNCOVERED), pytest.raises(Invalid):
        actions.decide_window(supervisor(), tender.pk, minutes, reason)
    assert not WindowDecision.objects.exists()
    assert Opening.objects.get().decrypt_until == uncovered.decrypt_until


def test_only_a_supervisor_without_a_side_decides_on_the_window(uncovered, tender, firms, officers):
    bidding = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    firms[0].who[0].organisation.memberships.create(user=bidding.user, starts_on=dt.date(2020, 1, 1))
    for actor in (officers[0].actor, officer(), firms[0].who[1], bidding):
        with driven_clock(UNCOVERED), pytest.raises(NotAllowed):
            actions.decide_window(actor, tender.pk, 30, "断电")


def test_an_officer_ends_the_window_when_its_time_is_over_and_not_before(uncovered, tender, firms, officers):
    with driven_clock(UNCOVERED + dt.timedelta(minutes=59)), pytest.raises(WrongState):
        actions.conclude(officers[0].actor, tender.pk)
    with driven_clock(UNCOVERED + dt.timedelta(minutes=61)):
        with pytest.raises(NotAllowed):
            actions.conclude(officer(), tender.pk)
        assert actions.conclude(officers[0].actor, tender.pk).state == "opened"
    assert OpenedBid.objects.filter(finding=findings.NOT_DECRYPTED).count() == 3


def test_a_key_that_came_in_time_counts_although_the_process_died_before_the_bid_was_read(uncovered, tender, firms):
    with driven_clock(UNCOVERED + dt.timedelta(minutes=59)):
        key = bytes.fromhex(key_of(firms[0].bid, firms[0].private))
        actions.give_own_key(firms[0].who[1], firms[0].bid.pk, key)  # and then the process was killed
    with driven_clock(UNCOVERED + dt.timedelta(minutes=61)), pytest.raises(WrongState):
        actions.conclude(firms[0].who[1], tender.pk)
    swept(2, 60)
    sweep(61)
    assert OpenedBid.objects.get(submission=firms[0].bid).finding == ""
    assert OpenedBid.objects.filter(finding=findings.NOT_DECRYPTED).count() == 2
    assert OwnLayer.objects.get(submission=firms[0].bid).key == ""


def test_an_opening_that_broke_off_while_layers_were_taken_off_goes_on(tender, firms, officers):
    from tests.bids.objects import give_parts, lot_keys

    closed(tender)
    with driven_clock(UNCOVERED):
        for one in officers[:2]:
            give_parts(tender, one)
        keys = lot_keys(tender, officers[1])
        left = open_next(officers[1].actor, tender.pk, keys, seconds=0)
        assert (left, OwnLayer.objects.count()) == (2, 1)
        with pytest.raises(WrongState):
            actions.uncover(officers[1].actor, tender.pk)
    opened(tender, (officers[0], officers[1]))
    assert OwnLayer.objects.count() == 3
    assert Opening.objects.get().state == "decrypting"


# --- the pages --------------------------------------------------------------------------------------------------------


def get(user, tender, name="bids:opening", **headers):
    client = Client()
    if user:
        client.force_login(user, backend="portal.people.backends.AccountBackend")
    client.cookies["django_language"] = "en"
    return client.get(reverse(name, args=[tender.number]), headers={"Accept-Language": "en", **headers})


def test_the_live_page_shows_who_has_decrypted_and_no_price(uncovered, tender, firms):
    firms[0].decrypt()
    with driven_clock(UNCOVERED + dt.timedelta(minutes=10)), translation.override("en"):
        page = get(None, tender).content.decode()
    assert page.count("waits for its bidder") == 2
    assert "Hash and commitment right" in page
    assert "950,000" not in page
    assert 'data-left="3000"' in page


def test_a_bidder_gets_the_boxes_of_its_own_bids_only(uncovered, tender, firms):
    with driven_clock(UNCOVERED):
        told = get(firms[0].user, tender, "bids:own-boxes").json()
        assert [one["submission"] for one in told["boxes"]] == [firms[0].bid.pk]
        assert told["boxes"][0]["public"] == bytes(firms[0].private.public_key).hex()
        assert get(firms[1].user, tender, "bids:own-boxes").json() != told
        assert get(factories.citizen(), tender, "bids:own-boxes").json()["boxes"] == []


def test_the_page_of_a_decryption_costs_as_many_queries_with_many_bids_as_with_few(
    officers, django_assert_max_num_queries
):
    counts = []
    for bids in (3, 9):
        tender = receiving(officers, lots=LOTS, own_layer=True)
        firms = [Firm(tender) for _n in range(bids)]
        closed(tender)
        opened(tender, (officers[0], officers[1]))
        firms[0].decrypt()
        with driven_clock(UNCOVERED + dt.timedelta(minutes=6)):
            get(firms[1].user, tender)
            with django_assert_max_num_queries(46) as seen:
                get(firms[1].user, tender)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_a_supervisor_typed_wrongly_stays_in_its_field(uncovered, tender, monkeypatch):
    monkeypatch.setattr(second_factor, "is_due", lambda *_args: False)
    client = Client()
    client.force_login(supervisor().user, backend="portal.people.backends.AccountBackend")
    with driven_clock(UNCOVERED + dt.timedelta(minutes=1)):
        page = client.post(reverse("bids:window", args=[tender.number]), {"minutes": "半小时", "reason": "机房断电"})
        assert page.status_code == 422
        assert "半小时" in page.content.decode()
        assert "机房断电" in page.content.decode()
        done = client.post(reverse("bids:window", args=[tender.number]), {"minutes": "30", "reason": "机房断电"})
    assert done.status_code == 302
    assert WindowDecision.objects.get().minutes == 30


def test_the_bidders_are_told_to_decrypt_and_nobody_who_has_no_bid(uncovered, firms):
    told = set(Notification.objects.filter(template="bids.decrypt").values_list("user", flat=True))
    assert told == {firm.user.pk for firm in firms}


def test_undecrypted_bids_are_named_in_the_order_of_their_receipts(uncovered, firms):
    assert [one.submission_id for one in undecrypted(uncovered)] == [firm.bid.pk for firm in firms]
