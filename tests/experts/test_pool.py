"""The pool: applying, two pairs of eyes, the yearly check, employers, relatives, leave, blocks."""

import datetime as dt

import pytest

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.experts import actions, policies
from procurement.experts.actions import JobDraft
from procurement.experts.lifecycle import EXPERT
from procurement.experts.models import Expert, Kin, Standing
from procurement.experts.standing import StandingDraft, words_of
from tests import factories
from tests.experts.objects import draft, expert, supervisor
from tests.factories import moment
from tests.tenders.objects import credit_code, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def step(actor, one: Expert, code: str, **inputs: str) -> Expert:
    one.refresh_from_db()
    return actions.take_step(actor, one.pk, code, inputs, state_version=one.state_version)


def block_draft(**more) -> StandingDraft:
    values = {
        "kind": "suspended", "ground": "擅自离场", "source": "海政数〔2026〕8号", "authority": "海州市政务服务管理局",
        "starts_on": dt.date(2026, 11, 20), "ends_on": dt.date(2027, 5, 19), "appeal": "六十日内申请行政复议",
    }  # fmt: skip
    return StandingDraft(**{**values, **more})


def test_who_applies_is_examined_by_one_and_approved_by_another():
    me = actor_of(factories.citizen())
    one = actions.apply(me, draft())
    assert one.state == "applied" and one.employments.get().employer == "江海交通设计院"
    chief, second = officer(), officer()
    with pytest.raises(WrongState):
        step(second, one, "approve")
    with pytest.raises(Invalid):
        step(chief, one, "examine", opinion=" ")
    step(chief, one, "examine", opinion="职称证书、业绩核实无误")
    with pytest.raises(NotAllowed):
        step(chief, one, "approve")
    with pytest.raises(Stale):
        actions.take_step(second, one.pk, "approve", {}, state_version=0)
    done = step(second, one, "approve")
    assert (done.approved_on, done.valid_until) == (dt.date(2026, 11, 20), dt.date(2029, 11, 19))
    assert done.check_due_on == dt.date(2027, 11, 20)
    assert Notification.objects.filter(user=me.user, template="experts.approved").exists()
    with pytest.raises(WrongState):
        actions.apply(me, draft())


def test_an_officer_never_examines_or_approves_himself():
    me = officer()
    one = actions.apply(me, draft())
    with pytest.raises(NotAllowed):
        step(me, one, "examine", opinion="好")
    step(officer(), one, "examine", opinion="好")
    with pytest.raises(NotAllowed):
        step(me, one, "approve")
    assert step(supervisor(), one, "approve").state == "approved"


def test_an_officer_enters_somebody_with_an_account():
    person = factories.citizen("zhou")
    one = actions.enter(officer(), "zhou", draft())
    assert one.user == person
    for name in ("nobody", ""):
        with pytest.raises(Invalid) as refused:
            actions.enter(officer(), name, draft())
        assert "username" in refused.value.fields
    with pytest.raises(NotAllowed):
        actions.enter(actor_of(factories.citizen()), "zhou", draft())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "1"}, "name"),
        ({"identity": "110105199001010000"}, "identity"),
        ({"phone": "12"}, "phone"),
        ({"title": " "}, "title"),
        ({"region": ""}, "region"),
        ({"employer": ""}, "employer"),
        ({"employer_uscc": "123"}, "employer_uscc"),
        ({"employed_since": dt.date(2026, 11, 21)}, "employed_since"),
        ({"bank_account": "12ab"}, "bank_account"),
        ({"specialities": []}, "specialities"),
        ({"specialities": ["A99"]}, "specialities"),
        ({"specialities": ["A01", "A02", "A03", "A04", "A05"]}, "specialities"),
    ],
)
def test_wrong_data_is_refused_beside_its_field(change, field):
    with pytest.raises(Invalid) as refused:
        actions.apply(actor_of(factories.citizen()), draft(**change))
    assert field in refused.value.fields


