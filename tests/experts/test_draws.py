"""Draws of experts: the frozen pool, two sealed seeds, and what a replay of the record finds."""

import copy
import datetime as dt
from typing import Any

import pytest

from portal.core import draw as arithmetic
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import OutboxMessage
from portal.core.time import driven_clock
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bidders import actions as bidding
from procurement.bids.models import OpenedBid
from procurement.experts import actions, tasks
from procurement.experts.models import Draw, Employment, Kin, Leave
from procurement.experts.published import problems, record_of
from procurement.tenders.models import Lot, Project
from tests import factories
from tests.experts.objects import (
    SEEDS,
    buyer_agent,
    decline,
    expert,
    frozen,
    held,
    live,
    pool,
    sealed,
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


def rules_of(draw: Draw) -> dict[int, str]:
    """Which rule kept whom out."""
    named = {one["code"]: one["rule"] for one in draw.pool["exclusions"]}
    return {one.expert_id: named[one.code] for one in draw.codes.all() if one.code in named}


# --- the pool -----------------------------------------------------------------------------------------------------------


def test_the_pool_is_frozen_with_a_rule_for_everybody_who_is_left_out():
    pool(12)
    project = tender()
    agency, _agent = firm("海州诚信招标代理")
    Project.objects.filter(pk=project.pk).update(agency=agency)
    profile, taker = bidder("海州路桥")
    boss = factories.resident_number(901)
    bidding.add_person(taker, profile.pk, kind="legal_person", name="王建国", identity=boss)
    lot = Lot.objects.create(project=project, number=1, name="一标段", budget_fen=1000)
    OpenedBid.objects.create(lot=lot, bidder=profile, opened_at=moment("2026-12-11 09:00"))

    wanted: dict[str, Any] = {}
    wanted["own_unit"] = expert(employer=project.buyer.name)
    wanted["employment"] = expert()
    Employment.objects.create(
        expert=wanted["employment"], employer="交通局", uscc=project.buyer.uscc, starts_on=dt.date(2010, 1, 1),
        ends_on=dt.date(2023, 12, 14),
    )  # fmt: skip
    wanted["agency_staff"] = expert()
    Employment.objects.create(
        expert=wanted["agency_staff"], employer="代理", uscc=agency.uscc, starts_on=dt.date(2019, 1, 1),
        ends_on=dt.date(2024, 1, 1),
    )  # fmt: skip
    wanted["bidder_staff"] = expert()
    Employment.objects.create(
        expert=wanted["bidder_staff"], employer=profile.organisation.name, starts_on=dt.date(2020, 1, 1),
        ends_on=dt.date(2024, 6, 1),
    )  # fmt: skip
    wanted["interest"] = expert(identity=boss)
    wanted["kinship"] = expert()
    Kin.objects.create(
        expert=wanted["kinship"],
        relation="spouse",
        name="王建国",
        identity=boss,
        declared_at=moment("2026-01-01 09:00"),
    )
    wanted["leave"] = expert()
    Leave.objects.create(expert=wanted["leave"], starts_on=DAY, ends_on=DAY)
    wanted["suspended"] = expert()
    actions.block(supervisor(), wanted["suspended"].pk, suspension())
    wanted["term"] = expert(valid_until=dt.date(2026, 12, 13))
    wanted["restriction"] = expert()
    outcast, _agent = firm("鸿运劳务")
    Employment.objects.create(
        expert=wanted["restriction"], employer="鸿运劳务", uscc=outcast.uscc, starts_on=DAY.replace(year=2022)
    )
    restrict(outcast)
    long_ago = expert()
    Employment.objects.create(
        expert=long_ago, employer="交通局", uscc=project.buyer.uscc, starts_on=dt.date(2010, 1, 1),
        ends_on=dt.date(2023, 12, 13),
    )  # fmt: skip

    draw = frozen(project)
    assert rules_of(draw) == {one.pk: rule for rule, one in wanted.items()}
    assert draw.codes.filter(expert=long_ago).exists()
    assert not any(one.name in str(draw.pool) for one in wanted.values())


def restrict(organisation: Any) -> None:
    from procurement.bidders.actions import RestrictionDraft

    bidding.restrict(
        officer(),
        RestrictionDraft(
            uscc=organisation.uscc, name=organisation.name, kind="blacklist", ground="串通投标", source="第五十三条",
            authority="海州市住房和城乡建设局", starts_on=dt.date(2026, 1, 1), appeal="行政复议",
        ),
    )  # fmt: skip


def test_somebody_who_sits_elsewhere_in_that_half_day_is_left_out():
    pool(9)
    first = held(frozen())
    seated = {one.expert_id for one in live(first)}
    pool(9)
    second = frozen(evaluates_at=moment("2026-12-14 16:00"))
    assert rules_of(second) == dict.fromkeys(seated, "seated")
    assert rules_of(frozen(evaluates_at=moment("2026-12-15 09:30"))) == {}


def test_a_pool_that_is_too_small_says_what_is_missing_and_why():
    for _n in range(3):
        expert("A02")
    expert("A06")
    actions.block(supervisor(), expert("A06").pk, suspension())
    with pytest.raises(Invalid) as refused:
        frozen()
    words = str(refused.value.fields["places"])
    assert refused.value.code == "pool_too_small"
    assert "工程造价" in words and "1" in words and not Draw.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size": 3, "places": [("A02", 3)]}, "size"),
        ({"size": 6, "places": [("A02", 4), ("A06", 2)]}, "size"),
        ({"places": [("A02", 3)]}, "places"),
        ({"places": []}, "places"),
        ({"places": [("A02", 3), ("A02", 2)]}, "places"),
        ({"places": [("XX", 5)]}, "places"),
        ({"main_venue": " "}, "main_venue"),
        ({"secondary_venue": "东陇分场"}, "secondary_region"),
        ({"evaluates_at": moment("2026-12-10 09:00")}, "evaluates_at"),
        ({"evaluates_at": moment("2026-12-14 09:00")}, "evaluates_at"),
        ({"representatives": [999_999]}, "representatives"),
    ],
)
def test_a_plan_against_the_rules_is_refused_beside_its_field(change, field):
    pool()
    with pytest.raises(Invalid) as refused:
        frozen(**change)
    assert field in refused.value.fields


