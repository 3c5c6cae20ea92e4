"""Negotiation and final offers: who may offer what until when, what nobody sees before, and what counts afterwards."""

import datetime as dt
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bids import watch
from procurement.bids.actions.watching import Failure, note_failures, note_look
from procurement.bids.models import Outage, PortalWatch
from procurement.evaluation import actions, offers, proofs
from procurement.evaluation.actions.negotiating import OfferLate
from procurement.evaluation.models import Candidate, Evaluation, FinalOffer, Negotiation, RoundDecision
from procurement.experts.models import PanelMember
from procurement.tenders.models import Bond, Lot
from tests import factories
from tests.evaluation.objects import LOWEST, MOMENT, Committee, seat, sheet_draft, tender

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with translation.override("en"), driven_clock(MOMENT):
        yield


@contextmanager
def later(minutes: int):
    with driven_clock(MOMENT + dt.timedelta(minutes=minutes)):
        yield


def negotiating(prices=(900_000, 950_000, 940_000), method="negotiation", **more) -> Committee:
    """The reviews are passed, the committee negotiates."""
    draft = LOWEST if method == "negotiation" else sheet_draft(object="services", price_weight=20)
    committee = Committee(prices, draft, category="government", method=method, **more).seated().reviewed()
    committee.step("proceed")
    assert committee.one().state == "negotiating"
    return committee


def asked(committee: Committee) -> Committee:
    actions.open_offers(committee.chair, committee.one().pk)
    return committee


def offered(committee: Committee, *yuan: int | None) -> Committee:
    """Each bidder gives what stands at its place; None says nothing."""
    for n, price in enumerate(yuan):
        if price is not None:
            actions.offer(committee.bidders[n][1], committee.bid(n).pk, price * 100)
    return committee


def closed(committee: Committee, minutes: int = 30) -> Evaluation:
    with later(minutes):
        return committee.step("close_offers")


def bond(committee: Committee, n: int) -> Bond:
    return Bond.objects.create(
        lot=committee.project.lots.get(), organisation=committee.bidders[n][0].organisation, kind="guarantee",
        amount_fen=1_000_000, reference=f"BH-{n}", guarantor="海州银行", declared_at=MOMENT, state="held",
        held_on=MOMENT.date(), valid_until=MOMENT.date() + dt.timedelta(days=90),
    )  # fmt: skip


# --- the way of a negotiation -----------------------------------------------------------------------------------------


def test_the_lowest_final_offer_wins_not_the_lowest_first_price():
    committee = offered(asked(negotiating()), 890_000, 850_000, 880_000)
    assert closed(committee).state == "clarifying"
    assert committee.step("proceed").state == "confirming"
    committee.signed()
    assert list(Candidate.objects.values_list("bidder", "price_fen")) == [
        (committee.bidders[n][0].pk, yuan * 100) for n, yuan in ((1, 850_000), (2, 880_000), (0, 890_000))
    ]
    assert committee.bid(1).bid.price_fen == 95_000_000  # what was read out stays what it was


def test_a_consultation_scores_the_final_prices():
    committee = offered(asked(negotiating(method="consultation")), 800_000, 880_000, 900_000)
    closed(committee)
    assert committee.step("proceed").state == "scoring"
    committee.scored()
    committee.step("close_scoring")
    assert [str(committee.bid(n).price_points) for n in range(3)] == ["20.00", "18.18", "17.78"]


def test_an_inquiry_and_a_tender_know_one_price():
    for method, draft in (("inquiry", LOWEST), ("open", sheet_draft(object="goods"))):
        committee = Committee(draft=draft, category="government", method=method).begun()
        if method == "inquiry":
            for actor in committee.members:
                committee.declare(actor)
            committee.elect()
            committee.reviewed()
            assert committee.step("proceed").state == "confirming"
        assert not Negotiation.objects.exists()


