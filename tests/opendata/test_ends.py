"""Tenders that end otherwise, tenders that are never published, and the sweep that catches what was lost."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.awards import actions as awarding
from procurement.awards.models import WithdrawnAward
from procurement.bids.models import Consortium, ConsortiumMember, Submission
from procurement.models import Deal
from procurement.opendata import actions, policies
from procurement.opendata.exact import yuan
from procurement.opendata.models import Process, Release
from procurement.tenders import actions as tendering
from procurement.tenders.models import Project
from tests import factories
from tests.awards.objects import awarded, evaluated
from tests.bids.objects import bid, closed, receiving
from tests.factories import moment
from tests.opendata import review
from tests.opendata.objects import (
    Story,
    at,
    compiled,
    lots,
    tags,
    text_of,
)
from tests.tenders.objects import announced, bidder, officer, registered, reviewed, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _whatever_the_end_it_is_valid(db):
    """By the reviewers' own tool, where its schemas are at hand: each process that the test leaves behind."""
    yield
    if not review.OCDS.is_dir():
        return
    for one in Process.objects.all():
        for name in ("process-releases", "process-record"):
            content = Client().get(reverse(f"opendata:{name}", args=[one.ocid])).content
            assert review.errors(json.loads(content)) == {}, name


def test_a_tender_that_is_not_announced_is_not_published():
    with driven_clock(moment("2026-11-20 10:00")):
        for project in (registered(), reviewed()):
            assert actions.publish(project.pk) is None
            assert actions.to_sweep(everything=True) == []
    assert not Process.objects.exists()


@pytest.mark.parametrize(("category", "method"), [("land", "listing"), ("property", "auction"), ("other", "listing")])
def test_sales_stay_outside(category, method):
    project = evaluated(category=category, method=method, state="publicity")
    assert not policies.is_published(project)
    assert actions.publish(project.pk) is None
    assert actions.to_sweep(everything=True) == []


# --- other ends ---------------------------------------------------------------------------------------------------------


def test_a_tender_with_too_few_bidders_fails_without_saying_who_bid():
    with driven_clock(moment("2026-11-20 09:00")):
        profile = bidder("海州孤勇建设有限公司")
    project = receiving(lots=lots())
    with at("2026-11-23 10:01"):
        pass
    bid(project, profile)
    closed(project)
    chief = officer()
    with at("2026-12-14 10:00"):
        state = Project.objects.get(pk=project.pk).state_version
        tendering.take_step(chief, project.pk, "fail", {"note": "投标人少于三家"}, state_version=state)
    assert tags(project) == [["planning", "tender"], ["tenderCancellation"]]
    assert compiled(project)["tender"]["status"] == "unsuccessful"
    assert "海州孤勇" not in text_of(project) and "bids" not in text_of(project)
    assert Deal.objects.get(external_id=f"{project.number}/1").status == "failed"


def test_a_repeated_tender_names_the_one_that_failed():
    project = receiving(lots=lots())
    closed(project)
    chief = officer()
    with at("2026-12-14 10:00"):
        state = Project.objects.get(pk=project.pk).state_version
        failed = tendering.take_step(chief, project.pk, "fail", {"note": "无人投标"}, state_version=state)
    with at("2026-12-15 10:00"):
        again = tendering.repeat(chief, project.pk, state_version=failed.state_version)
        with_papers(again, chief)
    (link,) = compiled(again)["relatedProcesses"]
    assert link["identifier"] == Process.objects.get(project=project).ocid
    assert link["relationship"] == ["unsuccessfulProcess"]
    (back,) = compiled(Project.objects.get(pk=project.pk))["relatedProcesses"]
    assert (back["identifier"], back["relationship"]) == (
        Process.objects.get(project=again).ocid, ["replacementProcess"],
    )  # fmt: skip


