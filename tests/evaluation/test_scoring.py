"""Independent scores, what is compared, the result by hand-computed examples, ties, the report and the candidates."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Document, Notification
from portal.core.time import driven_clock
from procurement.evaluation import actions
from procurement.evaluation.actions import Entry
from procurement.evaluation.models import Candidate, Explanation, Score, Scorecard
from procurement.experts.models import PanelMember
from procurement.tenders.actions import move
from procurement.tenders.actions.common import PORTAL
from tests.evaluation.objects import (
    BENCHMARK,
    LOWEST,
    MOMENT,
    QUALITATIVE,
    Committee,
    seat,
    sheet_draft,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(MOMENT):
        yield


def scoring(**more) -> Committee:
    return Committee(**more).seated().scoring()


# --- cards ------------------------------------------------------------------------------------------------------------


def test_drafts_are_kept_and_changed_until_they_are_handed_in():
    committee = scoring()
    one, entries = committee.one(), committee.entries((30, 32, 34))
    actions.save_scores(committee.chair, one.pk, entries[:1])
    actions.save_scores(committee.chair, one.pk, [Entry(entries[0].bid_id, entries[0].criterion_id, Decimal(31))])
    assert Score.objects.get().points == 31
    with pytest.raises(Invalid) as missing:
        actions.hand_in(committee.chair, one.pk)
    assert len(missing.value.fields) == 5
    actions.hand_in(committee.chair, one.pk, entries)
    for refused in (actions.save_scores, actions.hand_in):
        with pytest.raises(WrongState) as said:
            refused(committee.chair, one.pk, entries[:1])
        assert str(said.value)


@pytest.mark.parametrize("points", ["40.01", "-1", "NaN", "Infinity", "1.005"])
def test_points_lie_between_nothing_and_the_most_with_two_decimals(points):
    committee = scoring()
    entry = committee.entries((30, 30, 30))[0]
    with pytest.raises(Invalid) as refused:
        actions.save_scores(
            committee.chair, committee.one().pk, [Entry(entry.bid_id, entry.criterion_id, Decimal(points))]
        )
    assert set(refused.value.fields) == {f"score_{entry.bid_id}_{entry.criterion_id}"}
    assert not Score.objects.exists()


def test_nobody_scores_a_rejected_bid_or_what_is_only_reviewed():
    committee = scoring()
    one, entry = committee.one(), committee.entries((30, 30, 30))[0]
    review = one.lot.sheet.criteria.get(part="conformity")
    with pytest.raises(NotFound):
        actions.save_scores(committee.chair, one.pk, [Entry(entry.bid_id, review.pk, Decimal(1))])
    one.bids.filter(pk=entry.bid_id).update(rejected=True)
    with pytest.raises(NotFound):
        actions.save_scores(committee.chair, one.pk, [entry])


def test_scores_come_after_the_reviews():
    committee = Committee().seated()
    with pytest.raises(WrongState):
        actions.save_scores(committee.chair, committee.one().pk, [])


def test_the_chair_opens_a_card_again_with_a_reason_that_is_minuted():
    committee = scoring().scored()
    one, member = committee.one(), committee.seats[1]
    with pytest.raises(NotAllowed):
        actions.reopen_card(committee.members[1], one.pk, member.pk, reason="填错")
    with pytest.raises(Invalid):
        actions.reopen_card(committee.chair, one.pk, member.pk, reason=" ")
    with pytest.raises(NotFound):
        actions.reopen_card(committee.chair, one.pk, 999_999, reason="填错")
    actions.reopen_card(committee.chair, one.pk, member.pk, reason="小数点填错")
    assert "小数点填错" in one.minutes.get().text
    assert Notification.objects.get(template="evaluation.reopened").user == member.user
    with pytest.raises(WrongState):
        actions.reopen_card(committee.chair, one.pk, member.pk, reason="填错")
    with pytest.raises(WrongState):
        committee.step("close_scoring")
    actions.hand_in(committee.members[1], one.pk)
    assert committee.step("close_scoring").state == "confirming"


def test_the_scoring_is_not_closed_around_a_missing_member():
    committee = scoring()
    for actor in committee.members[:2]:
        actions.hand_in(actor, committee.one().pk, committee.entries((30, 32, 34)))
    with pytest.raises(WrongState) as refused:
        committee.step("close_scoring")
    assert str(refused.value)
    PanelMember.objects.filter(pk=committee.seats[2].pk).update(state="called")
    with pytest.raises(WrongState):
        committee.step("close_scoring")


def test_the_card_of_a_replaced_member_is_kept_and_not_counted():
    committee = scoring().scored(((30, 32, 34), (30, 32, 34), (40, 40, 40)))
    PanelMember.objects.filter(pk=committee.seats[2].pk).update(state="replaced")
    committee.seats[2] = seat(committee.panel)
    committee.declare(committee.members[2])
    with pytest.raises(WrongState):
        committee.step("close_scoring")
    committee.step("take_up")
    committee.judge(committee.members[2])
    committee.step("close_reviews")
    committee.step("proceed")
    actions.hand_in(committee.members[2], committee.one().pk, committee.entries((30, 32, 34)))
    committee.step("close_scoring")
    assert Scorecard.objects.count() == 4
    assert committee.bid(0).points == Decimal("45.00")


def test_objective_points_that_differ_are_settled_before_anything_is_reckoned():
    committee = scoring()
    for actor, objective in zip(committee.members, (15, 15, 12), strict=True):
        actions.hand_in(actor, committee.one().pk, committee.entries((30, 32, 34), objective))
    with pytest.raises(WrongState) as refused:
        committee.step("close_scoring")
    assert str(refused.value)
    actions.reopen_card(committee.chair, committee.one().pk, committee.seats[2].pk, reason="业绩份数核对")
    actions.hand_in(committee.members[2], committee.one().pk, committee.entries((30, 32, 34), 15))
    assert committee.step("close_scoring").state == "confirming"


def test_a_total_that_stands_apart_has_a_reason_in_the_report():
    # The four others give 55, the third 20: 63.6 percent under their mean and under the median.
    committee = scoring(seats=5).scored(((40, 32, 34), (40, 32, 34), (5, 32, 34), (40, 32, 34), (40, 32, 34)))
    one, bid = committee.one(), committee.bid(0)
    with pytest.raises(WrongState) as refused:
        committee.step("close_scoring")
    assert str(refused.value)
    with pytest.raises(NotFound):
        actions.explain(committee.chair, one.pk, bid.pk, reason="与我无关")
    with pytest.raises(NotFound):
        actions.explain(committee.members[2], one.pk, committee.bid(1).pk, reason="没有偏离")
    with pytest.raises(Invalid):
        actions.explain(committee.members[2], one.pk, bid.pk, reason=" ")
    made = actions.explain(committee.members[2], one.pk, bid.pk, reason="关键工序缺失")
    assert (made.score, made.mean_of_others, made.deviation) == (20, 55, Decimal("-0.64"))
    assert committee.step("close_scoring").state == "confirming"
    assert committee.bid(0).points == Decimal("48.00")


def test_a_reason_falls_when_the_card_is_opened_again():
    committee = scoring(seats=5).scored(((40, 32, 34), (40, 32, 34), (5, 32, 34), (40, 32, 34), (40, 32, 34)))
    actions.explain(committee.members[2], committee.one().pk, committee.bid(0).pk, reason="关键工序缺失")
    actions.reopen_card(committee.chair, committee.one().pk, committee.seats[2].pk, reason="复核")
    assert not Explanation.objects.exists()


# --- results, by hand -------------------------------------------------------------------------------------------------


def places(committee: Committee):
    rows = [committee.bid(n) for n in range(len(committee.bidders))]
    return [(row.price_points, row.points, row.total, row.place) for row in rows]


def test_comprehensive_scoring_by_hand():
    committee = scoring().scored(((30, 32, 34), (31, 32, 34), (30, 33, 34)))
    committee.step("close_scoring")
    # 40; 900 ÷ 950 × 40 = 37.894…; 900 ÷ 940 × 40 = 38.297…; points (45 + 46 + 45) ÷ 3 = 45.33 and so on.
    assert places(committee) == [
        (Decimal("40.00"), Decimal("45.33"), Decimal("85.33"), 2),
        (Decimal("37.89"), Decimal("47.33"), Decimal("85.22"), 3),
        (Decimal("38.30"), Decimal("49.00"), Decimal("87.30"), 1),
    ]
    committee.signed()
    assert [(one.rank, one.score, one.price_fen) for one in Candidate.objects.all()] == [
        (1, Decimal("87.30"), 94_000_000), (2, Decimal("85.33"), 90_000_000), (3, Decimal("85.22"), 95_000_000),
    ]  # fmt: skip


def test_the_benchmark_method_by_hand():
    # Mean of 900, 950, 940 = 930: −3.2258 % costs half a point each, +2.1505 % and +1.0753 % one point each.
    committee = scoring(draft=BENCHMARK).scored()
    committee.step("close_scoring")
    assert [row[0] for row in places(committee)] == [Decimal("38.39"), Decimal("37.85"), Decimal("38.92")]
    assert committee.one().benchmark_fen == 93_000_000


def test_the_lowest_price_wins_without_scores():
    committee = Committee(draft=LOWEST).seated().reviewed()
    assert committee.step("proceed").state == "confirming"
    assert [row[3] for row in places(committee)] == [1, 3, 2]
    committee.signed()
    assert [(one.rank, one.score) for one in Candidate.objects.all()] == [(1, None), (2, None), (3, None)]


def test_more_than_three_are_never_named():
    committee = Committee((900_000, 950_000, 940_000, 930_000, 920_000), LOWEST).seated().reviewed()
    committee.step("proceed")
    committee.signed()
    assert [one.price_fen for one in Candidate.objects.all()] == [90_000_000, 92_000_000, 93_000_000]


def test_where_award_is_separated_the_candidates_have_no_rank_and_no_score():
    draft = sheet_draft(separated=True, separation_ground="定标办法第六条")
    committee = scoring(draft=draft).scored()
    committee.step("close_scoring")
    committee.signed()
    assert [(one.rank, one.score) for one in Candidate.objects.all()] == [(None, None)] * 3


def test_a_qualitative_review_asks_each_member_for_an_opinion_on_each_bid_and_names_all_that_pass():
    committee = Committee((900_000, 950_000, 940_000, 930_000), QUALITATIVE).seated().scoring()
    one = committee.one()
    criterion = one.lot.sheet.criteria.get(part="technical")
    entries = [Entry(bid.pk, criterion.pk, opinion="方案可行") for bid in one.bids.all()]
    with pytest.raises(Invalid):
        actions.hand_in(committee.chair, one.pk, entries[:2])
    with pytest.raises(Invalid):
        actions.save_scores(committee.chair, one.pk, [Entry(entries[0].bid_id, criterion.pk, Decimal(1))])
    for actor in committee.members:
        actions.hand_in(actor, one.pk, entries)
    committee.step("close_scoring")
    committee.signed()
    assert [one.rank for one in Candidate.objects.all()] == [None] * 4


# --- ties -------------------------------------------------------------------------------------------------------------


def test_equal_totals_are_put_in_order_by_the_price():
    committee = Committee((900_000, 1_000_000, 950_000)).seated().scoring()
    # 40 + 45, 36 + 49: equal totals; the lower price goes first.
    committee.scored(((30, 34, 20),) * 3)
    committee.step("close_scoring")
    assert (committee.bid(0).total, committee.bid(1).total) == (Decimal("85.00"), Decimal("85.00"))
    assert (committee.bid(0).place, committee.bid(1).place) == (1, 2)


def test_bids_that_are_equal_by_every_rule_are_put_in_order_by_people_who_say_why():
    committee = Committee((900_000, 900_000, 950_000)).seated().scoring().scored(((30, 30, 20),) * 3)
    one, first, second = committee.one(), committee.bid(0), committee.bid(1)
    with pytest.raises(WrongState) as refused:
        committee.step("close_scoring")
    assert str(committee.bidders[0][0]) in str(refused.value)
    with pytest.raises(NotAllowed):
        actions.settle_tie(committee.members[1], one.pk, [second.pk, first.pk], reason="抽签")
    for order in ([second.pk], [second.pk, second.pk], [second.pk, committee.bid(2).pk]):
        with pytest.raises(Invalid):
            actions.settle_tie(committee.chair, one.pk, order, reason="抽签")
    with pytest.raises(Invalid):
        actions.settle_tie(committee.chair, one.pk, [second.pk, first.pk], reason="")
    actions.settle_tie(committee.chair, one.pk, [second.pk, first.pk], reason="现场抽签")
    committee.step("close_scoring")
    assert (committee.bid(1).place, committee.bid(0).place) == (1, 2)
    assert "现场抽签" in one.minutes.get().text


def test_equal_lowest_prices_are_put_in_order_too():
    committee = Committee((900_000, 900_000, 950_000), LOWEST).seated().reviewed()
    with pytest.raises(WrongState):
        committee.step("proceed")
    order = [committee.bid(1).pk, committee.bid(0).pk]
    actions.settle_tie(committee.chair, committee.one().pk, order, reason="现场抽签")
    assert committee.step("proceed").state == "confirming"


def test_no_order_is_entered_where_nothing_is_equal():
    committee = scoring().scored()
    with pytest.raises(Invalid):
        actions.settle_tie(committee.chair, committee.one().pk, [], reason="抽签")


# --- the report -------------------------------------------------------------------------------------------------------


def reported(**more) -> Committee:
    committee = scoring(**more).scored()
    committee.step("close_scoring")
    return committee


def test_every_member_signs_and_the_last_one_moves_the_tender_on():
    committee = reported()
    for actor in committee.members[:2]:
        actions.sign(actor, committee.one().pk, agrees=True)
        with pytest.raises(WrongState):
            actions.sign(actor, committee.one().pk, agrees=True)
    assert not Candidate.objects.exists()
    actions.sign(committee.members[2], committee.one().pk, agrees=True)
    committee.project.refresh_from_db()
    committee.session.refresh_from_db()
    assert (committee.one().state, committee.project.state) == ("concluded", "evaluated")
    assert committee.session.ended_at == MOMENT
    assert Notification.objects.get(template="evaluation.reported").user == committee.agent.user


def test_dissent_has_its_words_and_refusing_without_reasons_counts_as_agreeing():
    committee = reported()
    one = committee.one()
    with pytest.raises(Invalid) as refused:
        actions.sign(committee.members[0], one.pk, agrees=False, dissent=" ")
    assert set(refused.value.fields) == {"dissent"}
    actions.sign(committee.members[0], one.pk, agrees=False, dissent="第二名业绩认定有误")
    actions.sign(committee.members[1], one.pk, agrees=False, refuses=True)
    actions.sign(committee.members[2], one.pk, agrees=True)
    words = list(one.signatures.values_list("word", "dissent"))
    assert words == [("dissented", "第二名业绩认定有误"), ("deemed", ""), ("agreed", "")]
    assert committee.one().state == "concluded"


def test_the_chair_notes_a_refusal_after_the_time_for_signing_and_not_before():
    committee = reported()
    one, silent = committee.one(), committee.seats[2]
    for actor in committee.members[:2]:
        actions.sign(actor, one.pk, agrees=True)
    with pytest.raises(WrongState):
        actions.note_refusal(committee.chair, one.pk, silent.pk)
    with driven_clock(MOMENT + dt.timedelta(minutes=61)):
        with pytest.raises(NotAllowed):
            actions.note_refusal(committee.members[1], one.pk, silent.pk)
        with pytest.raises(NotFound):
            actions.note_refusal(committee.chair, one.pk, 999_999)
        with pytest.raises(WrongState):
            actions.note_refusal(committee.chair, one.pk, committee.seats[1].pk)
        actions.note_refusal(committee.chair, one.pk, silent.pk)
    assert committee.one().state == "concluded"


def test_a_tender_of_two_lots_goes_on_when_both_have_their_report():
    committee = Committee(lots=2, draft=LOWEST).seated()
    for lot in (1, 2):
        committee.reviewed(lot=lot)
        committee.step("proceed", lot)
        committee.signed(lot)
        committee.project.refresh_from_db()
        assert committee.project.state == ("opened" if lot == 1 else "evaluated")
    assert Candidate.objects.count() == 6


def test_the_report_is_a_paper_for_the_buyer_with_names_scores_and_minutes():
    committee = Committee().concluded()
    paper = Document.objects.get(stream="evaluation.evaluation")
    for text in (committee.chair.name, "87.30", "评标委员会", committee.project.number):
        assert text in paper.data
    while run_due_jobs():
        pass
    paper.refresh_from_db()
    assert paper.making == "ready"


def test_the_history_of_the_tender_names_nobody_of_the_committee():
    from portal.core.models import Event

    committee = Committee().concluded()
    told = " ".join(Event.objects.filter(stream="tenders.project").values_list("body", flat=True))
    assert "tender.evaluate" in told and not any(one.user.name in told for one in committee.seats)


def test_another_evaluation_keeps_the_first_and_ends_its_candidates():
    committee = Committee().concluded()
    first = committee.session
    committee.project.refresh_from_db()
    move_in_action(committee.project)
    committee.begun()
    assert committee.session.number == 2 and not Candidate.objects.exists()
    assert Candidate.every.count() == 3
    assert first.evaluations.get().state == "concluded"
    for actor in committee.members:
        committee.declare(actor)
    committee.elect()
    committee.scoring().scored(((40, 20, 20),) * 3)
    committee.step("close_scoring")
    committee.signed()
    assert Candidate.objects.get(rank=1).bidder == committee.bidders[0][0]
    assert (Candidate.objects.count(), Candidate.every.count()) == (3, 6)
    assert Document.objects.filter(stream="evaluation.evaluation").count() == 2


def move_in_action(project) -> None:
    """What the room of awards does when a complaint asks for another evaluation."""
    from django.db import transaction

    with transaction.atomic():
        move(project, "reopen", PORTAL)
