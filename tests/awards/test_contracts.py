"""Contracts: the amount of the award, thirty days, bonds, publication, refusal, performance, changes by two people."""

import datetime as dt

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.awards import actions, policies
from procurement.awards.actions import ChoiceDraft
from procurement.awards.models import Award, Contract, Procedure, WithdrawnAward
from procurement.models import Deal
from procurement.tenders.models import Bond, Notice
from tests import factories
from tests.awards.objects import (
    agent_of,
    awarded,
    candidate,
    contract_draft,
    contract_of,
    evaluated,
    paper,
    published,
    signed,
    the_lot,
)
from tests.exports.lists import client_of
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-12-22 10:00")):
        yield


@pytest.fixture
def chief():
    return officer()


def at(text: str):
    return driven_clock(moment(text))


def bond(project, rank: int) -> Bond:
    one = candidate(project, rank).bidder
    return Bond.objects.create(
        lot=the_lot(project), organisation=one.organisation, kind="transfer", amount_fen=2_000_000, reference=f"GH{one.pk}",
        state="held", held_on=dt.date(2026, 12, 1), declared_at=moment("2026-12-01 10:00"),
    )  # fmt: skip


def states(*bonds: Bond) -> list[str]:
    return [Bond.objects.get(pk=one.pk).state for one in bonds]


def step(actor, contract, code, **inputs) -> Contract:
    return actions.take_contract_step(actor, contract.pk, code, inputs, state_version=None)


def government(chief, **more) -> Contract:
    project = evaluated(category="government", **more)
    with at("2026-12-17 10:00"):
        actions.report(chief, project.pk, state_version=None)
    return contract_of(awarded(chief, project).lot.project)


def sign(chief, contract, **more) -> Contract:
    return actions.sign(chief, contract.pk, contract_draft(contract, **more), paper(chief), state_version=None)


def test_a_contract_for_another_amount_is_refused_with_the_article(chief):
    contract = contract_of(awarded(chief).lot.project)
    for amount in (contract.award_fen + 1, contract.award_fen - 1):
        with pytest.raises(Invalid) as refused:
            sign(chief, contract, amount_fen=amount)
        assert set(refused.value.fields) == {"amount"}
        assert "46" in str(refused.value.fields["amount"]) or "四十六" in str(refused.value.fields["amount"])
    contract.refresh_from_db()
    assert contract.state == "due"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"performance_bond_fen": 9_000_001}, "performance_bond"),
        ({"signed_on": dt.date(2026, 12, 23)}, "signed_on"),
        ({"signed_on": dt.date(2026, 12, 21)}, "signed_on"),
        ({"ends_on": dt.date(2026, 12, 1)}, "ends_on"),
        ({"terms": " "}, "terms"),
    ],
)
def test_a_contract_that_cannot_be_is_refused_beside_its_field(chief, more, field):
    contract = contract_of(awarded(chief).lot.project)
    with pytest.raises(Invalid) as refused:
        sign(chief, contract, **more)
    assert set(refused.value.fields) == {field}


def test_a_contract_needs_its_paper_and_a_reason_where_it_is_late(chief):
    contract = contract_of(awarded(chief).lot.project)
    with pytest.raises(Invalid) as refused:
        actions.sign(chief, contract.pk, contract_draft(contract), None, state_version=None)
    assert set(refused.value.fields) == {"paper"}
    with at("2027-01-22 10:00"):
        with pytest.raises(Invalid) as refused:
            sign(chief, contract)
        assert set(refused.value.fields) == {"late_reason"}
        assert sign(chief, contract, late_reason="银行保函延迟开立").late_reason


def test_a_signed_contract_moves_the_tender_on_and_releases_the_bonds_of_the_tendering_law(chief):
    project = published(chief)
    bonds = [bond(project, rank) for rank in (1, 2, 3)]
    award = awarded(chief, project)
    assert states(*bonds) == ["held"] * 3
    contract = sign(chief, contract_of(project))
    project.refresh_from_db()
    assert (contract.state, project.state, contract.due_on) == ("signed", "contracted", None)
    assert states(*bonds) == ["due_back"] * 3
    assert Bond.objects.filter(ground="contract", due_on=dt.date(2026, 12, 27)).count() == 3
    assert award.bidder_id == contract.bidder_id
    with pytest.raises(WrongState):
        sign(chief, contract)


