"""The scoring sheet: what the law and arithmetic ask of it, when it may be written, how it changes afterwards."""

from decimal import Decimal

import pytest
from django.utils import translation

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.rules import display_value
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.evaluation import actions
from procurement.evaluation.actions import CriterionDraft
from procurement.evaluation.models import Sheet
from procurement.tenders import actions as tenders
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Notice
from tests import factories
from tests.evaluation.objects import BENCHMARK, LOWEST, MOMENT, QUALITATIVE, REVIEWS, SCORED, sheet_draft, tender
from tests.factories import moment
from tests.tenders.objects import announced, firm, officer, registered
from tests.tenders.objects import draft as tender_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(MOMENT):
        yield


def write(draft, *, by=None, category="construction", method="open"):
    buyer, agent = firm()
    project = tender(category, method, buyer=buyer, state="registered", announced_at=None)
    return actions.write_sheet(by or agent, project.lots.get().pk, draft, state_version=0)


@pytest.mark.parametrize("draft", [sheet_draft(), LOWEST, BENCHMARK, QUALITATIVE])
def test_each_method_of_the_tendering_law_has_its_sheet(draft):
    sheet = write(draft)
    assert sheet.method == draft.method
    assert [one.title for one in sheet.criteria.all()] == [one.title for one in draft.criteria]


def points(most: int):
    return (*REVIEWS, CriterionDraft(part="technical", title="方案", max_points=Decimal(most)))


def weighed(object_: str, weight: int):
    return {"object": object_, "price_weight": weight, "criteria": points(100 - weight)}


@pytest.mark.parametrize(
    ("category", "method", "more", "field", "words"),
    [
        ("government", "open", weighed("goods", 29), "price_weight", "第五十五条"),
        ("government", "open", weighed("services", 9), "price_weight", "10"),
        ("government", "consultation", weighed("goods", 61), "price_weight", "60"),
        ("government", "consultation", weighed("services", 31), "price_weight", "30"),
        ("government", "open", {"object": "goods", "small_discount": Decimal("0.09")}, "small_discount", "10"),
        ("government", "open", {"object": "works", "small_discount": Decimal("0.10")}, "small_discount", "5"),
        ("construction", "open", {"small_discount": Decimal("0.1")}, "small_discount", ""),
        ("government", "open", {"method": "benchmark"}, "method", ""),
        ("government", "negotiation", {"object": "goods"}, "method", ""),
        ("government", "inquiry", {"object": "goods"}, "method", ""),
        ("government", "consultation", {"method": "lowest", "object": "goods", "price_weight": 0}, "method", ""),
        ("government", "open", {"separated": True, "separation_ground": "x", "object": "goods"}, "separated", ""),
        ("construction", "open", {"separated": True, "separation_ground": " "}, "separated", ""),
        ("construction", "open", {"method": "qualitative", "price_weight": 0}, "separated", ""),
        ("construction", "open", {"criteria": points(59)}, "criteria", "99"),
        ("construction", "open", {"criteria": SCORED}, "criteria", ""),
        ("construction", "open", {"criteria": ()}, "criteria", ""),
        ("construction", "open", {"criteria": (*REVIEWS, *SCORED, CriterionDraft(part="x", title="y"))}, "criteria", ""),
        ("construction", "open", {"method": "lowest", "price_weight": 0}, "criteria", ""),
        ("construction", "open", {"method": "lowest", "criteria": REVIEWS}, "price_weight", ""),
        ("construction", "open", {"method": "benchmark"}, "above", ""),
        ("construction", "open", {"candidates": 4}, "candidates", "3"),
        ("construction", "open", {"candidates": 0}, "candidates", "3"),
        ("construction", "open", {"price_weight": 0, "criteria": points(100)}, "price_weight", ""),
    ],
)  # fmt: skip
def test_a_sheet_that_breaks_a_rule_is_refused_beside_its_field(category, method, more, field, words):
    with pytest.raises(Invalid) as refused:
        write(sheet_draft(**more), category=category, method=method)
    assert field in refused.value.fields and words in str(refused.value.fields[field])
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("way", ["negotiation", "inquiry"])
def test_negotiation_and_inquiry_go_to_the_lowest_price(way):
    draft = sheet_draft(method="lowest", price_weight=0, criteria=REVIEWS, object="goods")
    assert write(draft, category="government", method=way).method == "lowest"


