"""Ratings after each tender, scores, what they lead to, red and black lists, objections and repair."""

import datetime as dt

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.bidders.models import Restriction
from procurement.bidders.standing import Blocked, check_may_bid, check_may_run
from procurement.conduct import actions, policies
from procurement.conduct.actions import ActDraft
from procurement.conduct.lifecycle import DECISION
from procurement.conduct.models import Decision, Rating, Score, Sheet
from procurement.experts import avoidance
from procurement.experts.models import Expert, PanelMember, Standing
from procurement.experts.terms import months_later
from procurement.tenders import actions as tendering
from tests import factories
from tests.conduct.objects import act, agent_of, draft, ended, experts_of, later, rated, step
from tests.experts.objects import expert, supervisor, tender
from tests.tenders.objects import draft as tender_draft
from tests.tenders.objects import firm, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(later(0)):
        yield


# --- ratings ------------------------------------------------------------------------------------------------------------


def test_centre_buyer_and_the_other_experts_rate_once_each_and_an_act_counts_once():
    project = ended()
    one, other = experts_of(project)
    first = rated(project, one, officer(), "Z01", "Z08")
    assert first.points == 8 and first.object_until == dt.date(2026, 12, 4)
    rated(project, one, agent_of(project.buyer), "Z01")
    rated(project, one, actor_of(other.user), "Z01")
    score = Score.objects.get(expert=one)
    assert (score.score, score.points, score.ratings, score.tenders) == (92, 8, 3, 1)
    with pytest.raises(WrongState):
        rated(project, one, officer(), "Z01")
    told = Notification.objects.filter(template="conduct.rated", user=one.user)
    assert told.count() == 3


def test_an_agency_rated_twice_by_one_side_is_refused():
    project = ended()
    chief = officer()
    rate = {"subject": "agency", "subject_id": project.agency_id}
    actions.rate(chief, project.pk, **rate, acts=[act("D01").pk], note="公告更正两次")
    with pytest.raises(WrongState):
        actions.rate(officer(), project.pk, **rate, acts=[])
    assert Score.objects.get(agency=project.agency).score == 95


def test_nobody_rates_himself_before_the_end_without_facts_or_from_outside():
    project = ended()
    one, _other = experts_of(project)
    with pytest.raises(NotAllowed):
        rated(project, one, actor_of(one.user))
    with pytest.raises(NotFound):
        rated(project, one, actor_of(factories.citizen()))
    with pytest.raises(NotFound):
        rated(project, one, agent_of(project.agency))
    with pytest.raises(NotFound):
        rated(project, expert(), officer())
    with pytest.raises(NotFound):
        actions.rate(officer(), project.pk, subject="firm", subject_id=1, acts=[])
    with pytest.raises(Invalid) as refused:
        rated(project, one, officer(), "Z01", note=" ")
    assert "note" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        rated(project, one, officer(), "D01")
    assert "acts" in refused.value.fields
    running = ended(state="opened")
    with pytest.raises(WrongState):
        rated(running, experts_of(running)[0], officer())


def test_the_time_for_ratings_ends_by_the_rule():
    project = ended(state="completed")
    type(project).objects.filter(pk=project.pk).update(ended_on=dt.date(2026, 9, 1))
    with pytest.raises(WrongState):
        rated(project, experts_of(project)[0], officer())


def test_who_did_not_appear_is_rated_too():
    project = ended()
    absent = expert()
    PanelMember.objects.create(
        panel=project.panel, user=absent.user, expert=absent, state="replaced", why="absent", speciality="A02"
    )
    declined = expert()
    PanelMember.objects.create(
        panel=project.panel, user=declined.user, expert=declined, state="declined", why="refused", speciality="A02"
    )
    assert rated(project, absent, officer(), "Z02").points == 15
    with pytest.raises(NotFound):
        rated(project, declined, officer(), "Z02")


def test_an_objection_is_answered_by_a_second_person_and_a_withdrawn_rating_does_not_count():
    project = ended()
    one, other = experts_of(project)
    chief = officer()
    rating = rated(project, one, chief, "Z03")
    take = actions.take_rating_step
    with pytest.raises(NotFound):
        take(actor_of(other.user), rating.pk, "object", {"objection": "不实"}, state_version=0)
    with pytest.raises(Invalid):
        take(actor_of(one.user), rating.pk, "object", {"objection": ""}, state_version=0)
    with pytest.raises(Stale):
        take(actor_of(one.user), rating.pk, "object", {"objection": "不实"}, state_version=7)
    take(actor_of(one.user), rating.pk, "object", {"objection": "手机已交存，有登记"}, state_version=0)
    with pytest.raises(NotAllowed) as refused:
        take(chief, rating.pk, "uphold", {"answer": "属实"}, state_version=1)
    assert str(refused.value) != str(NotAllowed())
    with pytest.raises(NotAllowed):
        take(actor_of(one.user), rating.pk, "withdraw", {"answer": "自己撤"}, state_version=1)
    take(supervisor(), rating.pk, "withdraw", {"answer": "登记簿有记录，扣分不成立"}, state_version=1)
    assert Score.objects.get(expert=one).score == 100
    with pytest.raises(WrongState):
        take(actor_of(one.user), rating.pk, "object", {"objection": "再来"}, state_version=2)