def test_in_government_procurement_the_contract_is_public_within_two_working_days(chief):
    contract = sign(chief, government(chief))
    assert contract.due_on == dt.date(2026, 12, 24)
    with at("2026-12-25 09:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
        contract = step(chief, contract, "publish")
    assert (contract.published_on, contract.due_on) == (dt.date(2026, 12, 25), None)
    assert Notice.objects.filter(kind="contract").count() == 1
    with pytest.raises(WrongState):
        step(chief, contract, "publish")


def test_the_lamp_of_a_contract_that_is_not_signed_is_told_once(chief):
    contract = contract_of(awarded(chief).lot.project)
    assert contract.due_on == dt.date(2027, 1, 21)
    with at("2027-01-22 09:00"):
        actions.light_lamps()
        assert actions.light_lamps() == 0
    assert Notification.objects.filter(template="awards.contract_late", user=chief.user).count() == 1


def test_a_winner_who_does_not_sign_loses_the_bond_and_the_next_candidate_may_be_chosen(chief):
    project = published(chief)
    winners, seconds = bond(project, 1), bond(project, 2)
    awarded(chief, project)
    contract = contract_of(project)
    with pytest.raises(Invalid):
        step(chief, contract, "refuse", note="")
    with pytest.raises(NotAllowed):
        step(agent_of(project.buyer), contract, "refuse", note="拒签")
    contract = step(chief, contract, "refuse", note="书面放弃中标")
    project.refresh_from_db()
    assert (contract.state, project.state) == ("refused", "evaluated")
    assert states(winners, seconds) == ["forfeited", "held"]
    assert WithdrawnAward.objects.get().ground == "refused" and not Award.objects.exists()
    assert Deal.objects.get().status == "announced"
    assert Procedure.objects.get().stage == "choose"
    with at("2026-12-23 10:00"):
        actions.choose(
            chief,
            the_lot(project).pk,
            ChoiceDraft(candidate_id=candidate(project, 2).pk, ground="gave_up", note="见放弃函"),
        )
        award = actions.award(chief, the_lot(project).pk, state_version=None)
    assert award.price_fen == 92_000_000 and contract_of(project).award_fen == 92_000_000
    assert Deal.objects.get().deal_fen == 92_000_000


def test_one_lot_that_is_refused_leaves_the_other_as_it_is(chief):
    project = published(chief, evaluated(lots=2))
    awarded(chief, project)
    step(chief, contract_of(project, 1), "refuse", note="书面放弃")
    contract = sign(chief, contract_of(project, 2))
    project.refresh_from_db()
    assert (contract.state, project.state) == ("signed", "evaluated")
    with at("2026-12-23 10:00"):
        actions.choose(
            chief,
            the_lot(project, 1).pk,
            ChoiceDraft(candidate_id=candidate(project, 2).pk, ground="gave_up", note="放弃函"),
        )
        actions.award(chief, the_lot(project, 1).pk, state_version=None)
        project.refresh_from_db()
        assert project.state == "awarded"
        sign(chief, contract_of(project, 1))
    project.refresh_from_db()
    assert project.state == "contracted"


def test_the_register_leads_from_milestones_and_payments_to_the_end(chief):
    contract = signed(chief)
    project = contract.lot.project
    agent = agent_of(project.buyer)
    with pytest.raises(WrongState):
        step(agent, contract, "complete")
    one = actions.add_milestone(agent, contract.pk, name="路面工程", due_on=dt.date(2027, 6, 30))
    rate = actions.add_payment(agent, contract.pk, name="进度款", amount_fen=60_000_000, due_on=dt.date(2027, 7, 10))
    with pytest.raises(Invalid) as refused:
        actions.add_payment(agent, contract.pk, name="尾款", amount_fen=30_000_001, due_on=dt.date(2027, 8, 10))
    assert "300,000" in str(refused.value.fields["amount"]) or "300000" in str(refused.value.fields["amount"])
    with at("2027-07-12 10:00"):
        with pytest.raises(WrongState):
            step(agent, contract, "complete")
        with pytest.raises(Invalid):
            actions.accept_milestone(agent, contract.pk, one.pk, opinion=" ")
        actions.accept_milestone(agent, contract.pk, one.pk, opinion="验收合格")
        with pytest.raises(WrongState):
            actions.accept_milestone(agent, contract.pk, one.pk, opinion="验收合格")
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
        for more in ({"paid_on": dt.date(2027, 7, 13)}, {"reference": ""}):
            with pytest.raises(Invalid):
                actions.pay(
                    agent, contract.pk, rate.pk, **{"paid_on": dt.date(2027, 7, 12), "reference": "HK1", **more}
                )
        actions.pay(agent, contract.pk, rate.pk, paid_on=dt.date(2027, 7, 12), reference="HK1")
        with pytest.raises(WrongState):
            actions.pay(agent, contract.pk, rate.pk, paid_on=dt.date(2027, 7, 12), reference="HK1")
        step(agent, contract, "complete")
    project.refresh_from_db()
    assert project.state == "completed"


def test_nothing_is_registered_for_a_contract_that_is_not_signed(chief):
    contract = contract_of(awarded(chief).lot.project)
    with pytest.raises(WrongState):
        actions.add_milestone(chief, contract.pk, name="x", due_on=dt.date(2027, 6, 30))


@pytest.mark.parametrize("bad", [{"name": ""}, {"due_on": dt.date(2020, 1, 1)}])
def test_rows_that_cannot_be_are_refused(chief, bad):
    contract = signed(chief)
    good = {"name": "路面工程", "due_on": dt.date(2027, 6, 30)}
    with pytest.raises(Invalid):
        actions.add_milestone(chief, contract.pk, **{**good, **bad})
    with pytest.raises(Invalid):
        actions.add_payment(chief, contract.pk, **{**good, "amount_fen": 1, **bad})
    with pytest.raises(Invalid):
        actions.add_payment(chief, contract.pk, **good, amount_fen=0)


def test_a_change_is_approved_by_a_second_person_and_raises_what_can_be_paid(chief):
    contract = signed(chief)
    agent = agent_of(contract.lot.project.buyer)
    for bad in ({"reason": ""}, {"amount_fen": -contract.award_fen}):
        with pytest.raises(Invalid):
            actions.propose_change(agent, contract.pk, **{"amount_fen": 1, "reason": "x", **bad})
    change = actions.propose_change(agent, contract.pk, amount_fen=10_000_000, reason="新增边坡防护")
    with pytest.raises(NotAllowed):
        actions.decide_change(agent, contract.pk, change.pk, approve=True)
    change = actions.decide_change(chief, contract.pk, change.pk, approve=True)
    contract.refresh_from_db()
    assert (contract.changed_fen, contract.total_fen, change.over_limit) == (10_000_000, 100_000_000, False)
    with pytest.raises(WrongState):
        actions.decide_change(chief, contract.pk, change.pk, approve=False)


def test_changes_over_ten_percent_are_flagged_in_government_procurement_all_together(chief):
    contract = sign(chief, government(chief))
    agent = agent_of(contract.lot.project.buyer)
    flags = []
    for fen in (5_000_000, 4_000_000, 1):
        change = actions.propose_change(agent, contract.pk, amount_fen=fen, reason="追加数量")
        flags.append(actions.decide_change(chief, contract.pk, change.pk, approve=True).over_limit)
    assert flags == [False, False, True]
    page = client_of(chief.user).get(f"/trading/contracts/{contract.pk}/").content.decode()
    assert "more than the 10% of the contract" in page and "over 10%" in page
    change = actions.propose_change(agent, contract.pk, amount_fen=90_000_000, reason="追加数量")
    assert not actions.decide_change(chief, contract.pk, change.pk, approve=False).over_limit


def test_a_contract_is_terminated_with_its_reason(chief):
    contract = signed(chief)
    with pytest.raises(Stale):
        actions.take_contract_step(chief, contract.pk, "terminate", {"note": "违约"}, state_version=0)
    contract = step(chief, contract, "terminate", note="承包人根本违约")
    assert (contract.state, contract.note) == ("terminated", "承包人根本违约")
    contract.lot.project.refresh_from_db()
    assert contract.lot.project.state == "contracted", "nothing was completed"


def test_who_opens_a_contract_are_its_sides_and_the_trading_centre(chief):
    contract = signed(chief)
    project = contract.lot.project
    people = [
        chief.user, agent_of(contract.bidder).user, agent_of(project.buyer).user, bidder()[1].user,
        agent_of(candidate(project, 2).bidder).user,
        *(factories.staff(role) for role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR)),
    ]  # fmt: skip
    for person in people:
        person = User.objects.get(pk=person.pk)
        listed = Contract.objects.visible_to(person).filter(pk=contract.pk).exists()
        assert listed == policies.may_open_contract(person, contract)
    with pytest.raises(NotFound):
        actions.add_milestone(bidder()[1], contract.pk, name="x", due_on=dt.date(2027, 6, 30))
    with pytest.raises(NotAllowed):
        actions.add_milestone(agent_of(contract.bidder), contract.pk, name="x", due_on=dt.date(2027, 6, 30))
