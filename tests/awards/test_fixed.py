"""What a row said at its last step: changed in the database afterwards, each kind is named at its place."""

import datetime as dt

import pytest
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from portal.core.models import Event, StoredFile
from portal.core.time import driven_clock
from procurement import fixed
from procurement.awards import actions
from procurement.awards.actions import PenaltyDraft
from procurement.awards.models import (
    Change,
    Choice,
    Contract,
    Milestone,
    Payment,
    Penalty,
    Remedy,
    ResultNotice,
    Subcontract,
    Vote,
)
from procurement.bidders.models import Restriction
from procurement.conduct import actions as conduct
from procurement.conduct.models import Act, Decision, Rating
from procurement.evaluation import actions as evaluating
from procurement.evaluation.models import Ballot, Clarification, Declaration, Explanation, Rejection, Signature
from procurement.experts.actions import block
from procurement.experts.models import PanelMember, Standing
from procurement.tenders import actions as tendering
from procurement.tenders.models import Document, Notice, Opinion, Question
from tests.awards.objects import (
    agent_of,
    answered,
    candidate,
    contract_of,
    first,
    objection,
    paper,
    published,
    supervisor,
)
from tests.awards.test_proofs import _verify
from tests.conduct.objects import draft, ended, experts_of, rated, step
from tests.evaluation.objects import MOMENT, Committee, seat
from tests.experts.objects import accept, decline, held, live, pool, suspension
from tests.factories import moment
from tests.tenders.objects import announced, bidder, credit_code, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def _each_is_found(*cases: tuple[type[models.Model], dict, type[models.Model] | None]):
    """One row after the other: changed it is named, and put back nothing is."""
    assert list(fixed.changed()) == []
    for model, values, owner in cases:
        rows = model._base_manager.filter(pk=model._base_manager.order_by("pk").values_list("pk", flat=True)[0])
        before = rows.values(*values)[0]
        assert rows.update(**values) == 1
        found = list(fixed.changed())
        assert len(found) == 1, (model, values, found)
        assert str((owner or model)._meta.verbose_name) in found[0][0] and "last step" in found[0][1]
        rows.update(**before)
    assert list(fixed.changed()) == []


def longer(name: str) -> Concat:
    return Concat(F(name), Value("（改）"))


def test_contract_notice_remedy_and_penalty(capsys):
    chief, proposer = officer(), supervisor()
    project = published(chief)
    with driven_clock(moment("2026-12-18 10:00")):
        answered(objection(project), chief)
    with driven_clock(moment("2026-12-22 10:00")):
        actions.choose(chief, project.lots.get().pk, first(project))
        actions.award(chief, project.lots.get().pk, state_version=None)
        contract = contract_of(project)
        draft_of = actions.ContractDraft(
            amount_fen=contract.award_fen, signed_on=dt.date(2026, 12, 22), starts_on=dt.date(2026, 12, 22),
            ends_on=dt.date(2027, 12, 22), terms="工期一年",
        )  # fmt: skip
        actions.sign(chief, contract.pk, draft_of, paper(chief), state_version=0)
        buyer = agent_of(project.buyer)
        made = actions.add_milestone(buyer, contract.pk, name="路基完成", due_on=dt.date(2027, 3, 1))
        actions.accept_milestone(buyer, contract.pk, made.pk, opinion="合格")
        actions.add_payment(buyer, contract.pk, name="首付款", amount_fen=1_000_000, due_on=dt.date(2027, 1, 5))
        actions.add_subcontract(
            buyer, contract.pk, uscc=credit_code(7_654_321), name="江海桥涵有限公司", part="桥涵", amount_fen=1_000_000,
            signed_on=dt.date(2027, 1, 5),
        )  # fmt: skip
        change = actions.propose_change(buyer, contract.pk, amount_fen=500_000, reason="增加边沟")
        actions.decide_change(chief, contract.pk, change.pk, approve=True)
        fine = actions.propose_penalty(
            proposer,
            PenaltyDraft(
                uscc=contract.bidder.organisation.uscc, ground="弄虚作假", article="第五十四条", amount_fen=500_000
            ),
        )
        actions.take_penalty_step(supervisor(), fine.pk, "decide", {}, state_version=0)
    _each_is_found(
        (Notice, {"text": longer("text")}, None),
        (Contract, {"changed_fen": 1}, None),
        (Contract, {"signed_on": dt.date(2026, 12, 21)}, None),
        (Milestone, {"opinion": "不合格"}, Contract),
        (Payment, {"amount_fen": 2_000_000}, Contract),
        (Subcontract, {"amount_fen": 2}, Contract),
        (Change, {"amount_fen": 400_000}, Contract),
        (Remedy, {"answer": "经核查，异议成立。"}, None),
        (Penalty, {"amount_fen": 1}, None),
    )
    Subcontract.objects.all().delete()
    number = project.number
    assert [place for place, _what in fixed.changed(number)] == [
        f"{number}, {Contract._meta.verbose_name} {contract.number}"
    ]
    Notice.objects.create(project=project, kind=Notice.Kind.RESULT, text="另有中标人", published_at=contract.created_at)
    assert "no step wrote it" in [what for _place, what in fixed.changed(number)]
    Notice.objects.filter(kind=Notice.Kind.RESULT).delete()
    assert "it is gone, and no step took it away" in _verify(capsys)[1]