def test_what_was_examined_changes_only_by_a_new_application():
    one = expert("A02")
    me = actor_of(one.user)
    same = {"name": one.name, "title": one.title, "identity": one.identity, "specialities": ["A02"]}
    actions.rewrite(me, one.pk, draft(**same, phone="13900001111"))
    one.refresh_from_db()
    assert one.phone == "13900001111"
    for change in ({"title": "院士"}, {"specialities": ["A02", "D02"]}):
        with pytest.raises(WrongState):
            actions.rewrite(me, one.pk, draft(**{**same, **change}))
    step(me, one, "leave", note="改专业")
    step(me, one, "apply_again")
    assert actions.rewrite(me, one.pk, draft(**{**same, "title": "正高级工程师"})).title == "正高级工程师"


def test_a_rejected_expert_reads_why_and_applies_again():
    me = actor_of(factories.citizen())
    one = actions.apply(me, draft())
    step(officer(), one, "reject", note="职称证书未上传")
    told = Notification.objects.get(user=me.user, template="experts.rejected")
    assert told.context["note"] == "职称证书未上传"
    assert step(me, one, "apply_again").state == "applied"


def test_a_term_is_renewed_only_near_its_end_and_the_yearly_check_is_entered():
    one = expert(valid_until=dt.date(2027, 6, 1))
    with pytest.raises(WrongState):
        step(officer(), one, "reappoint", opinion="续聘")
    one.valid_until = dt.date(2026, 12, 31)
    one.save()
    chief = officer()
    step(chief, one, "check", opinion="年度考核合格")
    one.refresh_from_db()
    assert one.state == "approved" and one.check_due_on == dt.date(2027, 11, 20)
    step(chief, one, "reappoint", opinion="续聘")
    assert step(officer(), one, "approve").valid_until == dt.date(2029, 11, 19)


def test_employers_keep_their_days_and_the_present_one_is_named():
    one = expert()
    me = actor_of(one.user)
    made = actions.add_employment(
        me, one.pk, JobDraft(employer="新设计院", uscc=credit_code(42), starts_on=dt.date(2026, 1, 1))
    )
    one.refresh_from_db()
    assert one.employer == "新设计院"
    actions.end_employment(me, one.pk, made.pk, ends_on=dt.date(2026, 10, 31))
    one.refresh_from_db()
    assert one.employer != "新设计院"
    with pytest.raises(NotFound):
        actions.end_employment(me, one.pk, made.pk, ends_on=dt.date(2026, 10, 31))
    first = one.employments.filter(ends_on__isnull=True).first()
    with pytest.raises(Invalid):
        actions.end_employment(me, one.pk, first.pk, ends_on=dt.date(2027, 1, 1))
    for wrong in ({"employer": ""}, {"starts_on": None}, {"uscc": "x"}, {"starts_on": dt.date(2027, 1, 1)},
                  {"ends_on": dt.date(2000, 1, 1)}):  # fmt: skip
        with pytest.raises(Invalid):
            actions.add_employment(
                me, one.pk, JobDraft(**{"employer": "某院", "starts_on": dt.date(2020, 1, 1), **wrong})
            )


def test_relatives_are_sealed_found_by_number_and_named_once():
    one = expert()
    me = actor_of(one.user)
    number = factories.resident_number(808)
    kin = actions.add_kin(me, one.pk, relation="spouse", name="李四", identity=f" {number} ")
    assert Kin.objects.filter(identity_blind__matches=number).get() == kin
    with pytest.raises(Invalid):
        actions.add_kin(me, one.pk, relation="spouse", name="李四", identity=number)
    for wrong in ({"relation": "friend"}, {"name": ""}, {"identity": "1"}):
        with pytest.raises(Invalid):
            actions.add_kin(
                me, one.pk, **{"relation": "child", "name": "李五", "identity": factories.resident_number(9), **wrong}
            )
    with pytest.raises(NotFound):
        actions.remove_kin(actor_of(factories.citizen()), one.pk, kin.pk)
    with pytest.raises(NotAllowed):
        actions.remove_kin(supervisor(), one.pk, kin.pk)
    actions.remove_kin(me, one.pk, kin.pk)
    with pytest.raises(NotFound):
        actions.remove_kin(me, one.pk, kin.pk)


