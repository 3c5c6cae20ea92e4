"""Subcontracts of a signed contract: what is refused, and what stands on the page."""

import datetime as dt

import pytest

from portal.core.errors import Invalid, WrongState
from portal.core.time import driven_clock
from procurement.awards import actions
from procurement.awards.models import Subcontract
from tests.awards.objects import agent_of, awarded, contract_of, signed
from tests.factories import moment
from tests.tenders.objects import credit_code, officer

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


def _draft(**more):
    values = {
        "uscc": credit_code(7_654_321), "name": "江海桥涵有限公司", "part": "桥涵", "amount_fen": 1_000_000,
        "signed_on": dt.date(2027, 1, 5),
    }  # fmt: skip
    return {**values, **more}


def test_a_subcontract_names_firm_part_and_amount(chief, client):
    contract = signed(chief)
    agent = agent_of(contract.lot.project.buyer)
    for field, wrong in (
        ("uscc", {"uscc": "123"}), ("uscc", {"uscc": contract.bidder.organisation.uscc}), ("name", {"name": " "}),
        ("part", {"part": ""}), ("amount", {"amount_fen": 0}), ("amount", {"amount_fen": contract.total_fen + 1}),
        ("signed_on", {"signed_on": dt.date(2020, 1, 1)}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            actions.add_subcontract(agent, contract.pk, **_draft(**wrong))
        assert set(refused.value.fields) == {field}
    actions.add_subcontract(agent, contract.pk, **_draft())
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    page = client.get(f"/trading/contracts/{contract.pk}/").content.decode()
    assert "江海桥涵有限公司" in page and "subcontracts/new/" in page
    typed = {
        "name": "二次分包",
        "uscc": credit_code(7_654_322),
        "part": "路基",
        "amount": "x",
        "signed_on": "2027-01-06",
    }
    refused = client.post(f"/trading/contracts/{contract.pk}/subcontracts/new/", typed)
    assert refused.status_code == 422 and "二次分包" in refused.content.decode()
    assert (
        client.post(f"/trading/contracts/{contract.pk}/subcontracts/new/", {**typed, "amount": "100"}).status_code
        == 302
    )
    assert Subcontract.objects.count() == 2


def test_a_contract_that_is_not_signed_has_no_subcontract(chief):
    with pytest.raises(WrongState):
        actions.add_subcontract(chief, contract_of(awarded(chief).lot.project).pk, **_draft())
