"""The opening: two of three officers, every way a bid can fail and whose fault it is, and what only shows side by side."""

import base64
import datetime as dt
import os

import pytest
from django.core.files.storage import default_storage
from django.utils.translation import override

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.models.files import blob_path
from portal.core.rules import add_version
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Posting, User
from portal.people.roles import Role
from procurement import sealing
from procurement.bidders import actions as bidding
from procurement.bidders.actions import RestrictionDraft
from procurement.bids import actions, findings
from procurement.bids.actions.opening import TooEarly, TooFew, WrongKey
from procurement.bids.models import Book, OpenedBid, OpenedFile, OpeningPart
from procurement.bids.opener import open_next
from procurement.sealing import Fault
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Bond, Project
from tests import factories
from tests.bids.objects import (
    DEADLINE,
    FRIDAY,
    bid,
    book_of,
    closed,
    give_parts,
    lot_keys,
    opened,
    plain,
    receiving,
    sealed,
    stored,
    three,
)
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
AT_OPENING = "2026-12-14 09:40"


def lots(**more):
    values = {"name": "一标段", "budget_fen": 100_000_000, "control_price_fen": 98_000_000, "bond_fen": 0, **more}
    return [LotDraft(**values)]


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def tender(officers):
    return receiving(officers, lots=lots())


def found(submission):
    return OpenedBid.objects.get(submission=submission)


def open_with(tender, officers, *more):
    """Two good bids beside those of the test, then the whole opening by the first two officers."""
    for _n in range(2):
        bid(tender)
    closed(tender)
    return opened(tender, (officers[0], officers[1]))


# --- two of three -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (1, 2)])
def test_any_two_of_three_officers_open_and_the_names_stand_in_the_record(tender, officers, first, second):
    for _n in range(3):
        bid(tender)
    closed(tender)
    opening = opened(tender, (officers[first], officers[second]))
    assert tender.state == "opened"
    assert opening.state == "opened"
    assert opening.opened_by == f"{officers[first].actor.name}、{officers[second].actor.name}"
    bids = OpenedBid.objects.in_order(tender.lots.get())
    assert [one.price_fen for one in bids] == [95_000_000] * 3
    assert bids[0].fields == {"price_fen": 95_000_000, "period_days": 120, "quality": "合格", "leader": "王工"}
    assert OpenedFile.objects.filter(bid=bids[0]).get().file.mime == "application/pdf"
    assert not OpeningPart.objects.exists()  # nothing is left with which one officer alone could open again


def test_one_officer_alone_gets_no_key(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, officers[0])
        assert lot_keys(tender, officers[0]) == {}
        with pytest.raises(WrongKey) as refused:
            actions.begin(officers[0].actor, tender.pk, {tender.lots.get().pk: bytes(officers[0].private)})
    assert "1" in refused.value.message
    assert not OpenedBid.objects.exists()


def test_a_lost_key_of_one_officer_loses_no_bid(tender, officers):
    """The key was given up after the bids were sealed: the other two open."""
    for _n in range(3):
        bid(tender)
    actions.end_key(officers[0].actor, officers[0].key.pk, "文件丢失")
    closed(tender)
    opened(tender, (officers[1], officers[2]))
    assert OpenedBid.objects.filter(finding="").count() == 3


