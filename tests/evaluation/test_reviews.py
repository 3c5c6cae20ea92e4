"""Reviews by majority, clarification before a rejection counts, corrections, low prices, too few bids."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import DatedRule, Notification
from portal.core.rules import forget
from portal.core.time import driven_clock
from procurement.evaluation import actions
from procurement.evaluation.actions import Finding
from procurement.evaluation.models import Candidate, Clarification, Rejection
from procurement.evaluation.tasks import lapse
from procurement.experts.models import PanelMember
from tests.evaluation.objects import LOWEST, MOMENT, Committee, seat, sheet_draft

pytestmark = pytest.mark.django_db
LATER = MOMENT + dt.timedelta(minutes=61)


@pytest.fixture(autouse=True)
def _morning():
    with driven_clock(MOMENT):
        yield


def government(**more) -> Committee:
    return Committee(category="government", **more)


# --- the majority -----------------------------------------------------------------------------------------------------


def test_one_member_alone_rejects_nobody():
    committee = Committee().seated()
    committee.judge(committee.members[0], failing=[1])
    for actor in committee.members[1:]:
        committee.judge(actor)
    committee.step("close_reviews")
    assert not Rejection.objects.exists()


def test_the_majority_asks_the_bidder_with_what_is_missing_and_no_names():
    committee = Committee().seated().reviewed(failing=[1])
    rejection = Rejection.objects.get()
    assert (rejection.bid, rejection.ground, rejection.outcome) == (committee.bid(1), "conformity", "open")
    assert rejection.text == "投标文件签字盖章齐全：缺少公章"
    assert not any(one.user.name in rejection.text for one in committee.seats)
    told = Notification.objects.get(template="evaluation.asked")
    assert told.user == committee.bidders[1][1].user
    assert not committee.bid(1).rejected


def test_failing_somebody_says_what_is_missing():
    committee = Committee().seated()
    bid, criterion = committee.bid(0), committee.one().lot.sheet.criteria.first()
    with pytest.raises(Invalid) as refused:
        actions.judge(committee.chair, committee.one().pk, [Finding(bid.pk, criterion.pk, passed=False)])
    assert set(refused.value.fields) == {f"note_{bid.pk}_{criterion.pk}"}


def test_findings_on_bids_of_another_lot_or_on_scored_criteria_are_refused():
    committee = Committee(lots=2).seated()
    one, other = committee.one(1), committee.bid(0, lot=2)
    review = one.lot.sheet.criteria.get(part="conformity")
    scored = one.lot.sheet.criteria.get(part="technical")
    for bid, criterion in ((other, review), (committee.bid(0), scored)):
        with pytest.raises(NotFound):
            actions.judge(committee.chair, one.pk, [Finding(bid.pk, criterion.pk, passed=True)])


def test_the_reviews_are_not_closed_around_a_missing_member():
    committee = Committee().seated()
    for actor in committee.members[:2]:
        committee.judge(actor)
    with pytest.raises(WrongState) as refused:
        committee.step("close_reviews")
    assert "6" in str(refused.value)
    committee.judge(committee.members[2])
    late = seat(committee.panel, state="called")
    with pytest.raises(WrongState):
        committee.step("close_reviews")
    late.delete()
    with pytest.raises(Stale):
        actions.close_reviews(committee.chair, committee.one().pk, state_version=7)
    assert committee.step("close_reviews").state == "clarifying"
    with pytest.raises(WrongState):
        committee.judge(committee.members[0])


# --- clarification and confirmation -----------------------------------------------------------------------------------


def test_a_rejection_counts_only_after_the_answer_and_the_votes_of_all():
    committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated().reviewed(failing=[1])
    rejection = Rejection.objects.get()
    with pytest.raises(WrongState) as early:
        committee.voted(1, reject=True)
    assert str(early.value)
    with pytest.raises(WrongState):
        committee.step("proceed")
    committee.answered(1)
    for actor in committee.members[:2]:
        actions.vote(actor, rejection.pk, reject=True, reason="确无公章")
    rejection.refresh_from_db()
    assert rejection.outcome == "open"
    with pytest.raises(WrongState):
        committee.step("proceed")
    with pytest.raises(Invalid):
        actions.vote(committee.members[2], rejection.pk, reject=False, reason=" ")
    actions.vote(committee.members[2], rejection.pk, reject=False, reason="第三页有章")
    rejection.refresh_from_db()
    assert (rejection.outcome, rejection.reason) == ("confirmed", "确无公章")
    assert committee.bid(1).rejected
    with pytest.raises(WrongState):
        actions.vote(committee.members[2], rejection.pk, reject=True, reason="再投")
    assert committee.step("proceed").state == "scoring"


def test_an_answer_that_convinces_keeps_the_bid_in():
    committee = Committee().seated().reviewed(failing=[1])
    committee.answered(1)
    committee.voted(1, reject=False)
    assert Rejection.objects.get().outcome == "dropped" and not committee.bid(1).rejected
    assert committee.step("proceed").state == "scoring"


def test_only_the_bidder_that_was_asked_answers_once_and_in_time():
    committee = Committee().seated().reviewed(failing=[1])
    asked = Clarification.objects.get()
    for actor in (committee.bidders[0][1], committee.chair, committee.agent):
        with pytest.raises(NotFound):
            actions.answer(actor, asked.pk, "冒名答复")
    agent = committee.bidders[1][1]
    with pytest.raises(Invalid):
        actions.answer(agent, asked.pk, "  ")
    with driven_clock(LATER), pytest.raises(WrongState):
        actions.answer(agent, asked.pk, "迟到")
    actions.answer(agent, asked.pk, "公章在第三页")
    with pytest.raises(WrongState):
        actions.answer(agent, asked.pk, "再答")
    assert Notification.objects.filter(template="evaluation.answered").count() == 3


def test_a_silent_bidder_is_decided_on_when_the_limit_has_passed():
    committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated().reviewed(failing=[1])
    with driven_clock(LATER):
        assert lapse() == 1 and lapse() == 0
        committee.voted(1, reject=True)
        assert committee.bid(1).rejected
        assert committee.step("proceed").state == "scoring"
    assert Notification.objects.filter(template="evaluation.lapsed").count() == 3
    assert committee.one().minutes.count() == 1


def test_the_chair_asks_and_the_other_bidders_do_not_see_it():
    committee = Committee().seated()
    one, bid = committee.one(), committee.bid(0)
    with pytest.raises(NotAllowed):
        actions.ask(committee.members[1], one.pk, bid.pk, "工期如何保证？")
    with pytest.raises(Invalid):
        actions.ask(committee.chair, one.pk, bid.pk, " ")
    with pytest.raises(Invalid):
        actions.ask(committee.chair, one.pk, bid.pk, "工期？", minutes=5)
    asked = actions.ask(committee.chair, one.pk, bid.pk, "工期如何保证？", minutes=90)
    assert asked.due_at == MOMENT + dt.timedelta(minutes=90)
    assert list(Clarification.objects.visible_to(committee.bidders[0][1].user)) == [asked]
    assert not Clarification.objects.visible_to(committee.bidders[1][1].user).exists()
    assert not Clarification.objects.visible_to(committee.agent.user).exists()


# --- arithmetic -------------------------------------------------------------------------------------------------------


def correct(committee: Committee, n: int = 0, fen: int = 91_000_000, **more) -> Clarification:
    values = {"ground": "sum", "corrected_fen": fen, "note": "清单第 12 项", **more}
    return actions.correct(committee.chair, committee.one().pk, committee.bid(n).pk, **values)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ground": "x"}, "ground"), ({"fen": 0}, "corrected_fen"), ({"fen": 90_000_000}, "corrected_fen"),
        ({"note": ""}, "note"),
    ],
)  # fmt: skip
def test_a_correction_names_its_rule_its_price_and_its_place(more, field):
    with pytest.raises(Invalid) as refused:
        correct(Committee().seated(), **more)
    assert set(refused.value.fields) == {field}


def test_a_correction_counts_once_the_bidder_accepts_it():
    committee = Committee().seated()
    asked = correct(committee)
    assert committee.bid(0).price_fen == 90_000_000
    with pytest.raises(Invalid):
        actions.answer(committee.bidders[0][1], asked.pk, "好")
    committee.answered(0, "", accepted=True)
    assert committee.bid(0).price_fen == 91_000_000
    assert "910,000.00" in committee.one().minutes.get().text
    assert committee.bid(0).bid.price_fen == 90_000_000


@pytest.mark.parametrize("silent", [True, False])
def test_a_correction_that_is_not_accepted_is_a_ground_to_reject(silent):
    committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated()
    correct(committee)
    if silent:
        with driven_clock(LATER):
            lapse()
    else:
        committee.answered(0, "原价无误", accepted=False)
    assert Rejection.objects.get().ground == "arithmetic"
    with pytest.raises(Invalid):
        correct(committee)
    with driven_clock(LATER):
        committee.reviewed()
        committee.voted(0, reject=True)
        assert committee.bid(0).rejected
        assert committee.step("proceed").state == "scoring"


# --- low prices -------------------------------------------------------------------------------------------------------


def test_an_abnormally_low_price_is_asked_about_and_a_good_explanation_keeps_it_in():
    committee = Committee(prices=(700_000, 950_000, 940_000)).seated().reviewed()
    assert committee.step("proceed").state == "clarifying"
    rejection = Rejection.objects.get()
    assert (rejection.bid, rejection.ground) == (committee.bid(0), "low_price")
    assert "74.07" in rejection.text and "945,000.00" in rejection.text
    with pytest.raises(WrongState):
        committee.step("proceed")
    committee.answered(0, "自有砂石场，附成本测算")
    committee.voted(0, reject=False)
    assert committee.step("proceed").state == "scoring"
    assert not committee.bid(0).rejected


def test_the_share_of_government_procurement_is_its_own():
    committee = government(prices=(700_000, 950_000, 940_000), draft=sheet_draft(object="goods")).seated()
    assert committee.one().state == "qualifying"


# --- too few ----------------------------------------------------------------------------------------------------------


def rejected(committee: Committee, *failing: int) -> None:
    committee.reviewed(failing=failing)
    for n in failing:
        committee.answered(n)
        committee.voted(n, reject=True)


def test_in_a_tender_two_bids_left_ask_every_member_whether_competition_is_lacking():
    committee = Committee().seated()
    rejected(committee, 1)
    one = committee.one()
    with pytest.raises(WrongState) as refused:
        committee.step("proceed")
    assert str(refused.value)
    with pytest.raises(Invalid):
        actions.vote_on_competition(committee.chair, one.pk, reject=False, reason="")
    for n, actor in enumerate(committee.members):
        actions.vote_on_competition(actor, one.pk, reject=n == 0, reason="两家报价差异明显")
    assert committee.step("proceed").state == "scoring"


def test_the_committee_may_reject_all_where_competition_is_lacking():
    committee = Committee().seated()
    rejected(committee, 1, 2)
    for actor in committee.members:
        actions.vote_on_competition(actor, committee.one().pk, reject=True, reason="仅剩一家")
    one = committee.step("proceed")
    assert (one.state, one.failure) == ("confirming", "no_competition")
    committee.signed()
    committee.project.refresh_from_db()
    assert committee.one().state == "failed" and committee.project.state == "evaluated"
    assert not Candidate.objects.exists()


def test_a_single_bid_that_is_left_may_win():
    committee = Committee(draft=LOWEST).seated()
    rejected(committee, 1, 2)
    for actor in committee.members:
        actions.vote_on_competition(actor, committee.one().pk, reject=False, reason="报价合理")
    assert committee.step("proceed").state == "confirming"
    committee.signed()
    only = Candidate.objects.get()
    assert (only.rank, only.price_fen, only.bidder) == (1, 90_000_000, committee.bidders[0][0])


def test_when_all_bids_are_rejected_the_report_says_so_and_names_nobody():
    committee = Committee().seated()
    rejected(committee, 0, 1, 2)
    one = committee.step("proceed")
    assert (one.state, one.failure) == ("confirming", "all_rejected")
    committee.signed()
    assert committee.one().state == "failed" and not Candidate.objects.exists()


def test_the_question_of_competition_does_not_arise_with_three_bids():
    committee = Committee().seated().reviewed()
    with pytest.raises(WrongState):
        actions.vote_on_competition(committee.chair, committee.one().pk, reject=True, reason="x")


def test_under_how_many_bids_the_question_is_asked_is_a_dated_rule():
    DatedRule.objects.filter(code="evaluation.t.competition_under").update(value=4)
    forget()
    committee = Committee().seated().reviewed()
    with override("en"), pytest.raises(WrongState) as refused:
        committee.step("proceed")
    with override("en"):
        assert "Fewer than 4 bids" in str(refused.value)
    actions.vote_on_competition(committee.chair, committee.one().pk, reject=False, reason="三家报价差异明显")


# --- the buyer's review of the qualification ---------------------------------------------------------------------------


def qualify(committee: Committee, failing: int | None = None) -> None:
    one = committee.one()
    criteria = one.lot.sheet.criteria.filter(part="qualification")
    for n, bid in enumerate(one.bids.order_by("pk")):
        rows = [Finding(bid.pk, row.pk, passed=n != failing, note="资质证书过期") for row in criteria]
        actions.qualify(committee.agent, one.pk, rows)


def hand_over(committee: Committee):
    one = committee.one()
    return actions.hand_over(committee.agent, one.pk, state_version=one.state_version)


def test_in_government_procurement_the_buyer_reviews_the_qualification_before_the_committee():
    committee = government(draft=sheet_draft(object="goods")).seated()
    one = committee.one()
    bid, criterion = committee.bid(0), one.lot.sheet.criteria.get(part="qualification")
    for actor in (committee.chair, committee.bidders[0][1]):
        with pytest.raises(NotFound):
            actions.qualify(actor, one.pk, [Finding(bid.pk, criterion.pk, passed=True)])
    with pytest.raises(WrongState):
        committee.judge(committee.chair)
    with pytest.raises(WrongState):
        hand_over(committee)
    qualify(committee)
    assert hand_over(committee).state == "reviewing"
    with pytest.raises(NotFound):
        actions.judge(committee.chair, one.pk, [Finding(bid.pk, criterion.pk, passed=True)])


def test_a_bidder_that_does_not_qualify_is_heard_first():
    committee = government(prices=(1, 2, 3, 4), draft=sheet_draft(object="goods")).seated()
    qualify(committee, failing=3)
    rejection = Rejection.objects.get()
    with pytest.raises(WrongState):
        hand_over(committee)
    with pytest.raises(WrongState):
        actions.decide_qualification(committee.agent, rejection.pk, reject=True, reason="过期")
    asked = rejection.clarification
    assert list(Clarification.objects.visible_to(committee.agent.user)) == [asked]
    actions.answer(committee.bidders[3][1], asked.pk, "证书已延续，见附件")
    with pytest.raises(Invalid):
        actions.decide_qualification(committee.agent, rejection.pk, reject=True, reason="")
    with pytest.raises(NotFound):
        actions.decide_qualification(committee.chair, rejection.pk, reject=True, reason="过期")
    actions.decide_qualification(committee.agent, rejection.pk, reject=True, reason="延续日期晚于截止日")
    assert hand_over(committee).state == "reviewing"
    assert committee.bid(3).rejected


def test_with_fewer_than_three_that_qualify_the_lot_has_failed_by_law():
    committee = government(draft=sheet_draft(object="goods")).seated()
    qualify(committee, failing=1)
    with driven_clock(LATER):
        actions.decide_qualification(committee.agent, Rejection.objects.get().pk, reject=True, reason="过期")
        one = hand_over(committee)
    committee.project.refresh_from_db()
    assert (one.state, one.failure, committee.project.state) == ("failed", "too_few", "evaluated")


def test_in_government_procurement_fewer_than_three_valid_bids_fail_the_lot_without_a_vote():
    committee = government(draft=sheet_draft(object="goods")).seated()
    qualify(committee)
    hand_over(committee)
    rejected(committee, 2)
    one = committee.step("proceed")
    assert (one.state, one.failure) == ("confirming", "too_few")


# --- replaced members -------------------------------------------------------------------------------------------------


def test_what_a_replaced_member_found_does_not_count_and_the_new_one_judges():
    committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated()
    rejected(committee, 1)
    PanelMember.objects.filter(pk=committee.seats[1].pk).update(state="replaced")
    committee.seats[1] = seat(committee.panel)
    with pytest.raises(WrongState):
        committee.step("proceed")
    committee.declare(committee.members[1])
    with pytest.raises(WrongState) as refused:
        committee.step("proceed")
    assert str(refused.value)
    assert committee.step("take_up").state == "reviewing"
    assert not committee.bid(1).rejected
    committee.judge(committee.members[1], failing=[1])
    committee.step("close_reviews")
    rejection = Rejection.objects.get()
    actions.vote(committee.members[1], rejection.pk, reject=True, reason="同意")
    rejection.refresh_from_db()
    assert rejection.outcome == "confirmed" and committee.bid(1).rejected
    assert committee.step("proceed").state == "scoring"


def test_nothing_is_taken_up_again_while_everybody_has_judged():
    committee = Committee().seated().reviewed()
    with pytest.raises(WrongState):
        committee.step("take_up")


# --- small enterprises ------------------------------------------------------------------------------------------------


def test_the_discount_of_a_small_enterprise_counts_for_the_evaluation_only_and_is_minuted():
    committee = government(draft=sheet_draft(object="goods", small_discount=Decimal("0.1"), method="lowest", price_weight=0,
                                             criteria=LOWEST.criteria[1:])).seated()  # fmt: skip
    one, bid = committee.one(), committee.bid(1)
    with pytest.raises(NotAllowed):
        actions.accept_small(committee.members[1], one.pk, bid.pk, small=True, note="声明函")
    with pytest.raises(Invalid):
        actions.accept_small(committee.chair, one.pk, bid.pk, small=True, note="")
    actions.accept_small(committee.chair, one.pk, bid.pk, small=True, note="中小企业声明函第 8 页")
    committee.reviewed()
    committee.step("proceed")
    committee.signed()
    first = Candidate.objects.get(rank=1)
    # 950,000 × 90 % = 855,000 < 900,000; the contract keeps 950,000.
    assert (first.bidder, first.price_fen) == (committee.bidders[1][0], 95_000_000)
    assert "第 8 页" in committee.one().minutes.get().text