def with_papers(project, chief):
    from tests.tenders.objects import with_document

    with_document(project, chief)
    passed = tendering.take_step(chief, project.pk, "pass", {"opinion": "齐备"}, state_version=None)
    days = schedule("2026-12-16", "2026-12-23", "2027-01-11 09:30")
    tendering.announce(chief, project.pk, days, place="开标一室", state_version=passed.state_version)


def test_every_firm_of_a_consortium_is_a_tenderer_and_a_supplier_and_its_bid_is_one():
    story = Story()
    story.bid()
    lead = Submission.objects.filter(book__lot__project=story.project).order_by("sequence").first()
    partner, agent = bidder()
    made = Consortium.objects.create(
        project=story.project, lead=lead.bidder, made_by=agent.user, made_at=lead.received_at
    )
    for one in (lead.bidder, partner):
        ConsortiumMember.objects.create(
            project=story.project, consortium=made, bidder=one, is_lead=one == lead.bidder, work="路面", speciality="市政",
            grade="first",
        )  # fmt: skip
    Submission.objects.filter(pk=lead.pk).update(consortium=made)
    for step in (story.close, story.open, story.evaluate, story.publish_candidates, story.award):
        step()
    found = compiled(story.project)
    both = [lead.bidder.organisation.name, partner.organisation.name]
    told = [[one["name"] for one in bid["tenderers"]] for bid in found["bids"]["details"]]
    assert both in told and len(told) == 3
    assert found["tender"]["numberOfTenderers"] == 3 and len(found["tender"]["tenderers"]) == 4
    assert [one["name"] for one in found["awards"][0]["suppliers"]] == both


def test_a_terminated_tender_is_cancelled_and_stands_in_the_register():
    chief = officer()
    with at("2026-11-20 10:00"):
        project = announced(chief)
    with at("2026-11-25 10:00"):
        tendering.take_step(chief, project.pk, "terminate", {"note": "规划调整"}, state_version=project.state_version)
    assert tags(project)[-1] == ["tenderCancellation"]
    assert compiled(project)["tender"]["status"] == "cancelled"
    assert Deal.objects.get(external_id=f"{project.number}/1").status == "terminated"


def test_a_moved_deadline_is_an_amendment_with_both_moments():
    chief = officer()
    with at("2026-11-20 10:00"):
        project = announced(chief)
    with at("2026-12-07 10:00"):
        tendering.publish_change(chief, project.pk, text="改", changes_documents=True, state_version=None)
    (change,) = compiled(project)["tender"]["amendments"]
    assert "2026-12-14T09:30:00+08:00" in change["description"]
    assert compiled(project)["tender"]["tenderPeriod"]["endDate"] > "2026-12-14"
    assert tags(project)[-1] == ["tenderAmendment"]


def test_an_award_that_does_not_last_stays_as_cancelled_and_the_next_one_has_a_name_of_its_own():
    chief = officer()
    with driven_clock(moment("2026-12-16 18:00")):
        project = evaluated()
    with driven_clock(moment("2026-12-17 10:00")):
        awarding.publish(chief, project.pk, until_on=dt.date(2026, 12, 21), state_version=None)
    with at("2026-12-22 10:00"):
        first = awarded(chief, project)
    with at("2026-12-23 10:00"):
        contract = first.lot.contracts.get()
        awarding.take_contract_step(chief, contract.pk, "refuse", {"note": "放弃"}, state_version=0)
    gone = WithdrawnAward.objects.get(lot=first.lot)
    (cancelled,) = compiled(project)["awards"]
    assert (cancelled["id"], cancelled["status"]) == (f"{project.number}-1-1", "cancelled")
    assert tags(project)[-1] == ["tenderUpdate", "awardCancellation"]
    assert compiled(project)["tender"]["status"] == "active"
    with at("2026-12-24 10:00"):
        second = awarding.ChoiceDraft(
            candidate_id=first.lot.candidates.get(rank=2).pk, ground="gave_up", note="放弃声明"
        )
        awarding.choose(chief, first.lot_id, second)
        awarding.award(chief, first.lot_id, state_version=None)
    assert [(one["id"][-3:], one["status"]) for one in compiled(project)["awards"]] == [
        ("1-1", "cancelled"),
        ("1-2", "active"),
    ]
    assert compiled(project)["awards"][0]["value"]["amount"] == yuan(gone.price_fen)