def test_a_low_final_offer_is_asked_about_and_the_first_price_is_not():
    committee = negotiating((300_000, 950_000, 940_000))
    assert not committee.bid(0).clarifications.exists()
    offered(asked(committee), 300_000, 900_000, 920_000)
    closed(committee)
    with later(31):
        assert committee.step("proceed").state == "clarifying"
    assert committee.bid(0).clarifications.get().kind == "low_price"


# --- demands ----------------------------------------------------------------------------------------------------------


def test_a_change_of_the_demands_is_told_to_all_once_the_buyers_representative_confirms_it():
    committee = negotiating()
    change = actions.change_demands(committee.chair, committee.one().pk, "质保期由一年改为三年")
    told = Notification.objects.filter(template="evaluation.demands")
    assert not told.exists()
    with pytest.raises(WrongState, match="representative"):
        asked(committee)
    with pytest.raises(NotAllowed):
        actions.settle_change(committee.members[1], change.pk, confirm=True)
    actions.settle_change(committee.members[2], change.pk, confirm=True)
    assert set(told.values_list("user", flat=True)) == {agent.user_id for _who, agent in committee.bidders}
    with pytest.raises(WrongState, match="decided already"):
        actions.settle_change(committee.members[2], change.pk, confirm=False)
    asked(committee)
    with pytest.raises(WrongState, match="once"):
        actions.change_demands(committee.chair, committee.one().pk, "再改")


def test_a_declined_change_is_told_to_nobody():
    committee = negotiating()
    change = actions.change_demands(committee.chair, committee.one().pk, "取消培训")
    assert not actions.settle_change(committee.members[2], change.pk, confirm=False).confirmed
    assert not Notification.objects.filter(template="evaluation.demands").exists()
    asked(committee)


# --- the round --------------------------------------------------------------------------------------------------------


def test_nobody_offers_before_the_round_or_after_its_end_and_a_new_offer_replaces_the_last():
    committee = negotiating()
    agent, bid = committee.bidders[0][1], committee.bid(0)
    with pytest.raises(WrongState, match="not asked"):
        actions.offer(agent, bid.pk, 88_000_000)
    asked(committee)
    first = actions.offer(agent, bid.pk, 88_000_000)
    with later(29):
        second = actions.offer(agent, bid.pk, 87_000_000)
    assert (second.version, second.sequence, second.previous) == (2, 2, first.digest)
    with later(30), pytest.raises(OfferLate, match="still counts"):
        actions.offer(agent, bid.pk, 10_000_000)
    offered(committee, None, 900_000, 900_000)
    closed(committee)
    assert committee.bid(0).price_fen == 87_000_000
    with pytest.raises(WrongState):
        asked(committee)


def test_the_price_stands_nowhere_readable_before_the_end_and_nobody_opens_it_early():
    committee = offered(asked(negotiating()), 812_345, 900_000, 900_000)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT opening FROM {FinalOffer._meta.db_table}")
        assert all("81234500" not in str(row) and "price" not in str(row) for row in cursor.fetchall())
    bodies = list(Event.objects.values_list("body", flat=True))
    assert not any("81234500" in body or "812,345" in body for body in bodies)
    with pytest.raises(WrongState, match="Until then nobody reads"):
        closed(committee, 29)
    assert committee.bid(0).price_fen == 90_000_000


def test_an_offer_above_the_control_price_is_refused_and_one_above_the_bid_is_confirmed():
    committee = asked(negotiating())
    agent, bid = committee.bidders[0][1], committee.bid(0)
    with pytest.raises(Invalid) as refused:
        actions.offer(agent, bid.pk, 98_000_001)
    assert "price" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        actions.offer(agent, bid.pk, 91_000_000)
    assert "higher" in refused.value.fields
    assert actions.offer(agent, bid.pk, 91_000_000, higher=True).act == "offered"