@pytest.mark.parametrize(("object_", "weight"), [("goods", 30), ("services", 10)])
def test_the_least_weight_of_the_law_is_enough(object_, weight):
    draft = sheet_draft(object=object_, price_weight=weight, criteria=points(100 - weight))
    assert write(draft, category="government").price_weight == weight


def test_the_sheet_is_the_buyers_and_the_centres_and_nobody_elses():
    _other, stranger = firm()
    with pytest.raises(NotFound):
        write(sheet_draft(), by=stranger)
    auditor = actor_of(factories.staff(Role.AUDITOR), Role.AUDITOR)
    with pytest.raises(NotAllowed):
        write(sheet_draft(), by=auditor)
    assert write(sheet_draft(), by=officer())


def test_two_who_write_at_once_do_not_overwrite_each_other():
    buyer, agent = firm()
    project = registered(agent, buyer)
    lot = project.lots.get()
    actions.write_sheet(agent, lot.pk, sheet_draft(), state_version=0)
    with pytest.raises(Stale):
        actions.write_sheet(agent, lot.pk, LOWEST, state_version=0)
    assert Sheet.objects.get().method == "comprehensive"


def test_a_reviewed_sheet_is_locked_and_an_announced_one_changes_only_by_a_notice_that_moves_the_deadline():
    buyer, agent = firm()
    project = announced(buyer=buyer)
    lot = project.lots.get()
    with pytest.raises(WrongState):
        actions.write_sheet(agent, lot.pk, sheet_draft(), state_version=project.state_version)
    with driven_clock(moment("2026-12-07 10:00")):
        made = actions.change_sheet(
            agent, lot.pk, sheet_draft(), text="补充评分办法", state_version=project.state_version
        )
    assert made.kind == Notice.Kind.CHANGE and made.deadline_after > made.deadline_before
    assert Sheet.objects.get().method == "comprehensive"


def test_after_the_deadline_nobody_changes_how_bids_are_judged():
    buyer, agent = firm()
    project = announced(buyer=buyer)
    with driven_clock(moment("2026-12-14 09:30")), pytest.raises(WrongState) as refused:
        actions.change_sheet(
            agent, project.lots.get().pk, sheet_draft(), text="改", state_version=project.state_version
        )
    assert str(refused.value)
    assert not Sheet.objects.exists()


def test_a_change_without_words_changes_nothing():
    buyer, agent = firm()
    project = announced(buyer=buyer)
    with pytest.raises(Invalid):
        actions.change_sheet(agent, project.lots.get().pk, sheet_draft(), text=" ", state_version=project.state_version)
    assert not Sheet.objects.exists()


def test_correcting_the_registration_keeps_the_sheets_of_the_lots_that_stay():
    buyer, agent = firm()
    two = [LotDraft(name="一标段", budget_fen=100), LotDraft(name="二标段", budget_fen=200)]
    project = registered(agent, buyer, lots=two)
    for version, lot in enumerate(project.lots.all()):
        actions.write_sheet(agent, lot.pk, sheet_draft(), state_version=version)
    tenders.rewrite(agent, project.pk, tender_draft(buyer, title="修改后", lots=two[:1]), state_version=2)
    assert [sheet.lot.number for sheet in Sheet.objects.all()] == [1]


def test_a_sale_has_no_sheet():
    with pytest.raises(WrongState):
        write(sheet_draft(), category="land", method="listing")


def test_the_rule_of_the_methods_reads_in_the_readers_words():
    value = {"negotiation": "lowest", "goods": [30, 100]}
    with translation.override("zh-hans"):
        assert display_value(value, "limits") == "竞争性谈判: 最低评标价法; 货物: 30 / 100"
