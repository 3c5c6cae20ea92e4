"""A database that somebody changed behind the portal's back: the command finds the place."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from portal.core.models import Event, EventPersonal
from portal.core.time import driven_clock
from procurement.awards.models import Award, Contract
from procurement.evaluation import actions as evaluating
from procurement.evaluation.models import Candidate, EvaluatedBid, Score
from procurement.models import Deal
from procurement.tenders.actions.bonds import release_all
from procurement.tenders.models import Bond, Project
from tests.awards.objects import awarded
from tests.evaluation.objects import MOMENT, Committee
from tests.factories import moment
from tests.tenders.objects import officer
from tests.tenders.test_bonds import held

pytestmark = pytest.mark.django_db


def _verify(capsys, *args):
    """What the command says: its error, and the places."""
    try:
        call_command("verify_results", *args)
    except CommandError as error:
        return str(error), capsys.readouterr().err
    return "", capsys.readouterr().out


@pytest.fixture
def award():
    with driven_clock(moment("2026-12-22 10:00")):
        return awarded(officer())


@pytest.fixture
def committee():
    """Everybody has handed in."""
    with driven_clock(MOMENT):
        yield Committee().seated().scoring().scored()


@pytest.mark.parametrize(
    ("model", "values", "what"),
    [
        (Award, {"price_fen": 1}, "not the one that was recorded"),
        (Contract, {"award_fen": 1}, "amount of the contract"),
        (Contract, {"state": "refused"}, "not in the state"),
        (Project, {"state": "evaluated"}, "not in the state"),
        (Deal, {"deal_fen": F("deal_fen") - 100, "savings_fen": F("savings_fen") + 100}, "another winner or price"),
        (Deal, {"winner": "别家有限公司"}, "another winner or price"),
        (Deal, {"base_fen": F("base_fen") + 100, "savings_fen": F("savings_fen") + 100}, "do not follow"),
    ],
)
def test_a_changed_result_is_found_at_its_place(capsys, award, model, values, what):
    assert _verify(capsys)[0] == ""
    model.objects.update(**values)
    error, told = _verify(capsys)
    number = Contract.objects.get().number if model is Contract else award.lot.project.number
    assert error.endswith("differences") and what in told and number in told


def test_a_deal_that_was_taken_out_of_the_register_is_found(capsys, award):
    Deal.objects.all().delete()
    assert "not in the register" in _verify(capsys, award.lot.project.number)[1]


def test_a_score_that_was_changed_after_it_was_handed_in_is_found(capsys, committee):
    number = committee.one().lot.project.number
    assert _verify(capsys, number)[0] == ""
    score = Score.objects.filter(points__isnull=False).order_by("pk").first()
    Score.objects.filter(pk=score.pk).update(points=score.points - 1)
    error, told = _verify(capsys, number)
    assert error == "1 differences" and f"{number}/1, card {score.card_id}" in told


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (EvaluatedBid, {"price_fen": 1}),
        (EvaluatedBid, {"total": 99}),
        (Candidate, {"price_fen": 1}),
        (Candidate, {"rank": None}),
    ],
)
def test_a_result_that_was_changed_after_the_report_is_found(capsys, committee, model, values):
    one = committee.one()
    committee.step("close_scoring")
    committee.signed()
    number = one.lot.project.number
    assert _verify(capsys, number)[0] == ""
    model.objects.filter(pk=model.objects.order_by("pk").values_list("pk", flat=True)[0]).update(**values)
    error, told = _verify(capsys, number)
    assert error == "1 differences" and "prices, points or candidates" in told and number in told


def test_a_digest_that_was_taken_away_is_found(capsys, committee):
    EventPersonal.objects.order_by("-pk")[0].delete()
    assert "is gone" in _verify(capsys)[1]


def test_nobody_reads_scores_out_of_the_history(committee):
    for event in Event.objects.filter(type="evaluation.handed_in"):
        told = json.loads(event.body)
        assert set(told["data"]) == {"seat"} and len(told["personal"]) == 64
        assert set(json.loads(event.personal.data)) == {"sha256"} and event.personal.data not in event.body


def test_a_card_that_was_opened_again_is_measured_by_what_was_handed_in_last(capsys, committee):
    one, member = committee.one(), committee.members[1]
    evaluating.reopen_card(committee.chair, one.pk, one.cards.order_by("pk")[1].member_id, reason="记错了一格")
    evaluating.hand_in(member, one.pk, committee.entries((31, 32, 34)))
    assert _verify(capsys)[0] == ""


def test_there_is_no_tender_of_that_number(capsys):
    assert "there is no tender" in _verify(capsys, "JY-20260101-JYZX-000001-X")[0]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"state": "forfeited"}, "not in the state"),
        ({"amount_fen": F("amount_fen") - 100}, "not the one that was declared"),
    ],
)
def test_a_changed_bond_is_found(capsys, settings, tmp_path, values, what):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES, settings.DEMO = {**settings.STORAGES, "default": options}, False
    with driven_clock(moment("2026-11-20 10:00")):
        bond = held()
        release_all(bond.lot.project, Bond.Ground.LOST, moment("2026-11-20 10:00").date(), officer())
    assert _verify(capsys)[0] == ""
    Bond.objects.update(**values)
    error, told = _verify(capsys)
    assert error.endswith("differences") and what in told and bond.reference in told