def test_the_part_of_a_wrong_key_opens_nothing_and_is_replaced_by_the_right_one(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    book = book_of(tender)
    other = officers[1].actor.user_id
    with driven_clock(moment(AT_OPENING)):
        junk = base64.b64encode(os.urandom(80)).decode()
        actions.give_part(officers[0].actor, tender.pk, {book.lot_id: {other: junk}})
        with pytest.raises(sealing.CannotOpen):
            lot_keys(tender, officers[1])
        give_parts(tender, officers[0])
        assert lot_keys(tender, officers[1])


@pytest.mark.parametrize("box", ["", "no base64!", "QUJD"])
def test_what_is_no_part_is_refused(tender, officers, box):
    closed(tender)
    with driven_clock(moment(AT_OPENING)), pytest.raises(Invalid):
        actions.give_part(officers[0].actor, tender.pk, {book_of(tender).lot_id: {officers[1].actor.user_id: box}})


def test_the_inner_officer_cannot_give_the_outer_part(tender, officers):
    closed(tender)
    box = base64.b64encode(os.urandom(80)).decode()
    with driven_clock(moment(AT_OPENING)), pytest.raises(Invalid):
        actions.give_part(officers[1].actor, tender.pk, {book_of(tender).lot_id: {officers[0].actor.user_id: box}})


def test_others_officers_and_party_members_take_no_part(tender, officers):
    closed(tender)
    stranger = officer()
    with driven_clock(moment(AT_OPENING)):
        with pytest.raises(NotAllowed):
            actions.give_part(stranger, tender.pk, {})
        # An officer who has meanwhile become an agent of the buyer is a party.
        Membership.objects.create(
            organisation=tender.buyer, user=officers[0].actor.user, starts_on=dt.date(2020, 1, 1)
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            give_parts(tender, officers[0])
        Posting.objects.filter(user=officers[1].actor.user).update(ends_on=dt.date(2026, 12, 1))
        left = actor_of(User.objects.get(pk=officers[1].actor.user_id), Role.PROCUREMENT_OFFICER)
        with pytest.raises(NotAllowed):
            actions.give_part(left, tender.pk, {})


def test_nothing_opens_before_the_time_of_the_database(tender, officers):
    for _n in range(3):
        bid(tender)
    with driven_clock(moment("2026-12-14 09:00")), pytest.raises(WrongState):
        give_parts(tender, officers[0])
    closed(tender)
    with driven_clock(moment(DEADLINE) - dt.timedelta(seconds=1)), pytest.raises(TooEarly) as refused:
        give_parts(tender, officers[0])
    assert refused.value.code == "too_early"


def test_two_openings_at_once_open_each_bid_once(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, officers[0])
        give_parts(tender, officers[1])
        one, two = lot_keys(tender, officers[1]), lot_keys(tender, officers[2])
        assert one == two  # the same key by two ways
        actions.begin(officers[1].actor, tender.pk, one)
        actions.begin(officers[2].actor, tender.pk, two)
        assert open_next(officers[1].actor, tender.pk, one, seconds=0) == 2
        assert open_next(officers[2].actor, tender.pk, two) == 0
        first = actions.finish(officers[1].actor, tender.pk)
        again = actions.finish(officers[2].actor, tender.pk)
    assert OpenedBid.objects.count() == 3
    assert again.opened_at == first.opened_at
    assert open_next(officers[1].actor, tender.pk, one) == 0


def test_an_opening_that_was_interrupted_goes_on_with_another_pair(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, officers[0])
        keys = lot_keys(tender, officers[1])
        assert open_next(officers[1].actor, tender.pk, keys, seconds=0) == 2
        with pytest.raises(WrongState):
            actions.finish(officers[1].actor, tender.pk)
    opened(tender, (officers[1], officers[2]))
    assert OpenedBid.objects.count() == 3


# --- too few ----------------------------------------------------------------------------------------------------------


def test_with_fewer_than_three_bidders_nothing_is_opened_and_the_tender_fails(tender, officers):
    for _n in range(2):
        bid(tender)
    closed(tender)
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, officers[0])
        with pytest.raises(TooFew) as refused:
            actions.begin(officers[1].actor, tender.pk, lot_keys(tender, officers[1]))
        assert "3" in refused.value.message
        opening = actions.lapse(officers[1].actor, tender.pk)
    tender.refresh_from_db()
    assert (opening.state, tender.state) == ("lapsed", "failed")
    assert "3" in tender.note
    assert not OpenedBid.objects.exists()


def test_a_withdrawn_bid_is_no_bidder_and_a_second_version_no_second_one(tender, officers):
    who = bidder()
    bid(tender, who)
    bid(tender, who, at="2026-12-02 10:00", price_fen=94_000_000)
    bid(tender)
    gone = bidder()
    bid(tender, gone)
    with driven_clock(moment("2026-12-02 11:00")):
        actions.withdraw(gone[1], tender.lots.get().pk, gone[0].organisation_id, sender="")
    closed(tender)
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, officers[0])
        with pytest.raises(TooFew):
            actions.begin(officers[1].actor, tender.pk, lot_keys(tender, officers[1]))