def test_seats_of_a_committee_and_the_block_of_an_expert():
    with driven_clock(moment("2026-12-11 10:00")):
        people = pool()
        draw = held()
        accept(live(draw)[0])
        refused = decline(live(draw)[1])
        block(supervisor(), people[0].pk, suspension())
    _each_is_found((PanelMember, {"state": "declined"}, None), (Standing, {"ends_on": dt.date(2026, 12, 20)}, None))
    PanelMember.objects.filter(pk=refused.pk).update(state="accepted", why="")
    assert [place for place, _what in fixed.changed()] == [
        f"{draw.project.number}, {PanelMember._meta.verbose_name} {refused.pk}"
    ]


def test_ratings_decisions_and_what_keeps_a_firm_out():
    with driven_clock(moment("2026-11-20 10:00")):
        project = ended()
        rated(project, experts_of(project)[0], officer(), "Z01", "Z08")
        one = conduct.propose(supervisor(), draft(uscc=credit_code(555), name="别家有限公司"))
    with driven_clock(moment("2026-12-20 10:00")):
        step(supervisor(), one, "decide")
    _each_is_found(
        (Rating, {"points": 1}, None),
        (Act.ratings.through, {"act_id": Act.objects.exclude(ratings__isnull=False).values("pk")[:1]}, Rating),
        (Decision, {"ends_on": dt.date(2026, 12, 31)}, None),
        (Decision, {"ground": longer("ground")}, None),
        (Restriction, {"ends_on": dt.date(2026, 12, 31)}, None),
    )


def test_questions_to_bidders_and_the_reason_of_an_expert_who_stands_apart():
    with driven_clock(MOMENT):
        committee = Committee(seats=5).seated().scoring()
        one = committee.one()
        asked = evaluating.ask(committee.chair, one.pk, committee.bid(0).pk, "请说明工期安排。")
        evaluating.answer(committee.bidders[0][1], asked.pk, "见第三章。")
        committee.scored(((40, 32, 34), (40, 32, 34), (5, 32, 34), (40, 32, 34), (40, 32, 34)))
        evaluating.explain(committee.members[2], one.pk, committee.bid(0).pk, reason="关键工序缺失")
        _each_is_found(
            (Clarification, {"question": "请说明报价。"}, None),
            (Clarification, {"answer": longer("answer")}, None),
            (Explanation, {"reason": "笔误"}, None),
        )
        evaluating.reopen_card(committee.chair, one.pk, committee.seats[2].pk, reason="复核")
    assert not Explanation.objects.exists() and list(fixed.changed()) == []
    Event.objects.filter(type="evaluation.card_reopened").delete()
    assert [what for _place, what in fixed.changed()] == ["it is gone, and no step took it away"]