def test_without_a_control_price_the_budget_is_the_limit_of_an_offer():
    committee = asked(negotiating())
    Lot.objects.filter(project=committee.project).update(control_price_fen=None)
    agent, bid = committee.bidders[0][1], committee.bid(0)
    with pytest.raises(Invalid) as refused:
        actions.offer(agent, bid.pk, 100_000_001, higher=True)
    assert "price" in refused.value.fields
    assert actions.offer(agent, bid.pk, 100_000_000, higher=True).act == "offered"


def test_other_firms_get_nothing_and_a_rejected_bid_has_nothing_to_offer():
    committee = Committee((900_000,) * 4, LOWEST, category="government", method="negotiation").seated()
    committee.reviewed(failing=[3])
    committee.answered(3)
    committee.voted(3, reject=True)
    committee.step("proceed")
    asked(committee)
    with pytest.raises(NotFound):
        actions.offer(committee.bidders[1][1], committee.bid(0).pk, 80_000_000)
    with pytest.raises(NotFound):
        actions.offer(committee.bidders[3][1], committee.bid(3).pk, 80_000_000)


def test_a_tender_of_signed_bids_takes_signed_offers_only():
    committee = negotiating()
    committee.project.signature_required = True
    committee.project.save()
    asked(committee)
    with pytest.raises(Invalid) as refused:
        actions.offer(committee.bidders[0][1], committee.bid(0).pk, 80_000_000)
    assert refused.value.code == "not_signed"


# --- an outage within the round -----------------------------------------------------------------------------------------


def outage(begin: int = 5, end: int | None = 15, **more) -> Outage:
    """The pages were out between two minutes of the round."""
    values = {"kind": "web", "mark": uuid4().hex, "from_at": MOMENT + dt.timedelta(minutes=begin), **more}
    return Outage.objects.create(until_at=end and MOMENT + dt.timedelta(minutes=end), **values)


def supervisor(person=None) -> Actor:
    return actor_of(person or factories.staff(Role.SUPERVISOR), "supervisor")


def decided(committee: Committee, minutes: int = 10, at: int = 20, by: Actor | None = None) -> RoundDecision:
    with later(at):
        return actions.decide_round(by or supervisor(), committee.one().pk, minutes, "平台故障")


def test_after_an_outage_a_supervisor_lengthens_the_round_and_who_offered_may_replace_it():
    committee = offered(asked(negotiating()), 890_000, 880_000)
    outage()
    made = decided(committee)
    end = MOMENT + dt.timedelta(minutes=40)
    assert (made.until_after, committee.one().negotiation.due_at, made.outage_seconds) == (end, end, 600)
    told = Notification.objects.filter(template="evaluation.longer").values_list("user", flat=True)
    assert {agent.user_id for _who, agent in committee.bidders} | {one.user_id for one in committee.seats} == set(told)
    with later(35):
        actions.offer(committee.bidders[0][1], committee.bid(0).pk, 85_000_000)
        actions.offer(committee.bidders[2][1], committee.bid(2).pk, 87_000_000)
    with pytest.raises(WrongState, match="Until then"):
        closed(committee, 39)
    assert closed(committee, 40).state == "clarifying"
    assert [committee.bid(n).price_fen for n in range(3)] == [85_000_000, 88_000_000, 87_000_000]
    assert committee.one().minutes.filter(text__contains="平台故障").exists() and list(offers.problems()) == []
    Negotiation.objects.update(due_at=MOMENT + dt.timedelta(minutes=34))
    assert len(list(offers.problems())) == 3  # both came later, and the end is not the one that was decided


def test_the_offers_stay_closed_until_the_outage_is_decided_on_also_after_the_end():
    committee = offered(asked(negotiating()), 800_000, 810_000, None)
    outage()
    with pytest.raises(WrongState, match="supervisor decides first"):
        closed(committee, 31)
    with pytest.raises(Invalid) as refused:
        decided(committee, 9, at=45)
    assert set(refused.value.fields) == {"minutes"}
    assert decided(committee, 10, at=45).until_after == MOMENT + dt.timedelta(minutes=55)
    with later(50):
        actions.offer(committee.bidders[2][1], committee.bid(2).pk, 82_000_000)
    assert closed(committee, 55).state == "clarifying"
    with pytest.raises(WrongState):  # the prices are known
        decided(committee, 10, at=56)
    assert list(offers.problems()) == []