def test_at_most_a_third_represents_the_buyer():
    pool()
    project = tender()
    own = [buyer_agent(project).user_id]
    for _n in range(1):
        person = factories.citizen()
        Membership.objects.create(organisation=project.buyer, user=person, starts_on=dt.date(2020, 1, 1))
        own.append(person.pk)
    with pytest.raises(Invalid) as refused:
        frozen(project, representatives=own, places=[("A02", 2), ("A06", 1)])
    assert "《中华人民共和国招标投标法》第三十七条" in str(refused.value.fields["representatives"])
    assert frozen(project, representatives=own[:1], places=[("A02", 2), ("A06", 2)]).size == 5


def test_a_representative_never_acts_for_a_bidder_too():
    pool()
    project = tender()
    agent = buyer_agent(project)
    profile, _agent = bidder(agent=agent.user)
    lot = Lot.objects.create(project=project, number=1, name="一标段", budget_fen=1000)
    OpenedBid.objects.create(lot=lot, bidder=profile, opened_at=moment("2026-12-11 09:00"))
    with pytest.raises(Invalid) as refused:
        frozen(project, representatives=[agent.user_id], places=[("A02", 2), ("A06", 2)])
    assert "representatives" in refused.value.fields


def test_a_large_government_procurement_has_seven():
    pool(18)
    large = tender(category="government", budget_fen=1_000_000_000)
    with pytest.raises(Invalid) as refused:
        frozen(large)
    assert "size" in refused.value.fields
    assert frozen(large, size=7, places=[("A02", 4), ("A06", 3)]).size == 7
    small = tender(category="government", method="consultation", budget_fen=100)
    assert frozen(small, size=3, places=[("A02", 2), ("A06", 1)], evaluates_at=moment("2026-12-16 09:00")).size == 3


