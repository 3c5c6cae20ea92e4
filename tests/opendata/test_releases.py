"""What is published of a tender, and when: told through the actions of its rooms."""

import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from portal.core.time import driven_clock
from procurement.models import Deal
from procurement.opendata import actions
from procurement.opendata.exact import digest, read, written, yuan
from procurement.opendata.models import Process, Release
from tests.factories import moment
from tests.opendata.objects import (
    AGENCY,
    BUYER,
    LEADER,
    NAMES,
    bodies,
    compiled,
    text_of,
)

pytestmark = pytest.mark.django_db


def released(told, step):
    """The releases that a step of the story led to."""
    names = list(told.count)
    before = told.count[names[names.index(step) - 1]] if step != names[0] else 0
    return bodies(told.project)[before : told.count[step]]


# --- the whole way ------------------------------------------------------------------------------------------------------


def test_each_public_fact_is_a_release_with_its_tag(told):
    said = {step: [body["tag"] for body in released(told, step)] for step in told.count}
    assert said == {
        "announced": [["planning", "tender"]],
        "clarified": [["tenderAmendment"]],
        "bid": [],
        "closed": [],
        "opened": [["tenderUpdate"]],
        "evaluated": [],
        "public": [["tenderUpdate"]],
        "awarded": [["tenderUpdate", "award"]],
        "signed": [],
        "contract": [["tenderUpdate", "contract"]],
        "changed": [["contractAmendment"]],
        "agreed": [["implementation"]],
        "performed": [["implementationUpdate"]],
        "completed": [["contractTermination"]],
    }


def test_identifiers_are_stable_and_moments_never_go_back(told):
    process = Process.objects.get(project=told.project)
    assert process.ocid == f"ocds-hz0123-{told.number}"
    rows = list(Release.objects.filter(process=process).order_by("sequence"))
    assert [row.release_id for row in rows] == [f"{process.ocid}-{n:04d}" for n in range(1, len(rows) + 1)]
    assert [row.released_at for row in rows] == sorted({row.released_at for row in rows})
    assert all(digest(row.body) == row.sha256 and json.loads(row.body)["id"] == row.release_id for row in rows)
    assert all(body["date"].endswith("+08:00") for body in bodies(told.project))


def test_organisations_are_named_by_their_credit_code_in_every_release(told):
    parties = {party["id"]: party for party in compiled(told.project)["parties"]}
    assert {party["name"] for party in parties.values()} == {BUYER, AGENCY, *NAMES}
    assert all(code == f"CN-USCC-{party['identifier']['id']}" for code, party in parties.items())
    winner = next(party for party in parties.values() if party["name"] == NAMES[0])
    assert winner["roles"] == ["tenderer", "supplier", "payee"]
    agency = next(party for party in parties.values() if party["name"] == AGENCY)
    assert agency["roles"] == ["procuringEntity"]


def test_no_fen_is_lost_and_no_number_is_a_text(told):
    text = told.text["completed"]
    assert '"amount":12345678901.23,' in text and '"amount":12000000000.07,' in text
    found = compiled(told.project)
    assert found["planning"]["budget"]["amount"] == {"amount": Decimal("12345678901.23"), "currency": "CNY"}
    assert found["tender"]["value"]["amount"] == Decimal("12345678901.19"), "the ceiling is the control price"
    (contract,) = found["contracts"]
    assert contract["value"]["amount"] == Decimal("12000010000.08"), "award 12,000,000,000.07 and change 10,000.01"


def test_award_bid_contract_and_lot_name_one_another(told):
    found = compiled(told.project)
    (award,), (contract,) = found["awards"], found["contracts"]
    bids = {one["id"]: one for one in found["bids"]["details"]}
    assert contract["awardID"] == award["id"] and award["status"] == "active"
    assert bids[award["relatedBids"][0]]["tenderers"][0]["name"] == award["suppliers"][0]["name"] == NAMES[0]
    assert {item["id"] for item in award["items"]} == {item["id"] for item in found["tender"]["items"]} == {"1"}
    assert found["tender"]["status"] == "complete" and contract["status"] == "terminated"


def test_a_release_is_never_changed(told):
    row = Release.objects.filter(process__project=told.project).first()
    row.body = "{}"
    with pytest.raises(TypeError):
        row.save()


def test_publishing_again_says_nothing_new(told):
    before = text_of(told.project)
    with driven_clock(moment("2027-07-01 10:00")):
        assert actions.publish(told.project.pk) is None
    assert text_of(told.project) == before