def test_objections_end_with_their_day_and_a_full_mark_has_none():
    project = ended()
    one, other = experts_of(project)
    late, clean = rated(project, one, officer(), "Z01"), rated(project, other, officer())
    with pytest.raises(WrongState):
        actions.take_rating_step(actor_of(other.user), clean.pk, "object", {"objection": "x"}, state_version=0)
    with driven_clock(factories.moment("2026-12-05 00:01")), pytest.raises(WrongState):
        actions.take_rating_step(actor_of(one.user), late.pk, "object", {"objection": "x"}, state_version=0)


def test_the_rated_see_the_side_and_never_the_name(client):
    project = ended()
    one, other = experts_of(project)
    chief = officer()
    type(other.user).objects.filter(pk=chief.user_id).update(name="欧阳评分")
    rating = rated(project, one, chief, "Z01")
    client.force_login(one.user, backend="portal.people.backends.AccountBackend")
    page = client.get(f"/trading/conduct/ratings/{rating.pk}/")
    assert page.status_code == 200 and "欧阳评分" not in page.content.decode()
    client.force_login(other.user, backend="portal.people.backends.AccountBackend")
    assert client.get(f"/trading/conduct/ratings/{rating.pk}/").status_code == 404


def test_a_new_sheet_begins_tomorrow_and_ratings_keep_theirs():
    project = ended()
    one, other = experts_of(project)
    old = rated(project, one, officer(), "Z01")
    lines = [ActDraft(code="Z01", text="迟到", points=6, source="内部管理办法第三条")]
    watcher = supervisor()
    for wrong in (
        {"valid_from": today()}, {"acts": []}, {"acts": lines * 2}, {"subject": "firm"},
        {"acts": [ActDraft(code="Z01", text="迟到", points=101, source="x")]},
        {"acts": [ActDraft(code="Z01", text="迟到", points=1, source=" ")]},
    ):  # fmt: skip
        given = {"subject": "expert", "acts": lines, "valid_from": dt.date(2026, 11, 23), **wrong}
        with pytest.raises(Invalid):
            actions.publish_sheet(watcher, given["subject"], given["acts"], valid_from=given["valid_from"])
    with pytest.raises(NotAllowed):
        actions.publish_sheet(actor_of(one.user), "expert", lines, valid_from=dt.date(2026, 11, 23))
    made = actions.publish_sheet(watcher, "expert", lines, valid_from=dt.date(2026, 11, 23))
    with driven_clock(later(3)):
        new = actions.rate(
            officer(), project.pk, subject="expert", subject_id=other.pk, acts=[made.acts.get().pk], note="迟到"
        )
    assert (old.sheet.number, new.sheet.number, new.points) == (1, 2, 6)
    assert Rating.objects.get(pk=old.pk).points == 3 and Sheet.objects.filter(subject="expert").count() == 2


# --- what a score leads to ----------------------------------------------------------------------------------------------


def test_low_scores_propose_a_suspension_that_a_person_decides_and_the_pool_knows():
    project = ended()
    one, _other = experts_of(project)
    chief, watcher = officer(), supervisor()
    rated(project, one, chief, "Z06", "Z08")
    proposal = Decision.objects.get(expert=one)
    assert (proposal.kind, proposal.state, proposal.proposed_by) == ("suspension", "proposed", None)
    assert "55" in proposal.ground and proposal.months == 6
    with pytest.raises(WrongState):
        step(watcher, proposal, "decide")
    with pytest.raises(NotAllowed):
        step(watcher, proposal, "hear", statement="替他说")
    step(actor_of(one.user), proposal, "hear", statement="当时未知其为亲属")
    done = step(watcher, proposal, "decide")
    assert (done.starts_on, done.ends_on) == (today(), dt.date(2027, 5, 19))
    standing = Standing.objects.get(expert=one)
    assert standing.kind == "suspended" and standing.ends_on == dt.date(2027, 5, 19) and standing.source
    rows = Expert.objects.filter(pk=one.pk)
    assert avoidance.excluded(rows, tender(), later(24)) == {one.pk: "suspended"}
    assert Decision.objects.filter(expert=one).count() == 1


