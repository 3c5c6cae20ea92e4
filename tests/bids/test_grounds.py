"""Findings, refusals and notices name the law of the tender: the tendering law, or government procurement."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.rules import rule
from portal.core.time import driven_clock
from procurement.bids import actions, findings
from procurement.bids.actions.joint import BidsJointly
from procurement.bids.actions.submitting import Late
from procurement.bids.rules import JOINT, LATE, MINIMUM, minimum_rule
from procurement.bids.writing import paper_of
from procurement.models import Method
from procurement.tenders.actions import LotDraft
from procurement.tenders.models import Notice, Project
from procurement.tenders.periods import by_law
from tests.bids.objects import bid, closed, opened, receiving, three
from tests.factories import moment

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 12, 14)
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=0)]
# Nothing of these belongs into a government procurement as its ground.
TENDERING = ("中华人民共和国招标投标法", "工程建设项目")


@pytest.fixture
def officers():
    return three()


@pytest.fixture
def government(officers):
    return receiving(officers, category="government", lots=LOTS)


def test_every_finding_of_a_government_procurement_rests_on_its_own_law():
    held = findings.grounds(Project(category="government", method="open"), ON)
    assert held.keys() == findings.CHECKS.keys()
    for code, ground in held.items():
        assert not any(name in ground.source for name in TENDERING), code
        assert ground.unverified, code  # none of these texts could be read in an official edition
    assert "《中华人民共和国政府采购法实施条例》第十八条" in held["same_legal_person"].source
    assert "第六十三条" in held["over_control"].source and "第87号" in held["over_control"].source
    assert "第74号" in held["over_control"].source
    plain = findings.grounds(Project(category="construction", method="open"), ON)
    assert plain["same_legal_person"].source == "《中华人民共和国招标投标法实施条例》第三十四条"
    assert "政府采购" not in plain["no_bond"].source


@pytest.mark.parametrize(
    ("category", "method", "article"),
    [
        ("construction", Method.OPEN, "招标投标法实施条例》第四十四条"),
        ("government", Method.OPEN, "第87号）第四十三条"),
        ("government", Method.INVITED, "第87号）第四十三条"),
        ("government", Method.NEGOTIATION, "第74号）第三十七条"),
        ("government", Method.INQUIRY, "第74号）第五十一条"),
        ("government", Method.CONSULTATION, "财库〔2014〕214号）第三十四条"),
        ("other", Method.NEGOTIATION, "第74号）第三十七条"),
    ],
)
def test_how_many_bidders_there_have_to_be_is_said_by_the_law_of_the_way_of_buying(category, method, article):
    found = rule(minimum_rule(Project(category=category, method=method)), ON)
    assert found.days == 3 and article in found.source


def test_a_single_source_and_a_listing_need_one():
    for method in (Method.SINGLE, Method.LISTING):
        project = Project(category="government", method=method)
        assert minimum_rule(project) == MINIMUM[method] and rule(minimum_rule(project), ON).days == 1


def test_the_board_and_the_record_of_a_government_procurement_name_order_87(government, officers):
    for price in (98_000_001, 95_000_000, 94_000_000):
        bid(government, price_fen=price)
    closed(government)
    opening = opened(government, (officers[0], officers[1]))
    with override("en"):
        shown = Client().get(reverse("bids:board", args=[government.number]), headers={"Accept-Language": "en"})
    text = shown.content.decode()
    assert "MOF order 87" in text and "article 63" in text
    assert "Tendering Law" not in text and "Regulation on the Tendering Law" not in text
    paper = str(paper_of(opening))
    assert "第六十三条" in paper and "招标投标法实施条例" not in paper


@pytest.mark.parametrize(
    ("category", "words", "foreign"),
    [("construction", "招标投标法实施条例", "政府采购"), ("government", "予以废标", "招标投标法")],
)
def test_a_failure_notice_names_the_law_of_the_tender(officers, category, words, foreign):
    tender = receiving(officers, category=category, lots=LOTS)
    bid(tender)
    closed(tender)
    with driven_clock(moment("2026-12-14 09:40")):
        actions.lapse(officers[0].actor, tender.pk)
    notice = Notice.objects.get(project=tender, kind=Notice.Kind.FAILED)
    assert words in notice.text and foreign not in notice.text


def test_a_negotiation_with_too_few_is_ended_not_called_a_failed_tender(officers):
    tender = receiving(officers, category="government", method="negotiation", lots=LOTS)
    bid(tender)
    closed(tender)
    with driven_clock(moment("2026-12-14 09:40")):
        actions.lapse(officers[0].actor, tender.pk)
    text = Notice.objects.get(project=tender, kind=Notice.Kind.FAILED).text
    assert "终止采购活动" in text and "第74号）第三十七条" in text and "废标" not in text


@pytest.mark.parametrize(("category", "article"), [("construction", "article 27"), ("government", "article 33")])
def test_who_comes_too_late_reads_the_article_of_the_law_of_the_tender(officers, category, article):
    tender = receiving(officers, category=category, lots=LOTS)
    with override("en"):
        with pytest.raises(Late) as late:
            bid(tender, at="2026-12-14 09:31")
        assert article in str(late.value)


def test_a_rule_with_a_twin_is_asked_by_the_law_of_the_tender():
    assert by_law(JOINT, Project(category="construction")) == "bids.ground.joint"
    assert by_law(JOINT, Project(category="government")) == "bids.ground.joint.g"
    with override("en"):
        source = rule(by_law(LATE, Project(category="government")), ON).display_source
        refused = BidsJointly(name="甲", lead="乙", source=source)
        assert "article 33" in str(refused)
