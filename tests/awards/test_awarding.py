"""From the evaluation to the award: publicity and its days, the choice and its grounds, the award with all of its own."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils.translation import override

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import DatedRule, Document, Notification
from portal.core.rules import forget
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.awards import actions
from procurement.awards.actions import ChoiceDraft, SaleDraft
from procurement.awards.models import Award, Contract, Procedure, ResultNotice
from procurement.bidders.actions import RestrictionDraft, restrict
from procurement.bidders.standing import Blocked
from procurement.evaluation.models import Candidate
from procurement.models import Deal, DealCell
from procurement.tenders import actions as tendering
from procurement.tenders.actions import move
from procurement.tenders.models import Bond, Notice, Project
from tests import factories
from tests.awards.objects import (
    agent_of,
    awarded,
    candidate,
    evaluated,
    first,
    paper,
    published,
    the_lot,
)
from tests.factories import moment
from tests.tenders.objects import bidder, officer

AFTER = "2026-12-22 10:00"  # the day after the publicity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment(AFTER)):
        yield


@pytest.fixture
def chief():
    return officer()


def held_bond(project: Project, one) -> Bond:
    return Bond.objects.create(
        lot=the_lot(project), organisation=one.organisation, kind="transfer", amount_fen=2_000_000, reference=f"GH{one.pk}",
        state="held", held_on=dt.date(2026, 12, 1), declared_at=moment("2026-12-01 10:00"),
    )  # fmt: skip


def test_the_candidates_are_public_for_three_days_that_end_on_a_working_day(chief):
    project = evaluated()
    with driven_clock(moment("2026-12-17 10:00")):  # Thursday: the third day is Sunday, so Monday at the earliest
        for day in ("2026-12-19", "2026-12-20"):
            with pytest.raises(Invalid) as refused:
                actions.publish(chief, project.pk, until_on=dt.date.fromisoformat(day), state_version=0)
            assert "2026" in str(refused.value.fields["until_on"])
        with pytest.raises(Invalid) as refused:
            actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 26), state_version=0)
        with override("en"):  # whoever publishes: the notice is in the centre's language
            procedure = actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 21), state_version=0)
    project.refresh_from_db()
    assert (project.state, procedure.stage, procedure.public_until_on) == (
        "publicity",
        "publicity",
        dt.date(2026, 12, 21),
    )
    notice = Notice.objects.get(project=project, kind="candidates")
    assert "第1名" in notice.text and candidate(project).bidder.organisation.name in notice.text
    assert "公示期至2026年12月21日。" in notice.text and "元" in notice.text and "CNY" not in notice.text
    assert Document.objects.filter(kind="awards.publicity").count() == 1
    assert Notification.objects.filter(template="awards.published").count() == 3


def test_the_limit_for_publishing_begins_with_the_evaluation(chief):
    project = evaluated(state="opened")
    with driven_clock(moment("2026-12-16 17:00")):
        project = Project.objects.get(pk=project.pk)
        _moved(project, "evaluate", chief)
        run_due_jobs()
    procedure = Procedure.objects.get(project=project)
    assert (procedure.stage, procedure.due_on) == ("publish", dt.date(2026, 12, 21)), "the 19th is a Saturday"


def _moved(project, code, actor):
    from portal.core.actions import action

    @action
    def go():
        move(project, code, actor)

    go()


def test_who_acts_for_the_buyer_publishes_nothing_and_strangers_see_nothing(chief):
    project = evaluated()
    agent = agent_of(project.buyer)
    with pytest.raises(NotAllowed):
        actions.publish(agent, project.pk, until_on=dt.date(2026, 12, 28), state_version=None)
    with pytest.raises(NotFound):
        actions.publish(bidder()[1], project.pk, until_on=dt.date(2026, 12, 28), state_version=None)
    own = officer(agent.user)
    from portal.people.models import Posting

    Posting.objects.create(
        user=agent.user, department=factories.department(), role=Role.PROCUREMENT_OFFICER, starts_on=dt.date(2020, 1, 1)
    )
    agent.user.__dict__.pop("access", None)
    with pytest.raises(NotAllowed):
        actions.publish(own, project.pk, until_on=dt.date(2026, 12, 28), state_version=None)


def test_a_stale_page_publishes_nothing(chief):
    with pytest.raises(Stale):
        actions.publish(chief, evaluated().pk, until_on=dt.date(2026, 12, 28), state_version=7)


def test_nobody_is_chosen_while_the_candidates_are_public(chief):
    project = published(chief)
    with driven_clock(moment("2026-12-21 23:00")), pytest.raises(WrongState) as refused:
        actions.choose(chief, the_lot(project).pk, first(project))
    assert "2026" in refused.value.message
    assert actions.choose(chief, the_lot(project).pk, first(project)).ground == "first"


def test_the_end_of_the_publicity_begins_the_time_for_the_choice(chief):
    project = published(chief)
    assert (actions.end_publicity(), actions.end_publicity()) == (1, 0)
    procedure = Procedure.objects.get(project=project)
    assert (procedure.stage, procedure.due_on) == ("choose", dt.date(2026, 12, 28))


def test_another_than_the_first_is_chosen_on_the_grounds_of_the_law_and_in_order(chief):
    project = published(chief)
    lot = the_lot(project)
    second, third = candidate(project, 2).pk, candidate(project, 3).pk
    for draft, field in (
        (ChoiceDraft(candidate_id=second, ground="first"), "ground"),
        (ChoiceDraft(candidate_id=second, ground="separated"), "ground"),
        (ChoiceDraft(candidate_id=second, ground="gave_up"), "note"),
        (ChoiceDraft(candidate_id=second, ground="nonsense", note="x"), "ground"),
        (ChoiceDraft(candidate_id=third, ground="gave_up", note="书面放弃"), "candidate"),
        (ChoiceDraft(candidate_id=10**9, ground="first"), "candidate"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.choose(chief, lot.pk, draft)
        assert set(refused.value.fields) == {field}
    actions.choose(chief, lot.pk, ChoiceDraft(candidate_id=second, ground="gave_up", note="第一名书面放弃"))
    made = actions.choose(chief, lot.pk, ChoiceDraft(candidate_id=third, ground="force", note="第二名厂房受灾"))
    assert lot.choices.filter(replaced_at__isnull=True).get() == made


def test_unranked_candidates_are_chosen_by_written_rules_with_the_votes_of_a_committee(chief):
    project = published(chief, ranked=False)
    lot, winner, other = the_lot(project), candidate(project, 2).pk, candidate(project, 1).pk
    votes = [("王一", winner, "方案优"), ("李二", winner, ""), ("张三", other, "报价低")]
    draft = {"candidate_id": winner, "ground": "separated", "note": "按《定标规则》第六条", "votes": votes}
    with pytest.raises(Invalid) as refused:
        actions.choose(chief, lot.pk, ChoiceDraft(**{**draft, "ground": "first", "note": ""}))
    assert set(refused.value.fields) == {"ground", "note", "minutes"}
    for bad in (
        votes[:2],
        [*votes, ("赵四", winner, "")],
        [votes[0], votes[0], votes[2]],
        [("王一", 10**9, ""), *votes[1:]],
    ):
        with pytest.raises(Invalid) as refused:
            actions.choose(chief, lot.pk, ChoiceDraft(**{**draft, "votes": bad, "minutes_id": paper(chief)}))
        assert set(refused.value.fields) == {"votes"}
    lost = [("王一", winner, ""), ("李二", other, ""), ("张三", other, "")]
    with pytest.raises(Invalid) as refused:
        actions.choose(chief, lot.pk, ChoiceDraft(**{**draft, "votes": lost, "minutes_id": paper(chief)}))
    assert set(refused.value.fields) == {"votes"}
    made = actions.choose(
        agent_of(project.buyer), lot.pk, ChoiceDraft(**{**draft, "minutes_id": paper(agent_of(project.buyer))})
    )
    assert made.votes.count() == 3 and made.minutes is not None
    award = actions.award(chief, lot.pk, state_version=None)
    assert award.candidate_id == winner and award.ground == "separated"


def test_how_large_the_award_committee_is_and_by_which_article_a_candidate_is_passed_over_are_dated_rules(chief):
    DatedRule.objects.filter(code="award.t.separation_members").update(value=5)
    forget()
    project = published(chief, ranked=False)
    winner = candidate(project, 2).pk
    votes = [("王一", winner, "方案优"), ("李二", winner, ""), ("张三", winner, "")]
    draft = ChoiceDraft(
        candidate_id=winner, ground="separated", note="按《定标规则》第六条", votes=votes, minutes_id=paper(chief)
    )
    with override("en"), pytest.raises(Invalid) as refused:
        actions.choose(chief, the_lot(project).pk, draft)
    with override("en"):
        assert "5 at least" in str(refused.value.fields["votes"])


@pytest.mark.parametrize(("category", "article"), [("construction", "article 55"), ("government", "article 49")])
def test_another_than_the_first_is_refused_by_the_article_of_the_law_of_the_tender(chief, category, article):
    project = evaluated(category=category)
    if category == "government":
        actions.report(chief, project.pk, state_version=None)
    else:
        project = published(chief)
    second = ChoiceDraft(candidate_id=candidate(project, 2).pk, ground="first")
    with override("en"), driven_clock(moment("2026-12-22 10:00")), pytest.raises(Invalid) as refused:
        actions.choose(chief, the_lot(project).pk, second)
    with override("en"):
        assert article in str(refused.value.fields["ground"])


def test_an_award_tells_everybody_and_writes_deal_contract_and_public_result_at_once(chief):
    project = published(chief)
    award = awarded(chief, project)
    project.refresh_from_db()
    assert project.state == "awarded"
    assert (award.price_fen, award.awarded_on) == (90_000_000, dt.date(2026, 12, 22))
    deal = Deal.objects.get(source="own", external_id=f"{project.number}/1")
    assert (deal.status, deal.deal_fen, deal.base_fen, deal.savings_fen) == (
        "awarded",
        90_000_000,
        98_000_000,
        8_000_000,
    )
    assert deal.winner == award.bidder.organisation.name and deal.premium_fen is None
    contract = Contract.objects.get(lot=award.lot)
    assert (contract.state, contract.due_on) == ("due", dt.date(2027, 1, 21))
    notices = {one.bidder_id: one for one in ResultNotice.objects.filter(lot=award.lot)}
    assert len(notices) == 3 and notices[award.bidder_id].won
    assert "第 2 名" in notices[candidate(project, 2).bidder_id].reason
    assert Document.objects.filter(kind="awards.won").count() == 1
    assert Document.objects.filter(kind="awards.lost").count() == 2
    assert Notice.objects.filter(project=project, kind="result").count() == 1
    assert Notification.objects.filter(template="awards.lost").count() == 2
    refresh_all()
    assert sum(DealCell.objects.values_list("savings_fen", flat=True)) == 8_000_000


def test_a_bid_that_could_not_be_opened_is_told_so(chief):
    project = published(chief)
    last = candidate(project, 3)
    bid = last.bid
    Candidate.objects.filter(pk=last.pk).delete()
    type(bid).objects.filter(pk=bid.pk).update(finding="commitment_mismatch")
    awarded(chief, project)
    assert "未能正常开启" in ResultNotice.objects.get(bidder=bid.bidder).reason


def test_a_lot_is_awarded_once(chief):
    project = published(chief)
    award = awarded(chief, project)
    with pytest.raises(WrongState) as refused:
        actions.award(chief, award.lot_id, state_version=None)
    assert "already" in refused.value.message or "已" in refused.value.message
    with pytest.raises(WrongState):
        actions.choose(chief, award.lot_id, first(project))
    assert Award.objects.count() == 1


def test_nothing_is_awarded_before_somebody_was_chosen_nor_over_the_control_price(chief):
    project = published(chief)
    with pytest.raises(WrongState):
        actions.award(chief, the_lot(project).pk, state_version=None)
    Candidate.objects.filter(pk=candidate(project).pk).update(price_fen=98_000_001)
    second = Candidate.objects.get(lot__project=project, rank=1)
    actions.choose(chief, the_lot(project).pk, ChoiceDraft(candidate_id=second.pk, ground="first"))
    with pytest.raises(Invalid) as refused:
        actions.award(chief, the_lot(project).pk, state_version=None)
    assert "980,000" in refused.value.message or "980000" in refused.value.message
    assert not Deal.objects.exists()


def test_a_firm_that_was_restricted_since_is_neither_chosen_nor_awarded(chief):
    project = published(chief)
    actions.choose(chief, the_lot(project).pk, first(project))
    winner = candidate(project).bidder.organisation
    restrict(
        chief,
        RestrictionDraft(
            uscc=winner.uscc, name=winner.name, kind="punishment", ground="串通投标", source="海建罚〔2026〕9号",
            authority="海州市住建局", starts_on=dt.date(2026, 12, 22), ends_on=None, appeal="可申请行政复议",
        ),
    )  # fmt: skip
    with pytest.raises(Blocked) as refused:
        actions.award(chief, the_lot(project).pk, state_version=None)
    assert "海建罚〔2026〕9号" in refused.value.message
    with pytest.raises(Blocked):
        actions.choose(chief, the_lot(project).pk, first(project))
    assert not Award.objects.exists() and not Contract.objects.exists()


def test_the_tender_is_awarded_once_every_lot_is_and_a_lot_without_candidates_has_failed(chief):
    project = evaluated(lots=3)
    Candidate.objects.filter(lot__project=project, lot__number=3).delete()
    published(chief, project)
    for number, state in ((1, "publicity"), (2, "awarded")):
        actions.choose(chief, the_lot(project, number).pk, first(project, number))
        actions.award(chief, the_lot(project, number).pk, state_version=None)
        project.refresh_from_db()
        assert project.state == state
    assert {one.external_id[-1]: one.status for one in Deal.objects.all()} == {
        "1": "awarded",
        "2": "awarded",
        "3": "failed",
    }


# --- government procurement -----------------------------------------------------------------------------------------------


def test_in_government_procurement_the_report_goes_first_and_the_buyer_chooses(chief):
    project = evaluated(category="government")
    with pytest.raises(WrongState):
        actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 28), state_version=None)
    with driven_clock(moment("2026-12-17 10:00")):
        with pytest.raises(WrongState):
            actions.choose(chief, the_lot(project).pk, first(project))
        procedure = actions.report(chief, project.pk, state_version=None)
        assert (procedure.stage, procedure.due_on) == ("choose", dt.date(2026, 12, 24))
        with pytest.raises(WrongState):
            actions.report(chief, project.pk, state_version=None)
    with driven_clock(moment("2026-12-18 10:00")):
        actions.choose(agent_of(project.buyer), the_lot(project).pk, first(project))
        procedure.refresh_from_db()
        assert (procedure.stage, procedure.due_on) == ("announce", dt.date(2026, 12, 22))
        bond = held_bond(project, candidate(project, 2).bidder)
        winners = held_bond(project, candidate(project, 1).bidder)
        actions.award(chief, the_lot(project).pk, state_version=None)
    bond.refresh_from_db()
    winners.refresh_from_db()
    assert (bond.state, bond.ground, bond.due_on) == ("due_back", "lost", dt.date(2026, 12, 25))
    assert winners.state == "held"


# --- sales ----------------------------------------------------------------------------------------------------------------


def sale_draft(one, **more) -> SaleDraft:
    values = {"bidder_uscc": one.organisation.uscc, "price_fen": 130_000_000, "bidders": 4, "rounds": 37,
              "held_on": dt.date(2026, 12, 16)}  # fmt: skip
    return SaleDraft(**{**values, **more})


def test_a_sale_is_recorded_with_its_premium_public_and_confirmed(chief):
    project = evaluated(category="land", method="listing", state="closed")
    lot, (one, _agent) = the_lot(project), bidder()
    with driven_clock(moment("2026-12-17 10:00")):
        with pytest.raises(WrongState):
            actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 24), state_version=None)
        for more, field in (
            ({"price_fen": 99_999_999}, "price"), ({"bidder_uscc": "x"}, "bidder_uscc"), ({"bidders": 0}, "bidders"),
            ({"held_on": dt.date(2026, 12, 18)}, "held_on"), ({"rounds": -1}, "rounds"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                actions.record_sale(chief, lot.pk, sale_draft(one, **more))
            assert set(refused.value.fields) == {field}
        actions.record_sale(chief, lot.pk, sale_draft(one))
        with pytest.raises(Invalid):
            actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 23), state_version=None)
        actions.publish(chief, project.pk, until_on=dt.date(2026, 12, 24), state_version=None)
    with pytest.raises(WrongState):
        actions.award(chief, lot.pk, state_version=None)
    with driven_clock(moment("2026-12-25 10:00")):
        actions.award(chief, lot.pk, state_version=None)
    deal = Deal.objects.get()
    assert (deal.premium_fen, deal.savings_fen, deal.start_fen) == (30_000_000, None, 100_000_000)
    project.refresh_from_db()
    assert project.state == "awarded"


def test_a_failed_or_terminated_tender_stands_in_the_register_of_deals(chief):
    project = evaluated(lots=2)
    tendering.take_step(chief, project.pk, "fail", {"note": "有效投标不足三家"}, state_version=0)
    run_due_jobs()
    run_due_jobs()
    assert list(Deal.objects.values_list("status", flat=True)) == ["failed", "failed"]
    project = evaluated()
    tendering.take_step(chief, project.pk, "terminate", {"note": "项目取消"}, state_version=0)
    run_due_jobs()
    assert Deal.objects.get(external_id__startswith=project.number).status == "terminated"


def test_lamps_of_late_stages_are_told_once(chief):
    project = evaluated()
    with driven_clock(moment("2026-12-16 17:00")):
        actions.begin(project.pk)
    with driven_clock(moment("2026-12-21 10:00")):
        assert actions.light_lamps() == 0
    assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
    assert Notification.objects.filter(template="awards.stage_late", user=chief.user).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_awards_of_a_lot_at_once_give_one():
    chief = officer()
    project = published(chief)
    lot = the_lot(project)
    actions.choose(chief, lot.pk, first(project))
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def give() -> None:
        try:
            with driven_clock(moment(AFTER)):
                gate.wait(5)
                actions.award(chief, lot.pk, state_version=None)
            outcomes.append("awarded")
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["awarded", "wrong_state"]
    assert Award.objects.count() == Contract.objects.count() == Deal.objects.count() == 1