def test_leave_lies_ahead_and_is_taken_back_before_its_end():
    one = expert()
    me = actor_of(one.user)
    days = actions.add_leave(me, one.pk, starts_on=dt.date(2026, 12, 1), ends_on=dt.date(2026, 12, 5), reason="出国")
    with pytest.raises(Invalid):
        actions.add_leave(me, one.pk, starts_on=dt.date(2026, 12, 5), ends_on=dt.date(2026, 12, 1))
    with pytest.raises(Invalid):
        actions.add_leave(me, one.pk, starts_on=dt.date(2026, 1, 5), ends_on=dt.date(2026, 1, 9))
    actions.end_leave(me, one.pk, days.pk)
    with pytest.raises(NotFound):
        actions.end_leave(me, one.pk, days.pk)


def test_a_block_explains_itself_and_a_second_person_lifts_it():
    one = expert()
    watcher = supervisor()
    held = actions.block(watcher, one.pk, block_draft())
    told = Notification.objects.get(user=one.user, template="experts.blocked")
    for part in (held.ground, held.source, held.authority, held.appeal):
        assert part in words_of(held) and part in str(told.context)
    with pytest.raises(NotAllowed) as refused:
        actions.unblock(watcher, held.pk, note="误")
    assert str(refused.value) != str(NotAllowed())
    with pytest.raises(Invalid):
        actions.unblock(officer(), held.pk, note=" ")
    actions.unblock(officer(), held.pk, note="复核后撤销")
    with pytest.raises(WrongState):
        actions.unblock(officer(), held.pk, note="再来")
    assert not Standing.objects.holding(dt.date(2026, 11, 21)).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ground": " "}, "ground"),
        ({"source": ""}, "source"),
        ({"authority": ""}, "authority"),
        ({"appeal": ""}, "appeal"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": dt.date(2026, 1, 1)}, "ends_on"),
        ({"kind": "banned"}, "kind"),
    ],
)
def test_a_block_without_its_grounds_is_refused(change, field):
    with pytest.raises(Invalid) as refused:
        actions.block(officer(), expert().pk, block_draft(**change))
    assert field in refused.value.fields


def test_an_officer_in_the_pool_does_not_block_or_free_himself():
    me = officer()
    one = expert(user=me.user)
    with pytest.raises(NotAllowed):
        actions.block(me, one.pk, block_draft())
    held = actions.block(officer(), one.pk, block_draft())
    with pytest.raises(NotAllowed):
        actions.unblock(me, held.pk, note="自己")


def test_policies_are_the_querysets_and_a_random_walk_keeps_the_days_true():
    import random

    chance = random.Random(20261121)
    me = actor_of(factories.citizen())
    one = actions.apply(me, draft())
    actors = [me, officer(), officer(), supervisor(), actor_of(factories.citizen())]
    reached = set()
    for turn in range(90):
        actor, code = chance.choice(actors), chance.choice(list(EXPERT.transitions))
        offered = [(who, found.code) for who in actors for found in EXPERT.offered(one, who.user)]
        if turn % 2:  # every other turn is one that the table offers to somebody
            actor, code = chance.choice(offered)
        try:
            one = step(actor, one, code, opinion="属实", note="理由")
        except (NotAllowed, NotFound, WrongState):
            assert (actor, code) not in offered
            continue
        reached.add(code)
        if one.state == "approved":
            assert one.valid_until and one.check_due_on and one.examined_by_id
        if code == "apply_again":
            assert one.examined_by_id is None
    assert {"examine", "approve", "leave", "apply_again"} <= reached
    expert()
    actions.block(officer(), one.pk, block_draft())
    for user in (*(actor.user for actor in actors), factories.staff(Role.AUDITOR), factories.staff(Role.CLERK)):
        seen = set(Expert.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {row.pk for row in Expert.objects.all() if policies.may_see_expert(user, row)}
        held = set(Standing.objects.visible_to(user).values_list("pk", flat=True))
        assert held == {row.pk for row in Standing.objects.all() if policies.may_see_standing(user, row)}
