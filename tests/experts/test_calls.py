"""The call-out: reserves in their order, the rules asked again, the door, and who may know the names."""

import copy
import datetime as dt

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification, OutboxMessage
from portal.core.time import driven_clock
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bids.models import OpenedBid
from procurement.experts import actions, policies, tasks
from procurement.experts.models import Draw, Employment, PanelMember
from procurement.experts.published import problems, record_of
from procurement.tenders.models import Lot, Project
from tests import factories
from tests.experts.objects import (
    EVALUATION,
    accept,
    arrive,
    buyer_agent,
    decline,
    expert,
    frozen,
    held,
    live,
    plan,
    pool,
    supervisor,
    suspension,
    tender,
)  # fmt: skip
from tests.factories import moment
from tests.tenders.objects import bidder, firm, officer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 14)


@pytest.fixture(autouse=True)
def _eve():
    with driven_clock(moment("2026-12-11 10:00")):
        yield


# --- calling out --------------------------------------------------------------------------------------------------------


def test_who_declines_is_replaced_by_the_next_reserve_and_nobody_draws_again():
    pool()
    draw = held()
    first = live(draw)[0]
    orders = copy.deepcopy(draw.orders)
    decline(first)
    draw.refresh_from_db()
    assert draw.orders == orders and len(live(draw)) == 5
    assert first.expert_id not in {one.expert_id for one in live(draw)}
    assert [one["why"] for one in draw.gone] == ["refused"]
    assert problems(record_of(draw)) == []


def test_a_call_without_an_answer_goes_to_the_next_by_itself():
    pool()
    draw = held()
    members = live(draw)
    for one in members[1:]:
        accept(one)
    with driven_clock(moment("2026-12-11 12:01")):
        with pytest.raises(WrongState):
            accept(members[0])
        assert tasks.advance()["passed_on"] == 1
        assert tasks.advance()["passed_on"] == 0
    draw.refresh_from_db()
    members[0].refresh_from_db()
    assert members[0].state == "declined" and members[0].why == "no_answer"
    assert sum(one.state == "called" for one in live(draw)) == 1


def test_a_reserve_who_must_keep_away_by_then_is_passed_over_with_the_rule():
    pool()
    draw = held()
    first = next(one for one in live(draw) if one.speciality == "A06")
    seated = {one.expert_id for one in live(draw)}
    codes = {one.code: one.expert_id for one in draw.codes.all()}
    reserve = next(codes[code] for code in draw.orders["A06"] if codes[code] not in seated)
    actions.block(supervisor(), reserve, suspension())
    decline(first)
    draw.refresh_from_db()
    assert [one["why"] for one in draw.gone] == ["refused", "suspended"]
    assert reserve not in {one.expert_id for one in live(draw)} and len(live(draw)) == 5
    assert problems(record_of(draw)) == []


def test_when_the_reserves_run_out_the_draw_is_declared_failed_and_another_one_begins():
    pool(6)
    draw = held()
    chief = officer()
    while not draw.short_of:
        decline(next(one for one in live(draw) if one.speciality == "A06"))
        draw.refresh_from_db()
    assert Notification.objects.filter(template="experts.short", user=chief.user).exists()
    with pytest.raises(Invalid):
        actions.declare_failed(chief, draw.pk, note=" ", state_version=draw.state_version)
    actions.declare_failed(chief, draw.pk, note="造价专家不足", state_version=draw.state_version)
    assert live(draw) == []
    assert Notification.objects.filter(template="experts.released").exists()
    pool(6)
    again = held(frozen(draw.project))
    assert again.number == 2 and len(live(again)) == 5 and draw.project.panel.draw_id == again.pk


def test_a_call_is_nobody_elses_and_says_so_with_404():
    pool()
    draw = held()
    mine, other = live(draw)[:2]
    from portal.people.actors import actor_of

    with pytest.raises(NotFound):
        actions.answer(actor_of(other.user), mine.pk, "accept", state_version=0)
    with pytest.raises(NotFound):
        actions.answer(actor_of(mine.user), mine.pk, "check_in", state_version=0)
    with pytest.raises(Invalid):
        decline(mine, note="  ")
    with pytest.raises(NotFound):
        arrive(mine, actor_of(mine.user))


# --- the day ------------------------------------------------------------------------------------------------------------


def test_the_committee_is_complete_when_everybody_has_checked_in():
    pool()
    project = tender()
    chief = officer()
    agent = buyer_agent(project)
    draw = held(frozen(project, representatives=[agent.user_id], places=[("A02", 2), ("A06", 2)]))
    members = live(draw)
    assert [one.user_id for one in members if one.expert_id is None] == [agent.user_id]
    for one in members:
        accept(one)
    with pytest.raises(WrongState):
        arrive(PanelMember.objects.get(pk=members[0].pk), chief)
    with driven_clock(moment("2026-12-14 13:30")):
        with pytest.raises(Invalid):
            arrive(PanelMember.objects.get(pk=members[0].pk), chief, venue="secondary")
        for one in live(draw):
            assert draw.project.panel.complete_at is None
            arrive(one, chief)
        draw.project.panel.refresh_from_db()
        assert draw.project.panel.complete_at is not None
        gone = live(draw)[-1]
        actions.replace(
            chief, gone.pk, why="partial", note="当场说明与投标人有利害关系", state_version=gone.state_version
        )
        draw.project.panel.refresh_from_db()
        assert draw.project.panel.complete_at is None and len(live(draw)) == 5