# --- nothing before its hour --------------------------------------------------------------------------------------------


def test_before_the_opening_nothing_tells_who_bid_or_that_anybody_did(told):
    text = told.text["closed"]
    assert not any(name in text for name in NAMES)
    assert all(word not in text for word in ("bids", "tenderers", "numberOfTenderers", "12000000000.07"))
    assert NAMES[0] in told.text["opened"] and "12000000000.07" in told.text["opened"]


def test_the_opening_says_prices_but_not_what_the_committee_will_find(told):
    (opened,) = released(told, "opened")
    assert {one["status"] for one in opened["bids"]["details"]} == {"pending"}
    assert {one["measure"] for one in opened["bids"]["statistics"]} == {"bids", "bidders"}
    assert "rank" not in told.text["completed"] and "score" not in told.text["completed"]


def test_the_committee_s_work_is_not_told_before_the_candidates_are_public(told):
    assert told.text["evaluated"] == told.text["opened"]
    (public,) = released(told, "public")
    assert {one["status"] for one in public["bids"]["details"]} == {"valid"}
    values = {one["measure"]: one["value"] for one in public["bids"]["statistics"]}
    assert values["validBids"] == 3 and values["lowestValidBidValue"] == Decimal("12000000000.07")


def test_the_award_is_not_told_before_it_is_announced(told):
    assert "awards" not in told.text["public"] and "supplier" not in told.text["public"]
    assert "awards" in told.text["awarded"]


def test_milestones_and_payments_are_told_with_who_paid_whom_and_nothing_of_people(told):
    (contract,) = compiled(told.project)["contracts"]
    performance = contract["implementation"]
    (milestone,) = performance["milestones"]
    assert (milestone["title"], milestone["status"]) == ("竣工验收", "met")
    assert milestone["dueDate"] == milestone["dateMet"] == "2027-06-01T00:00:00+08:00"
    (paid,) = performance["transactions"]
    assert (paid["value"]["amount"], paid["date"]) == (Decimal("1000000.07"), "2027-06-01T00:00:00+08:00")
    roles = {one["id"]: one["roles"] for one in compiled(told.project)["parties"]}
    assert "payer" in roles[paid["payer"]["id"]] and "buyer" in roles[paid["payer"]["id"]]
    assert "payee" in roles[paid["payee"]["id"]] and "supplier" in roles[paid["payee"]["id"]]
    assert "赵强" not in text_of(told.project) and "BANK-REF-77" not in text_of(told.project)


def test_a_contract_is_not_told_before_it_is_published(told):
    assert "contracts" not in told.text["signed"] and "dateSigned" not in told.text["signed"]
    assert "contracts" in told.text["contract"]


def test_people_are_never_named(told):
    text = told.text["completed"]
    for secret in (LEADER, "李工", "李四", "赵强", "13900001111", "0518-12345678", "contactPoint", "王芳"):
        assert secret not in text, secret


# --- deals --------------------------------------------------------------------------------------------------------------


def test_an_award_stands_in_the_register_with_base_control_price_and_savings(told):
    deal = Deal.objects.get(source="own", external_id=f"{told.number}/1")
    assert (deal.status, deal.winner, deal.buyer) == ("awarded", NAMES[0], BUYER)
    assert deal.base_fen == deal.control_price_fen == 1_234_567_890_119
    assert deal.savings_fen == 1_234_567_890_119 - 1_200_000_000_007


# --- proofs and exact numbers ------------------------------------------------------------------------------------------


def test_a_changed_text_is_found(told, capsys):
    from django.core.management.base import CommandError

    Release.objects.filter(process__project=told.project, sequence=1).update(body="{}")
    with pytest.raises(CommandError, match="1 releases"):
        call_command("ocds_publish", "--verify")
    assert f"{told.number}-0001" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0"), (1, "0.01"), (10, "0.1"), (100, "1"), (123456, "1234.56"), (100_000_000, "1000000"),
     (10**17 - 1, "999999999999999.99"), (-5, "-0.05")],
)  # fmt: skip
def test_every_amount_is_written_with_exactly_its_fen(fen, text):
    assert written(yuan(fen)) == text
    assert Decimal(text) * 100 == fen


def test_a_float_is_refused_since_it_would_lose_fen():
    with pytest.raises(TypeError):
        written({"amount": 0.1})


def test_what_is_written_is_read_back_the_same():
    data = {"a": [yuan(123456), 1, None, True, "“引号” \\ \n"], "b": {}}
    assert read(written(data)) == json.loads(json.dumps(data, default=float), parse_float=Decimal)