def test_the_own_tender_a_sale_and_a_second_draw_are_refused():
    pool()
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    project = tender()
    Membership.objects.create(organisation=project.buyer, user=person, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        frozen(project, by=officer(person))
    with pytest.raises(NotAllowed):
        frozen(project, by=buyer_agent(project))
    with pytest.raises(NotFound):
        frozen(project, by=firm()[1])
    with pytest.raises(WrongState):
        frozen(tender(category="land", method="listing"))
    with pytest.raises(WrongState):
        frozen(tender(state="registered"))
    frozen(project)
    with pytest.raises(WrongState) as refused:
        frozen(project)
    assert "失败" in str(refused.value) or "failed" in str(refused.value)


# --- the seeds ----------------------------------------------------------------------------------------------------------


def test_two_sealed_and_revealed_seeds_make_the_draw_that_anybody_replays():
    pool()
    draw = held()
    assert draw.state == "drawn" and len(live(draw)) == 5
    assert problems(record_of(draw)) == []
    seeds = dict(SEEDS)
    again = arithmetic.order(
        arithmetic.Pool(
            draw.pool["tender"],
            tuple(arithmetic.Candidate(one["code"], tuple(one["specialities"])) for one in draw.pool["candidates"]),
        ),
        arithmetic.joint_seed(draw.pool_digest, seeds),
        "A02",
    )
    assert again == draw.orders["A02"]
    told = OutboxMessage.objects.filter(template="experts.called")
    assert told.count() == 5 and not any(draw.project.title in one.body for one in told)
    assert not any(draw.project.number in one.body for one in told)


def test_nobody_reveals_before_both_are_sealed_and_nobody_seals_twice():
    pool()
    draw = frozen()
    agent = buyer_agent(draw.project)
    with pytest.raises(WrongState):
        actions.reveal(agent, draw.pk, SEEDS["tenderer"].hex(), state_version=draw.state_version)
    promise = arithmetic.commitment("tenderer", draw.pool_digest, SEEDS["tenderer"])
    actions.commit(agent, draw.pk, promise, state_version=draw.state_version)
    draw.refresh_from_db()
    with pytest.raises(WrongState):
        actions.commit(agent, draw.pk, "a" * 64, state_version=draw.state_version)
    with pytest.raises(Invalid):
        actions.commit(supervisor(), draw.pk, promise, state_version=draw.state_version)
    with pytest.raises(Invalid):
        actions.commit(supervisor(), draw.pk, "not hex", state_version=draw.state_version)
    with pytest.raises(Stale):
        actions.commit(supervisor(), draw.pk, "a" * 64, state_version=0)


def test_the_officer_gives_no_seed_and_one_person_never_gives_both():
    pool()
    draw = frozen()
    with pytest.raises(NotAllowed):
        actions.commit(officer(), draw.pk, "a" * 64, state_version=draw.state_version)
    double = factories.staff(Role.SUPERVISOR)
    Membership.objects.create(organisation=draw.project.buyer, user=double, starts_on=dt.date(2020, 1, 1))
    actor = supervisor(double)
    made = actions.commit(actor, draw.pk, "a" * 64, state_version=draw.state_version)
    draw.refresh_from_db()
    assert made.party == "tenderer"
    with pytest.raises(WrongState):
        actions.commit(actor, draw.pk, "b" * 64, state_version=draw.state_version)
    Membership.objects.filter(user=double).update(ends_on=dt.date(2026, 12, 1))
    with pytest.raises(NotAllowed) as refused:
        actions.commit(actor, draw.pk, "b" * 64, state_version=draw.state_version)
    assert "两" in str(refused.value) or "Two" in str(refused.value)


def test_another_seed_than_the_sealed_one_is_refused():
    pool()
    draw = sealed()
    agent = buyer_agent(draw.project)
    for wrong in ("ab" * 32, "xyz", SEEDS["supervisor"].hex()):
        with pytest.raises(Invalid) as refused:
            actions.reveal(agent, draw.pk, wrong, state_version=draw.state_version)
        assert "seed" in refused.value.fields
    actions.reveal(agent, draw.pk, SEEDS["tenderer"].hex(), state_version=draw.state_version)
    draw.refresh_from_db()
    assert draw.state == "sealed" and not draw.members.exists()


def test_a_seed_that_is_not_revealed_in_time_ends_the_draw_and_names_who_was_silent():
    pool()
    draw = sealed()
    agent = buyer_agent(draw.project)
    actions.reveal(agent, draw.pk, SEEDS["tenderer"].hex(), state_version=draw.state_version)
    assert actions.lapse(draw.pk) is False
    with driven_clock(moment("2026-12-12 10:01")):
        watcher = supervisor(draw.seeds.get(party="supervisor").committed_by)
        draw.refresh_from_db()
        with pytest.raises(WrongState):
            actions.reveal(watcher, draw.pk, SEEDS["supervisor"].hex(), state_version=draw.state_version)
        assert tasks.advance() == {"passed_on": 0, "lapsed": 1}
        assert tasks.advance() == {"passed_on": 0, "lapsed": 0}
        draw.refresh_from_db()
        assert draw.state == "failed" and ("监督" in draw.note or "Supervisor" in draw.note)
        assert frozen(draw.project).number == 2


def test_a_sealed_draw_cannot_be_called_off_by_the_officer():
    pool()
    draw = sealed()
    with pytest.raises(WrongState):
        actions.declare_failed(officer(), draw.pk, note="换一批", state_version=draw.state_version)
    done = held(draw=frozen(tender(), evaluates_at=moment("2026-12-16 09:00")))
    with pytest.raises(WrongState):
        actions.declare_failed(officer(), done.pk, note="换一批", state_version=done.state_version)


# --- the record ---------------------------------------------------------------------------------------------------------


def _changes(record: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The record with one thing changed, for each of its fields."""
    found = []

    def changed(name: str) -> dict[str, Any]:
        other = copy.deepcopy(record)
        found.append((name, other))
        return other

    changed("version")["version"] = "haizhou.draw.v0"
    changed("tender")["pool"]["tender"] = "JY-1/1"
    changed("candidate")["pool"]["candidates"].pop()
    changed("speciality")["pool"]["candidates"][0]["specialities"] = ["A99"]
    changed("exclusion")["pool"]["exclusions"].append({"code": "x", "rule": "leave"})
    changed("digest")["pool_digest"] = "0" * 64
    changed("places")["places"][0]["count"] = 2
    changed("commitment")["parties"][0]["commitment"] = "0" * 64
    changed("seed")["parties"][1]["seed"] = "0" * 64
    changed("party")["parties"][0]["party"] = "officer"
    changed("order")["orders"]["A02"].reverse()
    changed("gone")["gone"] = []
    changed("why")["gone"][0]["why"] = ""
    changed("gone stranger")["gone"].append({"code": "0" * 24, "why": "refused", "at": ""})
    changed("seat")["seats"][0]["code"] = record["seats"][1]["code"]
    changed("seat lost")["seats"].pop()
    changed("name")["openings"][0]["name"] = "别人"
    changed("salt")["openings"][0]["salt"] = "0"
    changed("number")["openings"][0]["expert"] = "ZJ000000"
    changed("opening lost")["openings"].pop()
    del changed("orders lost")["orders"]
    del changed("seats lost")["seats"]
    return found


def test_a_replay_finds_a_change_of_any_field():
    pool()
    draw = held()
    decline(live(draw)[0])
    draw.refresh_from_db()
    record = record_of(draw)
    assert problems(record) == []
    assert [name for name, changed in _changes(record) if not problems(changed)] == []