def test_a_lot_that_nobody_got_is_an_unsuccessful_award_and_a_failed_deal():
    chief = officer()
    with driven_clock(moment("2026-12-16 18:00")):
        project = evaluated(lots=2)
        project.lots.get(number=2).candidates.all().delete()
    with driven_clock(moment("2026-12-17 10:00")):
        awarding.publish(chief, project.pk, until_on=dt.date(2026, 12, 21), state_version=None)
    with at("2026-12-22 10:00"):
        lot = project.lots.get(number=1)
        named = lot.candidates.get(rank=1)
        awarding.choose(chief, lot.pk, awarding.ChoiceDraft(candidate_id=named.pk, ground="first"))
        awarding.award(chief, lot.pk, state_version=None)
    statuses = {one["items"][0]["id"]: one["status"] for one in compiled(project)["awards"]}
    assert statuses == {"1": "active", "2": "unsuccessful"}
    assert Deal.objects.get(external_id=f"{project.number}/2").status == "failed"


def test_a_bid_that_could_not_be_read_has_no_price():
    from procurement.bids.models import OpenedBid, Opening

    with driven_clock(moment("2026-12-14 10:00")):
        project = evaluated(state="opened")
        Opening.objects.create(
            project=project, state="recorded", due_at=project.deadline_at, named_at=project.announced_at
        )
        one = OpenedBid.objects.filter(lot__project=project).order_by("pk").first()
        OpenedBid.objects.filter(pk=one.pk).update(finding="damaged", price_fen=123)
        actions.publish(project.pk)
    details = {bid["id"]: bid for bid in compiled(project)["bids"]["details"]}
    broken = details.pop(f"1-{one.bidder.organisation.uscc}")
    assert broken["status"] == "disqualified" and "value" not in broken
    assert all("value" in bid for bid in details.values())


# --- what was lost ------------------------------------------------------------------------------------------------------


def test_the_sweep_publishes_what_no_event_led_to(capsys):
    with driven_clock(moment("2026-12-16 18:00")):
        project = evaluated()
        call_command("ocds_publish")
        assert "1 tenders looked at, 1 releases written" in capsys.readouterr().out
        call_command("ocds_publish")
        assert "1 tenders looked at, 0 releases written" in capsys.readouterr().out
        call_command("ocds_publish", "--verify")
        assert "1 releases checked" in capsys.readouterr().out
    assert Process.objects.get(project=project).releases_written == 1


def test_a_tender_that_ended_long_ago_is_looked_at_only_when_it_is_asked_for():
    with driven_clock(moment("2026-12-16 18:00")):
        project = evaluated(state="failed", ended_on=dt.date(2026, 12, 16))
        actions.publish(project.pk)
    with driven_clock(moment("2027-12-16 18:00")):
        assert list(actions.to_sweep()) == []
        assert list(actions.to_sweep(everything=True)) == [project.pk]


# --- who sees it --------------------------------------------------------------------------------------------------------


def test_what_the_policy_allows_is_what_the_queryset_finds():
    with driven_clock(moment("2026-12-16 18:00")):
        for state in ("announced", "awarded", "failed"):
            actions.publish(evaluated(state=state).pk)
    people = [AnonymousUser(), factories.citizen(), *(factories.staff(role) for role in (Role.CLERK, Role.SUPERVISOR))]
    for user in people:
        for model, policy in ((Process, policies.may_see_process), (Release, policies.may_see_release)):
            allowed = {one.pk for one in model.objects.all() if policy(user, one)}
            assert allowed == set(model.objects.visible_to(user).values_list("pk", flat=True)) != set()