def test_an_agency_under_suspension_runs_no_new_tender_and_reads_why():
    project = ended()
    agency, agent = project.agency, agent_of(project.agency)
    for n, codes in enumerate((("D06",), ("D02", "D04"))):
        one = project if n == 0 else ended()
        type(one).objects.filter(pk=one.pk).update(agency=agency)
        actions.rate(
            officer(),
            one.pk,
            subject="agency",
            subject_id=agency.pk,
            acts=[act(code).pk for code in codes],
            note="属实",
        )
    kinds = set(Decision.objects.filter(uscc=agency.uscc).values_list("kind", flat=True))
    assert kinds == {"suspension"} or "suspension" in kinds
    proposal = Decision.objects.get(uscc=agency.uscc, kind="suspension")
    step(agent, proposal, "hear", statement="已整改")
    step(supervisor(), proposal, "decide")
    with pytest.raises(Blocked):
        check_may_run(agency.uscc, today())
    check_may_bid(agency.uscc, today(), "construction")
    buyer, own = firm("海州市水利局")
    with pytest.raises(Invalid) as refused:
        tendering.register(own, tender_draft(buyer, agency_uscc=agency.uscc))
    words = str(refused.value.fields["agency_uscc"])
    assert proposal.ground in words and proposal.appeal in words and proposal.source in words


def test_who_proposed_does_not_decide_and_who_decided_does_not_judge_the_objection():
    outcast, agent = firm("新浦鸿运建筑劳务有限公司")
    chief, second, third = officer(), officer(), supervisor()
    proposal = actions.propose(chief, draft(uscc=outcast.uscc))
    step(agent, proposal, "hear", statement="系员工个人所为")
    with pytest.raises(NotAllowed):
        step(chief, proposal, "decide")
    step(second, proposal, "decide")
    step(agent, proposal, "object", objection="处罚过重")
    for same in (chief, second):
        with pytest.raises(NotAllowed) as refused:
            step(same, proposal, "uphold", answer="维持")
        assert str(refused.value) != str(NotAllowed())
    with pytest.raises(Blocked):
        check_may_bid(outcast.uscc, today(), "construction")
    step(third, proposal, "revoke", answer="证据不足")
    check_may_bid(outcast.uscc, today(), "construction")
    assert Restriction.objects.get(uscc=outcast.uscc).lifted_note == "证据不足"


def test_a_blacklisted_firm_cannot_bid_reads_why_and_is_let_in_by_a_repair():
    outcast, agent = firm("新浦鸿运建筑劳务有限公司")
    proposal = actions.propose(officer(), draft(uscc=outcast.uscc))
    with pytest.raises(WrongState):
        step(supervisor(), proposal, "decide")
    with driven_clock(later(10)):
        with pytest.raises(WrongState):
            step(agent, proposal, "hear", statement="太晚")
        step(supervisor(), proposal, "decide")
        with pytest.raises(Blocked) as refused:
            check_may_bid(outcast.uscc, today(), "construction")
        for part in (proposal.ground, proposal.source, proposal.authority, proposal.appeal):
            assert part in str(refused.value)
        step(agent, proposal, "ask_repair", repair="已缴清罚款，完成信用修复培训")
        step(officer(), proposal, "refuse_repair", answer="未满最短公示期")
        with pytest.raises(Blocked):
            check_may_bid(outcast.uscc, today(), "construction")
        step(agent, proposal, "ask_repair", repair="已满三个月")
        step(officer(), proposal, "grant_repair", answer="符合修复条件")
        check_may_bid(outcast.uscc, today(), "construction")
        assert Decision.objects.listed().get().state == "repaired"


def test_a_firm_that_is_not_registered_here_can_be_listed_by_its_code():
    proposal = actions.propose(officer(), draft(uscc=_code(), name="外地某公司"))
    assert proposal.organisation is None and proposal.name == "外地某公司"


def _code() -> str:
    from tests.tenders.objects import credit_code

    return credit_code(7_654_321)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ground": " "}, "ground"),
        ({"source": ""}, "source"),
        ({"appeal": ""}, "appeal"),
        ({"authority": ""}, "authority"),
        ({"months": None}, "months"),
        ({"months": 61}, "months"),
        ({"kind": "suspension"}, "kind"),
        ({"kind": "execution"}, "kind"),
        ({"uscc": "123"}, "uscc"),
        ({"about": "expert", "expert": None}, "expert"),
        ({"about": "agency"}, "uscc"),
        ({"name": ""}, "name"),
    ],
)
def test_a_proposal_without_its_grounds_is_refused_beside_the_field(change, field):
    values = {"uscc": _code(), "name": "外地某公司", **change}
    with pytest.raises(Invalid) as refused:
        actions.propose(officer(), draft(**values))
    assert field in refused.value.fields


