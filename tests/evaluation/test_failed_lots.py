"""A lot that fails in the evaluation: written down with the end of the session, its sheet goes along when it is repeated."""

import pytest
from django.db import transaction

from portal.core.jobs import run_due_jobs
from procurement.evaluation.models import Session
from procurement.models import Deal
from procurement.tenders import actions as tendering
from procurement.tenders.models import FailedLot, Project
from tests.evaluation.objects import LOWEST, Committee

pytestmark = pytest.mark.django_db


def half_failed() -> Committee:
    """Of two lots the second had no bid in good order; the first has its candidates."""
    committee = Committee(lots=2, draft=LOWEST)
    committee.project.lots.get(number=2).opened_bids.update(finding="broken")
    committee.seated().reviewed()
    committee.step("proceed")
    assert not FailedLot.objects.exists()  # not before the whole evaluation is concluded
    committee.signed()
    committee.project.refresh_from_db()
    return committee


def repeated(committee: Committee) -> Project:
    failed = FailedLot.objects.get()
    tendering.settle_failed_lot(committee.agent, failed.pk, "repeat_lot", {}, state_version=failed.state_version)
    return Project.objects.get(repeats=committee.project)


def test_the_failed_lot_waits_for_its_decision_while_the_other_has_candidates():
    committee = half_failed()
    failed = FailedLot.objects.get()
    assert (failed.lot.number, failed.ground, failed.state, failed.bidders) == (2, "no_bids", "awaiting", 0)
    assert committee.project.state == "evaluated" and committee.project.notices.filter(kind="failed").count() == 1
    for _n in range(2):
        run_due_jobs()
    assert list(Deal.objects.values_list("external_id", "status")) == [(f"{committee.project.number}/2", "failed")]


def test_a_tender_without_any_candidate_tells_of_its_failure_when_it_is_declared():
    committee = Committee(lots=2, draft=LOWEST)
    for lot in committee.project.lots.all():
        lot.opened_bids.update(finding="broken")
    committee.begun()
    assert FailedLot.objects.count() == 2
    assert not committee.project.notices.filter(kind="failed").exists()


def test_the_repeated_lot_begins_with_its_sheet_as_a_draft():
    committee = half_failed()
    made = repeated(committee)
    for _n in range(2):
        run_due_jobs()
    sheet, first = made.lots.get().sheet, committee.project.lots.get(number=2).sheet
    assert sheet.method == "lowest" and sheet.pk != first.pk
    assert [one.title for one in sheet.criteria.all()] == [one.title for one in first.criteria.all()]


def test_what_was_repeated_is_not_evaluated_again():
    committee = half_failed()
    repeated(committee)
    Project.objects.filter(pk=committee.project.pk).update(state="opened")
    committee.begun()
    assert [one.lot.number for one in Session.objects.get(number=2).evaluations.all()] == [1]


def test_what_waits_is_back_in_the_evaluation_when_bids_are_evaluated_again():
    committee = half_failed()
    for _n in range(2):
        run_due_jobs()
    with transaction.atomic():
        tendering.move(Project.objects.get(pk=committee.project.pk), "reopen", committee.agent)
    assert FailedLot.objects.get().state == "lifted"
    for _n in range(2):
        run_due_jobs()
    assert Deal.objects.get().status == "announced"
    committee.begun()
    assert Session.objects.get(number=2).evaluations.count() == 2