def test_what_the_members_declared_voted_and_signed_and_why_a_bid_was_rejected():
    with driven_clock(MOMENT):
        committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated().reviewed(failing=[1])
        committee.answered(1)
        committee.voted(1, reject=True)
        committee.step("proceed")
        committee.scored()
        committee.step("close_scoring")
        one = committee.one()
        evaluating.sign(committee.members[0], one.pk, agrees=False, dissent="业绩不足")
        evaluating.sign(committee.members[1], one.pk, agrees=True)
        _each_is_found(
            (Rejection, {"outcome": "dropped"}, None),
            (Rejection, {"reason": "另有原因"}, None),
            (Ballot, {"reject": False}, None),
            (Signature, {"dissent": "无"}, None),
            (Signature, {"word": "deemed"}, None),
            (Declaration, {"avoids": True, "reason": "近亲属"}, None),
        )


def test_a_vote_on_competition_and_a_correction_that_a_bidder_refuses():
    with driven_clock(MOMENT):
        committee = Committee(seats=5).seated()
        one = committee.one()
        evaluating.correct(
            committee.chair, one.pk, committee.bid(0).pk, ground="words", corrected_fen=91_000_000, note="开标一览表"
        )
        committee.answered(0, "不认可", accepted=False)
        committee.reviewed()
        committee.voted(0, reject=True)
        for actor in committee.members:
            evaluating.vote_on_competition(actor, one.pk, reject=False, reason="报价合理")
        assert list(fixed.changed()) == []
        Rejection.objects.update(text="未响应")
        Ballot.objects.filter(rejection__isnull=True, member=committee.seats[0]).update(reason="改")
        assert len(list(fixed.changed())) == 2


def test_what_is_taken_up_again_is_fixed_as_it_then_stands():
    with driven_clock(MOMENT):
        committee = Committee(prices=(900_000, 950_000, 940_000, 930_000)).seated().reviewed(failing=[1])
        committee.answered(1)
        committee.voted(1, reject=True)
        committee.step("proceed")
        committee.scored()
        committee.step("close_scoring")
        evaluating.sign(committee.members[0], committee.one().pk, agrees=True)
        PanelMember.objects.filter(pk=committee.seats[2].pk).update(state="replaced")
        committee.seats[2] = seat(committee.panel)
        committee.declare(committee.members[2])
        committee.step("take_up")
        assert Rejection.objects.get().outcome == "open" and not Signature.objects.exists()
        assert list(fixed.changed()) == []
        Rejection.objects.update(text="未响应")
        assert len(list(fixed.changed())) == 1


def test_documents_opinions_and_questions():
    chief = officer()
    with driven_clock(moment("2026-11-20 09:00")):
        project = announced(chief)
    asking = bidder()
    with driven_clock(moment("2026-11-24 10:00")):
        taken = {"organisation_id": asking[0].organisation_id, "sender": "203.0.113.7"}
        tendering.take_document(asking[1], project.documents.get().pk, **taken)
        question = tendering.ask(asking[1], project.pk, asking[0].organisation_id, "能否分包？")
        project.refresh_from_db()
        tendering.answer(
            chief, project.pk, question.pk, text="不可以。", changes_documents=False,
            state_version=project.state_version,
        )  # fmt: skip
    _each_is_found(
        (Document, {"withdrawn_at": moment("2026-11-21 09:00")}, None),
        (Opinion, {"text": "文件有误"}, None),
        (Question, {"answer": "可以。"}, None),
        (Question, {"text": "能否联合？"}, None),
    )
    StoredFile.objects.filter(pk=Document.objects.get().file_id).update(sha256="0" * 64)
    assert len(list(fixed.changed())) == 1


def test_a_choice_its_votes_and_what_the_bidders_were_told():
    chief = officer()
    project = published(chief, ranked=False)
    winner = candidate(project, 2)
    votes = [("王一", winner.pk, "方案优"), ("李二", winner.pk, ""), ("张三", candidate(project, 1).pk, "")]
    with driven_clock(moment("2026-12-22 10:00")):
        choice = actions.ChoiceDraft(
            candidate_id=winner.pk,
            ground="separated",
            note="按《定标规则》第六条",
            votes=votes,
            minutes_id=paper(chief),
        )
        actions.choose(chief, project.lots.get().pk, choice)
        actions.award(chief, project.lots.get().pk, state_version=None)
    _each_is_found(
        (Choice, {"note": "按领导意见"}, None),
        (Vote, {"reason": "价低"}, Choice),
        (ResultNotice, {"reason": "未中标"}, None),
    )
    Vote.objects.filter(name="张三").delete()
    assert len(list(fixed.changed())) == 1