def test_who_worked_for_a_bidder_that_only_the_opening_shows_is_put_out_at_the_door():
    pool()
    draw = held()
    chief = officer()
    late = live(draw)[0]
    accept(late)
    profile, _agent = bidder("新来的投标人")
    Employment.objects.create(
        expert=late.expert, employer="前单位", uscc=profile.organisation.uscc, starts_on=dt.date(2018, 1, 1),
        ends_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    lot = Lot.objects.create(project=draw.project, number=1, name="一标段", budget_fen=1000)
    OpenedBid.objects.create(lot=lot, bidder=profile, opened_at=moment("2026-12-14 09:40"))
    with driven_clock(moment("2026-12-14 13:40")):
        result = arrive(PanelMember.objects.get(pk=late.pk), chief)
    draw.refresh_from_db()
    assert result.state == "replaced" and result.rule == "bidder_staff" and draw.gone[-1]["why"] == "bidder_staff"
    assert len(live(draw)) == 5 and problems(record_of(draw)) == []


def test_who_was_suspended_after_the_draw_cannot_accept():
    pool()
    draw = held()
    one = live(draw)[0]
    actions.block(supervisor(), one.expert_id, suspension())
    assert accept(one).state == "replaced"
    assert PanelMember.objects.get(pk=one.pk).rule == "suspended"
    assert len(live(draw)) == 5


def test_somebody_who_did_not_appear_is_replaced_from_the_beginning_on():
    pool()
    draw = held()
    chief = officer()
    one = live(draw)[0]
    with driven_clock(moment("2026-12-14 13:50")), pytest.raises(WrongState):
        actions.replace(chief, one.pk, why="absent", note="未到", state_version=one.state_version)
    with driven_clock(moment("2026-12-14 14:05")):
        actions.replace(chief, one.pk, why="absent", note="未到", state_version=one.state_version)
        new = live(draw)[-1]
        assert new.answer_by == moment("2026-12-14 14:25")
        with pytest.raises(Invalid):
            actions.replace(chief, new.pk, why="no such", note="", state_version=new.state_version)
    Project.objects.filter(pk=draw.project_id).update(state="evaluated")
    with pytest.raises(WrongState):
        actions.replace(chief, new.pk, why="refused", note="病", state_version=new.state_version)


def test_a_representative_who_leaves_is_followed_by_another_one_of_the_buyer():
    pool()
    project = tender()
    agent = buyer_agent(project)
    chief = officer()
    draw = held(frozen(project, representatives=[agent.user_id], places=[("A02", 2), ("A06", 2)]))
    with pytest.raises(WrongState):
        actions.name_representative(chief, draw.pk, agent.user_id)
    decline(next(one for one in live(draw) if one.expert_id is None))
    with pytest.raises(Invalid):
        actions.name_representative(chief, draw.pk, factories.citizen().pk)
    with pytest.raises(NotAllowed):
        actions.name_representative(agent, draw.pk, agent.user_id)
    colleague = factories.citizen()
    Membership.objects.create(organisation=project.buyer, user=colleague, starts_on=dt.date(2020, 1, 1))
    assert actions.name_representative(chief, draw.pk, colleague.pk).state == "called"


def test_remote_experts_sit_at_the_secondary_venue_and_are_called_there():
    pool(6)
    far = [expert("A02", region="东陇") for _n in range(6)]
    draw = held(frozen(places=[("A02", 5)], secondary_venue="东陇分中心评标室", secondary_region="东陇"))
    for one in live(draw):
        is_far = one.expert_id in {person.pk for person in far}
        assert one.venue == ("secondary" if is_far else "main")
        sent = OutboxMessage.objects.get(template="experts.called", user=one.user)
        assert ("东陇分中心评标室" in sent.body) is is_far


# --- secrecy ------------------------------------------------------------------------------------------------------------


def test_names_are_secret_until_the_day_for_officers_and_until_the_result_for_all():
    pool()
    draw = held()
    chief, agent = officer().user, buyer_agent(draw.project).user
    mine = live(draw)[0]
    people = {"officer": chief, "agent": agent, "expert": mine.user, "stranger": factories.citizen()}

    def seen() -> dict[str, int]:
        found = {}
        for name, user in people.items():
            rows = set(PanelMember.objects.visible_to(user).values_list("pk", flat=True))
            every = PanelMember.objects.select_related("panel__project")
            assert rows == {one.pk for one in every if policies.may_see_member(user, one)}
            found[name] = len(rows)
        return found

    assert seen() == {"officer": 0, "agent": 0, "expert": 1, "stranger": 0}
    with driven_clock(moment("2026-12-14 00:00")):
        assert seen() == {"officer": 5, "agent": 0, "expert": 1, "stranger": 0}
    Project.objects.filter(pk=draw.project_id).update(state="publicity")
    assert seen() == {"officer": 5, "agent": 5, "expert": 5, "stranger": 5}


def test_a_time_is_the_moment_of_the_evaluation():
    """The half-day of the seat is the one that the plan names."""
    pool()
    assert {one.slot for one in live(held())} == {f"{EVALUATION[:10]}p"}
    assert plan().size == 5


def test_the_inner_page_of_a_draw_is_for_centre_overseers_and_tenderer():
    pool()
    draw = frozen()
    people = [officer().user, supervisor().user, buyer_agent(draw.project).user, firm()[1].user, factories.citizen()]
    people += [factories.staff(Role.CLERK), factories.staff(Role.AUDITOR), expert().user]
    seen = [Draw.objects.visible_to(user).filter(pk=draw.pk).exists() for user in people]
    assert seen == [policies.may_see_draw(user, draw) for user in people]
    assert seen == [True, True, True, False, False, False, True, False]