def test_a_round_that_stands_is_opened_and_an_outage_is_decided_on_once():
    committee = offered(asked(negotiating()), 800_000, 810_000, 820_000)
    outage()
    assert decided(committee, 0).until_after == MOMENT + dt.timedelta(minutes=30)
    with pytest.raises(WrongState, match="decided on already"):
        decided(committee)
    assert closed(committee, 31).state == "clarifying"


def test_a_round_is_lengthened_on_evidence_only_by_who_has_no_side():
    committee = asked(negotiating())
    with pytest.raises(WrongState, match="No outage"):
        decided(committee)
    outage(-20, -10)
    outage(5, 6)  # a pause between two looks
    outage(end=5, kind="request", project=tender(), detail="program")
    with pytest.raises(WrongState, match="No outage"):
        decided(committee)
    outage(end=5, kind="request", project=committee.project, detail="program")
    for person in (committee.chair.user, factories.staff(Role.PROCUREMENT_OFFICER)):
        with pytest.raises(NotAllowed):
            decided(committee, by=actor_of(person, "supervisor"))
    with pytest.raises(NotFound):
        decided(committee, by=committee.bidders[0][1])
    bound = factories.staff(Role.SUPERVISOR)
    bidding = committee.bidders[1][0].organisation
    Membership.objects.create(user=bound, organisation=bidding, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        decided(committee, by=supervisor(bound))
    assert decided(committee, 1).minutes == 1


def test_while_the_pages_are_out_or_unwatched_nothing_is_opened_or_decided():
    committee = offered(asked(negotiating()), 800_000, 810_000, 820_000)
    going_on = outage(end=None)
    for attempt in (lambda: closed(committee, 31), lambda: decided(committee, at=31)):
        with pytest.raises(WrongState, match="do not answer"):
            attempt()
    going_on.delete()
    watch = PortalWatch.objects.create(looked_at=MOMENT + dt.timedelta(minutes=20))
    with pytest.raises(WrongState, match="has not looked"):
        closed(committee, 31)
    watch.looked_at = MOMENT + dt.timedelta(minutes=31)
    watch.save()
    assert closed(committee, 31).state == "clarifying"


def test_the_watch_asks_while_a_round_runs_and_tells_supervisors_of_its_outage():
    committee, chief = asked(negotiating()), factories.staff(Role.SUPERVISOR)
    assert watch.needed()
    for minute, answer in enumerate(("", "slow", "slow", "slow", "slow", "")):
        with later(minute):
            note_look(answer)
    told = Notification.objects.filter(template="evaluation.round_outage")
    assert [one.user for one in told] == [chief]
    broken = Failure("m" * 32, committee.project.number, MOMENT + dt.timedelta(minutes=9), "program")
    with later(10):
        assert note_failures([broken]) == 1
        assert told.all().count() == 2
    with later(31):
        assert not watch.needed()


# --- leaving, and too few ---------------------------------------------------------------------------------------------


def test_who_leaves_before_the_offer_gets_the_bond_back_and_who_offered_is_bound():
    committee = negotiating((900_000, 950_000, 940_000, 930_000))
    held = bond(committee, 3)
    actions.leave(committee.bidders[3][1], committee.bid(3).pk, reason="无法满足变动后的需求")
    held.refresh_from_db()
    assert (held.state, held.ground) == ("due_back", "withdrawn") and held.due_on is not None
    asked(committee)
    with pytest.raises(WrongState, match="have left"):
        actions.offer(committee.bidders[3][1], committee.bid(3).pk, 80_000_000)
    offered(committee, 800_000, 810_000, 820_000)
    with pytest.raises(WrongState, match="no longer leave"):
        actions.leave(committee.bidders[0][1], committee.bid(0).pk)
    assert closed(committee).state == "clarifying"
    left = committee.bid(3)
    assert left.left and left.rejected and not left.rejections.exists()


def test_who_is_silent_has_left_and_two_offers_are_too_few():
    committee = offered(asked(negotiating()), 800_000, 810_000, None)
    silent = bond(committee, 2)
    one = closed(committee)
    assert (one.state, one.failure) == ("confirming", "no_offers")
    silent.refresh_from_db()
    assert silent.state == "due_back"
    committee.signed()
    assert committee.one().state == "failed" and not Candidate.objects.exists()


def test_two_offers_are_enough_on_a_ground_of_the_law():
    committee = negotiating(method="consultation")
    with pytest.raises(Invalid):
        actions.allow_two(committee.chair, committee.one().pk, ground="approved", note="财政部门批准")
    actions.allow_two(committee.chair, committee.one().pk, ground="services", note="财库〔2015〕124号")
    offered(asked(committee), 800_000, 810_000, None)
    assert closed(committee).state == "clarifying"


def test_all_who_leave_before_the_round_end_the_negotiation_without_one():
    committee = negotiating()
    actions.leave(committee.bidders[0][1], committee.bid(0).pk)
    assert closed(committee, 0).failure == "no_offers"


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_another_evaluation_keeps_the_final_offers_and_asks_for_no_second():
    committee = negotiating((900_000, 950_000, 940_000, 930_000))
    offered(asked(committee), 800_000, 810_000, 820_000, None)
    closed(committee)
    committee.step("proceed")
    committee.signed()
    committee.project.refresh_from_db()
    Evaluation.objects.filter(pk=committee.one().pk).update(state="concluded")
    committee.project.state = "opened"
    committee.project.save()
    Candidate.objects.update(ended_at=MOMENT)
    committee.seated()
    assert [committee.bid(n).price_fen for n in range(3)] == [80_000_000, 81_000_000, 82_000_000]
    assert committee.bid(3).left
    committee.reviewed()
    assert committee.step("proceed").state == "confirming"


def test_a_replaced_member_is_waited_for_and_the_offers_stay():
    committee = offered(asked(negotiating()), 800_000, 810_000, 820_000)
    with pytest.raises(WrongState, match="Open them first"):
        committee.step("take_up")
    PanelMember.objects.filter(pk=committee.seats[1].pk).update(state="replaced")
    committee.seats[1] = seat(committee.panel)
    committee.declare(committee.members[1])
    closed(committee)
    with later(40):
        with pytest.raises(WrongState, match="replaced"):
            committee.step("proceed")
        committee.step("take_up")
        committee.reviewed()
        assert committee.step("proceed").state == "confirming"
    assert committee.bid(0).price_fen == 80_000_000


def test_a_final_offer_is_no_longer_corrected():
    committee = offered(asked(negotiating()), 800_000, 810_000, 820_000)
    closed(committee)
    with pytest.raises(WrongState, match="not corrected"):
        actions.correct(
            committee.chair, committee.one().pk, committee.bid(0).pk, ground="sum", corrected_fen=1, note="第3页"
        )


def test_a_changed_offer_is_found():
    committee = offered(asked(negotiating()), 800_000, 810_000, 820_000)
    closed(committee)
    committee.step("proceed")
    committee.signed()
    assert list(offers.problems()) == [] and list(proofs.changed_results()) == []
    call_command("verify_results")
    bid = committee.bid(0)
    bid.price_fen = 70_000_000
    bid.save()
    assert [problem for _place, problem in offers.problems()] == ["final offer 1 is not the price that counted"]
    with pytest.raises(CommandError):
        call_command("verify_results", committee.project.number)
    bid.price_fen = 80_000_000
    bid.save()
    FinalOffer.objects.filter(bid=bid).update(received_at=MOMENT - dt.timedelta(minutes=1))
    assert list(offers.problems()) and list(proofs.changed_results()) == []
