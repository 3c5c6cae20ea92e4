"""A lot with too few bidders fails alone: its firms are told, it is tendered again, and the other lot goes on."""

import pytest
from django.utils.translation import override

from portal.core.errors import WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from procurement.models import Deal
from procurement.tenders import actions
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.models import Bond, FailedLot, Project
from tests.bids.objects import bid, closed, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import bidder, firm, officer

pytestmark = pytest.mark.django_db
AFTER = "2026-12-15 10:00"


@pytest.fixture
def story():
    """Two lots, the second with two bidders only; the buyer's agent decides."""
    officers = three()
    buyer, agent = firm("海州市教育局")
    values = {"budget_fen": 100_000_000, "control_price_fen": 98_000_000}
    project = receiving(
        officers, buyer=buyer, lots=[LotDraft(name="一标段", **values), LotDraft(name="二标段", bond_fen=100, **values)]
    )
    for _n in range(3):
        bid(project, lot=1)
    late, rep = bidder("海州独行建设有限公司")
    with driven_clock(moment("2026-11-24 10:00")):
        paper = project.documents.get()
        actions.take_document(rep, paper.pk, organisation_id=late.organisation_id, sender="1.2.3.4")
        lot = project.lots.get(number=2)
        bond = actions.declare_bond(rep, lot.pk, late.organisation_id, BondDraft(kind="transfer", reference="GH1"))
        actions.settle_bond(officer(), bond.pk, "confirm", {"evidence": "流水 8"}, state_version=bond.state_version)
    bid(project, (late, rep), lot=2)
    bid(project, lot=2)
    closed(project)
    opened(project, officers[:2])
    return project, agent, rep


def test_the_lot_is_written_down_told_and_its_bond_goes_back_while_the_other_goes_on(story):
    project, agent, rep = story
    failed = FailedLot.objects.get()
    assert (failed.lot.number, failed.ground, failed.bidders, failed.attempt) == (2, "short", 2, 1)
    assert (failed.state, project.state) == ("awaiting", "opened")
    notice = project.notices.get(kind="failed")
    assert "二标段" in notice.text and "一标段" not in notice.text
    told = Notification.objects.filter(template="tenders.lot_failed")
    assert {one.user_id for one in told} == {rep.user_id, agent.user_id}
    assert Bond.objects.get().state == "due_back"
    assert Event.objects.filter(stream="tenders.project", stream_id=project.pk, type="tender.lot_failed").count() == 1


def test_the_buyer_repeats_the_lot_alone_with_its_documents_and_once_only(story):
    project, agent, _rep = story
    failed = FailedLot.objects.get()
    with driven_clock(moment(AFTER)):
        actions.settle_failed_lot(agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version)
        with pytest.raises(WrongState):
            actions.settle_failed_lot(agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version + 1)
    made = Project.objects.get(repeats=project)
    lot = made.lots.get()
    assert (lot.repeats.number, lot.number, lot.name, made.budget_fen) == (2, 1, "二标段", 100_000_000)
    assert made.state == "registered" and made.title.endswith("（第2次）") and made.deadline_at is None
    paper, first = made.documents.get(), project.documents.get()
    assert paper.file.sha256 == first.file.sha256 and paper.file_id != first.file_id
    project.refresh_from_db()
    failed.refresh_from_db()
    assert (project.state, failed.state, failed.way) == ("opened", "repeated", "tender")


def test_the_register_of_deals_counts_the_failed_lot_once(story):
    project, agent, _rep = story
    with driven_clock(moment(AFTER)):
        for _n in range(3):
            run_due_jobs()
        failed = FailedLot.objects.get()
        actions.settle_failed_lot(agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version)
        run_due_jobs()
    assert list(Deal.objects.values_list("external_id", "status")) == [(f"{project.number}/2", "failed")]


def test_a_tender_that_failed_later_repeats_only_what_was_not_decided_on(story):
    project, agent, _rep = story
    failed = FailedLot.objects.get()
    chief = officer()
    with driven_clock(moment(AFTER)):
        actions.settle_failed_lot(agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version)
        project.refresh_from_db()
        ended = actions.take_step(chief, project.pk, "fail", {"note": "全部否决"}, state_version=project.state_version)
        assert set(FailedLot.objects.values_list("lot__number", "ground")) == {(1, "declared"), (2, "short")}
        again = actions.repeat(chief, project.pk, state_version=ended.state_version)
    assert [lot.repeats.number for lot in again.lots.all()] == [1]
    assert set(FailedLot.objects.values_list("state", flat=True)) == {"repeated"}


def test_a_tender_whose_last_lot_failed_is_declared_as_failed_first(story):
    project, agent, _rep = story
    from django.db import transaction

    from procurement.tenders.actions.lots import fail_lot

    with driven_clock(moment(AFTER)):
        with transaction.atomic():
            lot = project.lots.get(number=1)
            fail_lot(lot, FailedLot.Ground.ALL_REJECTED, officer(), bidders=0, public=False)
        failed = FailedLot.objects.get(lot__number=2)
        with override("en"), pytest.raises(WrongState) as refused:
            actions.settle_failed_lot(agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version)
        with override("en"):
            assert "declared as failed first" in str(refused.value)
    failed.refresh_from_db()
    assert failed.state == "awaiting"