def test_nobody_proposes_about_the_own_firm_and_strangers_see_nothing():
    chief = officer()
    own, agent = firm("自家公司")
    Membership.objects.create(organisation=own, user=chief.user, starts_on=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        actions.propose(chief, draft(uscc=own.uscc))
    with pytest.raises(NotAllowed):
        actions.propose(agent, draft(uscc=own.uscc))
    proposal = actions.propose(officer(), draft(uscc=own.uscc))
    with pytest.raises(NotFound):
        step(actor_of(factories.citizen()), proposal, "hear", statement="x")
    with pytest.raises(NotFound):
        step(officer(), proposal, "no such step")


def test_an_honour_needs_no_statement_and_keeps_nobody_out():
    good, agent = firm("海州路桥工程有限公司")
    honour = actions.propose(officer(), draft(kind="red", uscc=good.uscc, ground="连续三年履约评价优秀"))
    done = step(supervisor(), honour, "decide")
    assert done.state == "in_force" and not Restriction.objects.exists()
    with pytest.raises(WrongState):
        step(agent, honour, "object", objection="不要")


def test_a_blacklisted_expert_is_out_of_the_pool_and_named_only_masked(client):
    one = expert(name="周明远")
    proposal = actions.propose(officer(), draft(about="expert", expert=one.pk))
    step(actor_of(one.user), proposal, "hear", statement="认错")
    step(supervisor(), proposal, "decide")
    assert Standing.objects.get(expert=one).kind == "removed"
    page = client.get("/trading/lists/").content.decode()
    assert "周明远" not in page and "周" in page and proposal.ground in page
    data = client.get("/trading/lists.json").json()["entries"]
    assert data[0]["name"] != "周明远" and data[0]["in_force"] is True


def test_the_lists_show_decided_entries_only(client):
    outcast, agent = firm("待决定公司")
    proposal = actions.propose(officer(), draft(uscc=outcast.uscc))
    assert outcast.name not in client.get("/trading/lists/").content.decode()
    step(agent, proposal, "hear", statement="x")
    step(supervisor(), proposal, "decide")
    assert outcast.name in client.get("/trading/lists/?kind=black").content.decode()
    assert outcast.name not in client.get("/trading/lists/?kind=red").content.decode()


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [("2026-11-20", 6, "2027-05-19"), ("2026-01-31", 1, "2026-02-28"), ("2026-12-01", 12, "2027-11-30")],
)
def test_months_end_on_the_day_before(start, months, last):
    assert months_later(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(last)


# --- policies and walks -------------------------------------------------------------------------------------------------


def test_policies_are_the_querysets_and_a_random_walk_keeps_the_blocks_true():
    import random

    chance = random.Random(20261120)
    chief, second, third = officer(), officer(), supervisor()
    outcast, agent = firm("随机公司")
    one = expert()
    people = [chief.user, second.user, third.user, agent.user, one.user, factories.citizen()]
    reached: set[str] = set()
    for _walk in range(8):
        about = chance.choice(["firm", "expert"])
        kind = chance.choice(["black", "criticism", "red"] if about == "firm" else ["black", "suspension", "talk"])
        row = actions.propose(chief, draft(kind=kind, about=about, uscc=outcast.uscc, expert=one.pk))
        for _turn in range(8):
            actor = chance.choice([chief, second, third, agent, actor_of(one.user, Role.CITIZEN)])
            code = chance.choice(list(DECISION.transitions))
            given = dict.fromkeys(("statement", "objection", "answer", "repair"), "理由")
            try:
                row = step(actor, row, code, **given)
            except (NotAllowed, NotFound, WrongState):
                continue
            reached.add(code)
            held = row.restriction or row.standing
            alive = row.state in ("in_force", "objected", "repair_asked")
            if held is not None:
                held.refresh_from_db()
                assert (held.lifted_on is None) is alive
            assert alive is False or row.starts_on is not None
    assert {"hear", "decide"} <= reached
    for user in people:
        seen = set(Decision.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {row.pk for row in Decision.objects.all() if policies.may_see_decision(user, row)}
    project = ended()
    first, other = experts_of(project)
    rated(project, first, chief, "Z01")
    rated(project, other, agent_of(project.buyer), "Z01")
    rated(project, first, actor_of(other.user), "Z01")
    for user in (*people, first.user, other.user, agent_of(project.buyer).user, agent_of(project.agency).user):
        seen = set(Rating.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {row.pk for row in Rating.objects.all() if policies.may_see_rating(user, row)}
        seen = set(Score.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {row.pk for row in Score.objects.all() if policies.may_see_score(user, row)}