def test_enough_bidders_cannot_be_declared_too_few(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    with driven_clock(moment(AT_OPENING)), pytest.raises(WrongState):
        actions.lapse(officers[0].actor, tender.pk)


def test_a_lot_with_too_few_bidders_stays_sealed_while_the_other_is_opened(officers):
    tender = receiving(officers, lots=[*lots(), *lots(name="二标段")])
    for _n in range(3):
        bid(tender, lot=1)
    kept = bid(tender, lot=2)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert tender.state == "opened"
    assert [book.outcome for book in Book.objects.order_by("lot__number")] == ["opened", "short"]
    assert not OpenedBid.objects.filter(submission=kept).exists()


@pytest.mark.parametrize(("method", "category", "least"), [("single", "government", 1), ("listing", "land", 1)])
def test_a_single_source_and_a_listing_need_one_bidder_only(officers, method, category, least):
    tender = receiving(officers, method=method, category=category, lots=lots(control_price_fen=None))
    if tender.state == "receiving":
        bid(tender, price_fen=100_000_000)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert OpenedBid.objects.filter(finding="").count() == least


# --- every way a bid can fail -----------------------------------------------------------------------------------------


def corrupt(submission):
    path = default_storage.path(blob_path(submission.sha256))
    with open(path, "r+b") as file:
        file.seek(-3, 2)
        file.write(b"xyz")


def lose(submission):
    os.unlink(default_storage.path(blob_path(submission.sha256)))


@pytest.mark.parametrize(("harm", "finding"), [(corrupt, "changed"), (lose, "lost")])
def test_a_file_that_was_changed_or_lost_here_is_the_centres_fault(tender, officers, harm, finding):
    one = bid(tender)
    harm(one)
    open_with(tender, officers)
    got = found(one)
    assert got.finding == finding
    assert findings.CHECKS[finding].fault is Fault.CENTRE
    with override("en"):
        assert "the trading centre's fault" in findings.sentence(got.finding, got.facts)
    assert (got.price_fen, got.fields) == (None, {})
    assert OpenedBid.objects.in_order(tender.lots.get()).count() == 2


def sent(tender, content, commitment):
    profile, agent = bidder()
    with driven_clock(moment("2026-12-01 10:00")):
        return actions.submit(
            agent, tender.lots.get().pk, profile.organisation_id, stored(content, commitment), sender=""
        )


def not_a_bid(tender):
    return sent(tender, b"%PDF-1.7 " + bytes(500), "0" * 64)


def other_key(tender):
    book = book_of(tender)
    profile, _agent = bidder()
    book.public = sealing.LotKey.generate().public.hex()
    return sent(tender, *sealed(book, profile))


def other_bidder(tender):
    """Somebody else's envelope, copied byte for byte."""
    return sent(tender, *sealed(book_of(tender), bidder()[0]))


def own(tender, change, fields=None):
    profile, agent = bidder()
    content, commitment = sealed(book_of(tender), profile, fields, {"投标文件.pdf": bytes(100_000)})
    if change:
        content, commitment = change(content, commitment)
    with driven_clock(moment("2026-12-01 10:00")):
        return actions.submit(
            agent, tender.lots.get().pk, profile.organisation_id, stored(content, commitment), sender=""
        )


def damaged(tender):
    return own(tender, lambda content, commitment: (content + b"more", commitment))


def other_commitment(tender):
    return own(tender, lambda content, _commitment: (content, "a" * 64))


def files_differ(tender):
    return own(tender, None, plain(files=[{"name": "投标文件.pdf", "size": 5_000}]))


WAYS = {
    "not_a_bid": not_a_bid, "other_key": other_key, "other_bidder": other_bidder, "damaged": damaged,
    "other_commitment": other_commitment, "files_differ": files_differ,
}  # fmt: skip


@pytest.mark.parametrize("finding", WAYS)
def test_a_bid_that_was_sent_broken_is_the_bidders_fault(tender, officers, finding):
    one = WAYS[finding](tender)
    open_with(tender, officers)
    got = found(one)
    assert got.finding == finding
    assert findings.CHECKS[finding].fault is Fault.BIDDER
    assert not OpenedFile.objects.filter(bid=got).exists()
    assert OpenedBid.objects.filter(finding="").count() == 2  # the others go on (measures on electronic tendering, 31)


@pytest.mark.parametrize(
    "price",
    [None, 0, -5, 1.5, True, "95000000", 10**17],
    ids=["none", "zero", "minus", "float", "bool", "text", "huge"],
)
def test_a_bid_without_a_price_in_whole_fen_does_not_count(tender, officers, price):
    if isinstance(price, float):
        with pytest.raises(TypeError):
            bid(tender, price_fen=price)
        return
    one = bid(tender, price_fen=price)
    open_with(tender, officers)
    assert (found(one).finding, found(one).price_fen) == ("no_price", None)


def test_a_price_over_the_control_price_is_read_out_and_does_not_count(tender, officers):
    one, exact = bid(tender, price_fen=98_000_001), bid(tender, price_fen=98_000_000)
    open_with(tender, officers)
    got = found(one)
    assert (got.finding, got.price_fen) == ("over_control", 98_000_001)
    assert "980,000.01" in findings.sentence(got.finding, got.facts)
    assert found(exact).finding == ""


def test_without_a_control_price_the_budget_binds_government_procurement_only(officers):
    government = receiving(officers, category="government", lots=lots(control_price_fen=None))
    over = bid(government, price_fen=100_000_001)
    open_with(government, officers)
    assert found(over).finding == "over_budget"
    works = receiving(officers, lots=lots(control_price_fen=None))
    above = bid(works, price_fen=100_000_001)
    open_with(works, officers)
    assert found(above).finding == ""


def test_a_sale_refuses_what_lies_below_the_starting_price(officers):
    tender = receiving(officers, method="auction", category="land", lots=lots(control_price_fen=None))
    below, start = bid(tender, price_fen=99_999_999), bid(tender, price_fen=100_000_000)
    bid(tender, price_fen=150_000_000)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert found(below).finding == "below_start"
    assert found(start).finding == ""


def head(profile, agent, number):
    with driven_clock(moment(FRIDAY)):
        bidding.add_person(agent, profile.pk, kind="legal_person", name="李四", identity=number)


def test_two_of_three_bidders_with_one_legal_person_are_both_out_and_named_to_each_other(tender, officers):
    number = factories.resident_number(77)
    pair = [bidder("海州甲建设有限公司"), bidder("海州乙建设有限公司")]
    for who in pair:
        head(*who, number)
    third = bidder()
    head(*third, factories.resident_number(78))
    bids = [bid(tender, who) for who in (*pair, third)]
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert [found(one).finding for one in bids] == ["same_legal_person", "same_legal_person", ""]
    assert "海州乙建设有限公司" in findings.sentence("same_legal_person", found(bids[0]).facts)
    assert tender.state == "opened"


def test_a_firm_listed_after_bidding_is_out_with_the_ground(tender, officers):
    who = bidder()
    one = bid(tender, who)
    draft = RestrictionDraft(
        uscc=who[0].organisation.uscc, name=who[0].organisation.name, kind="blacklist", ground="串通投标",
        source="海建罚〔2026〕第12号", authority="住建局", starts_on=dt.date(2026, 12, 10), ends_on=None, appeal="复议",
    )  # fmt: skip
    with driven_clock(moment("2026-12-10 10:00")):
        bidding.restrict(officer(), draft)
    open_with(tender, officers)
    got = found(one)
    assert got.finding == "restricted"
    assert "海建罚〔2026〕第12号" in findings.sentence(got.finding, got.facts)


def test_without_a_bond_a_bid_is_out_and_one_that_waits_for_the_centre_is_not(officers):
    tender = receiving(officers)
    lot = tender.lots.get()
    without, waiting, refused = bidder(), bidder(), bidder()
    values = {"lot": lot, "kind": "transfer", "amount_fen": lot.bond_fen, "declared_at": moment("2026-12-01 10:00")}
    Bond.objects.create(organisation=waiting[0].organisation, reference="ZZ1", **values)
    Bond.objects.create(organisation=refused[0].organisation, reference="ZZ2", state="rejected", **values)
    bids = [bid(tender, who) for who in (without, waiting, refused)]
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    assert [found(one).finding for one in bids] == ["no_bond", "", "no_bond"]


def test_every_finding_rests_on_a_dated_rule_whose_source_a_later_law_changes():
    on, works = dt.date(2026, 12, 14), Project(category="construction")
    held = findings.grounds(works, on)
    assert held.keys() == findings.CHECKS.keys()
    assert held["no_bond"].unverified
    assert not held["over_control"].unverified
    with driven_clock(moment("2026-12-01 10:00")):
        add_version(
            Actor.system("test"),
            "bids.ground.shared",
            value=[36],
            valid_from=dt.date(2027, 1, 1),
            source="新条例第三十六条",
        )
    assert findings.grounds(works, on)["same_legal_person"].source == "《中华人民共和国招标投标法实施条例》第三十四条"
    assert findings.grounds(works, dt.date(2027, 1, 4))["same_legal_person"].source == "新条例第三十六条"


def test_with_two_keys_lost_the_bids_stay_closed_for_good_and_the_tender_can_only_end(tender, officers):
    for _n in range(3):
        bid(tender)
    closed(tender)
    for lost in (officers[0], officers[2]):
        actions.end_key(lost.actor, lost.key.pk, "密钥文件损坏，无法读取")
    left = officers[1]
    with driven_clock(moment(AT_OPENING)):
        give_parts(tender, left)
        assert lot_keys(tender, left) == {}
        with pytest.raises(WrongKey):
            actions.begin(left.actor, tender.pk, {book_of(tender).lot_id: bytes(left.private)})
        with pytest.raises(WrongState):
            actions.lapse(left.actor, tender.pk)
        tender.refresh_from_db()
        version, note = tender.state_version, "两名开标人员的密钥遗失，无法解密"
        tendering.take_step(left.actor, tender.pk, "terminate", {"note": note}, state_version=version)
        assert actions.follow(tender.pk).state == "void"
    assert not OpenedBid.objects.exists()
