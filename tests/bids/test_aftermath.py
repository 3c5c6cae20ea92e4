"""After an opening: confirmations, objections on the spot, the record, and who reads the documents."""

import pytest

from portal.core.documents import issued_before
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.time import driven_clock
from procurement.bids import actions, policies
from procurement.bids.models import OpenedBid, OpenedFile
from procurement.bids.tasks import advance
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions import take_step as tender_step
from tests import factories
from tests.bids.objects import (
    bid,
    closed,
    give_parts,
    opened,
    receiving,
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


def after(tender, officers):
    who = bidder()
    one = bid(tender, who)
    open_with(tender, officers)
    return who, one


def test_a_bidder_confirms_objects_and_is_answered_and_the_record_says_all_of_it(tender, officers):
    (profile, agent), one = after(tender, officers)
    with driven_clock(moment("2026-12-14 09:45")):
        actions.confirm(agent, tender.pk, profile.organisation_id)
        objection = actions.object_to(agent, tender.pk, profile.organisation_id, "第二家的报价与读出的不一致")
        with pytest.raises(WrongState):
            actions.issue_record(officers[0].actor, tender.pk)
        actions.answer_objection(officers[0].actor, tender.pk, objection.pk, "已当场核对，读出的与密封内容一致。")
        with pytest.raises(WrongState):  # the others have not confirmed, and the time is not over
            actions.issue_record(officers[0].actor, tender.pk)
    with driven_clock(moment("2026-12-14 10:11")):
        opening = actions.issue_record(officers[0].actor, tender.pk)
    assert found(one).confirmed_by == agent.name
    assert opening.state == "recorded"
    paper = issued_before(opening, "record")
    assert paper.title == "开标记录"
    assert "已当场核对" in paper.data
    assert profile.organisation.name in paper.data


def test_the_record_comes_by_itself_when_the_time_for_objections_is_over(tender, officers):
    after(tender, officers)
    with driven_clock(moment("2026-12-14 10:11")):
        assert advance()["recorded"] == 1
    assert issued_before(tender.opening, "record") is not None


def test_an_objection_that_waits_holds_the_record_up(tender, officers):
    (profile, agent), _one = after(tender, officers)
    with driven_clock(moment("2026-12-14 09:45")):
        actions.object_to(agent, tender.pk, profile.organisation_id, "异议")
    with driven_clock(moment("2026-12-14 11:00")):
        assert advance()["recorded"] == 0


def test_objections_are_taken_on_the_spot_only_and_from_bidders_only(tender, officers):
    (profile, agent), _one = after(tender, officers)
    stranger, other = bidder()
    with driven_clock(moment("2026-12-14 09:45")):
        with pytest.raises(NotFound):
            actions.object_to(other, tender.pk, stranger.organisation_id, "异议")
        with pytest.raises(Invalid):
            actions.object_to(agent, tender.pk, profile.organisation_id, "  ")
        with pytest.raises(NotFound):
            actions.confirm(other, tender.pk, stranger.organisation_id)
    with driven_clock(moment("2026-12-14 10:30")), pytest.raises(WrongState):
        actions.object_to(agent, tender.pk, profile.organisation_id, "异议")


def test_a_tender_that_ends_before_leaves_its_bids_sealed(tender, officers):
    bid(tender)
    with driven_clock(moment("2026-12-02 10:00")):
        tender_step(officer(), tender.pk, "terminate", {"note": "规划调整"}, state_version=tender.state_version)
        opening = actions.follow(tender.pk)
    assert opening.state == "void"
    with driven_clock(moment(AT_OPENING)), pytest.raises(WrongState):
        give_parts(tender, officers[0])


def test_sealed_files_are_read_by_nobody_and_documents_by_those_who_may(tender, officers):
    from procurement.bids.registrations import may_read_document, nobody

    (_profile, agent), one = after(tender, officers)
    file = OpenedFile.objects.get(bid=found(one)).file
    assert not nobody(officers[0].actor.user, one.file)
    assert may_read_document(officers[0].actor.user, file)
    assert may_read_document(agent.user, file)
    assert not may_read_document(bidder()[1].user, file)


def test_documents_are_told_to_those_whom_the_rooms_above_name(tender, officers):
    """The committee registers itself; before the opening that helps nobody."""
    _who, one = after(tender, officers)
    member = factories.citizen()
    assert not policies.may_read_bid_documents(member, found(one))
    policies.register_document_reader(named := (lambda user, project: (user, project) == (member, tender)))
    try:
        assert policies.may_read_bid_documents(member, found(one))
    finally:
        policies._readers.remove(named)
