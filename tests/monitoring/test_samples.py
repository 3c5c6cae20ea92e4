"""The weekly draw: replayable, at least one of each unit; the review and what follows; the record it stands on."""

import datetime as dt
from fractions import Fraction

import pytest

from approvals.cases import actions as case_actions
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.supervision.monitoring import actions, draw, policies
from portal.supervision.monitoring.actions.samples import last_week, replayed
from portal.supervision.monitoring.models import Act, Sample, SampleDraw
from portal.supervision.monitoring.records import Whose, counts_by_department, record_of
from tests import factories
from tests.hotline import objects as hotline
from tests.monitoring.objects import FRIDAY, Office, at, lamps, overdue_case

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 9)


def refused(office: Office, dept: object = None) -> None:
    """A filing that the clerk proposes not to accept and the reviewer confirms."""
    from portal.people.actors import actor_of
    from portal.people.roles import Role

    place = dept or office.department
    clerk = actor_of(factories.staff(Role.CLERK, place), Role.CLERK)
    reviewer = actor_of(factories.staff(Role.REVIEWER, place), Role.REVIEWER)
    case = factories.submitted(on=factories.item(dept=place))
    proposal = case_actions.propose(
        clerk, case.pk, "not_accept", {"grounds": "无需取得行政许可"},
        state_version=case.state_version,
    )  # fmt: skip
    case.refresh_from_db()
    case_actions.decide_proposal(reviewer, proposal.pk, confirm=True, note="", state_version=case.state_version)


@pytest.fixture
def office():
    with at("2026-11-10"):
        made = Office()
        for _n in range(3):
            refused(made)
        refused(made, made.other)
    with at("2026-11-11"):
        world = hotline.World()
        ticket = world.dispatched()
        world.step(world.clerk, ticket, "return", ground="not_ours", reason="不属本单位职责")
    with at("2026-11-16"):
        yield made


def drawn() -> SampleDraw:
    return actions.draw_week(Actor.system("monitoring"), MONDAY)


def test_each_unit_gives_at_least_one_and_the_draw_is_held_once(office):
    one = drawn()
    assert one.pool_size == 5 and one.drawn == 2
    assert {row.department for row in one.samples.all()} == {office.department, office.other}
    again = drawn()
    assert again.pk == one.pk and Sample.objects.count() == 2
    assert last_week(dt.date(2026, 11, 16)) == last_week(dt.date(2026, 11, 22)) == MONDAY


def test_the_draw_is_replayed_from_what_was_kept_and_tampering_shows(office):
    one = drawn()
    assert replayed(one) == []
    one.pool = one.pool[1:]
    assert "pool" in replayed(one)
    one.refresh_from_db()
    Sample.objects.filter(pk=one.samples.first().pk).update(key="event:0")
    assert replayed(one) == ["drawn"]


def test_the_order_of_the_pool_does_not_matter_and_the_seed_does():
    pool = [(f"event:{n}", n % 3) for n in range(60)]
    found = draw.drawn(pool, "a" * 64, Fraction(1, 10))
    assert found == draw.drawn(list(reversed(pool)), "a" * 64, Fraction(1, 10))
    assert len(found) == 6 and found != draw.drawn(pool, "b" * 64, Fraction(1, 10))
    assert draw.digest_of(pool) == draw.digest_of(pool[::-1])


@pytest.mark.parametrize(
    ("count", "share", "wanted"),
    [(1, "0.1", 1), (10, "0.1", 1), (11, "0.1", 2), (3, "1", 3), (4, "0", 1), (30, "0.25", 8)],
)
def test_the_share_is_rounded_up_and_at_least_one(count, share, wanted):
    assert draw.wanted(count, Fraction(share)) == wanted


def test_a_week_that_runs_cannot_be_drawn(office):
    for week in (dt.date(2026, 11, 16), dt.date(2026, 11, 10)):
        with pytest.raises(Invalid):
            actions.draw_week(Actor.system("monitoring"), week)
    with pytest.raises(NotAllowed):
        actions.draw_week(office.actor("head"), MONDAY)


def review(office: Office, who: str, sample: Sample, code: str, **inputs: str) -> Sample:
    sample.refresh_from_db()
    return actions.review(office.actor(who), sample.pk, code, inputs, state_version=sample.state_version)


def test_an_improper_act_leads_to_a_correction_and_stands_on_the_record(office):
    drawn()
    sample = Sample.objects.get(department=office.other)
    assert lamps(source="supervision.sample") == []
    sample = review(office, "supervisor", sample, "improper", note="属本机关职权", follow_up="correction")
    assert sample.act.kind == "correction" and sample.act.due_on == dt.date(2026, 11, 23)
    record = record_of(Whose(departments=(office.other.pk,)))
    assert {one.kind for one in record.rows} == {"improper", "correction"}
    assert counts_by_department(None)[office.other.pk][-1] == 1
    with pytest.raises(WrongState):
        review(office, "second", sample, "proper")


def test_what_was_proper_asks_for_nothing(office):
    drawn()
    sample = review(office, "second", Sample.objects.first(), "proper")
    assert (sample.state, sample.act) == ("proper", None) and not Act.objects.exists()
    assert record_of(Whose(departments=(sample.department_id,))).rows == []


def test_a_finding_says_what_is_wrong_and_what_follows(office):
    drawn()
    with pytest.raises(Invalid) as wrong:
        review(office, "supervisor", Sample.objects.first(), "improper", note="", follow_up="")
    assert set(wrong.value.fields) == {"note", "follow_up"}


def test_nobody_reviews_the_own_act_and_heads_see_only_what_was_improper(office):
    drawn()
    sample = Sample.objects.get(department=office.department)
    sample.done_by = office.people["supervisor"]
    sample.save()
    with pytest.raises(NotAllowed):
        review(office, "supervisor", sample, "proper")
    with pytest.raises(NotFound):
        review(office, "head", sample, "proper")
    sample = review(office, "second", sample, "improper", note="理由不成立", follow_up="none")
    for name in office.people:
        user = office.user(name)
        seen = set(Sample.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {one.pk for one in Sample.objects.all() if policies.may_see_sample(user, one)}, name
    assert policies.may_see_sample(office.user("head"), sample)


def test_a_review_that_is_late_is_the_supervisors_own_lamp(office):
    drawn()
    due = Sample.objects.first().due_on
    with at((due + dt.timedelta(days=1)).isoformat()):
        assert {one.colour for one in lamps(source="supervision.sample")} == {"red"}
        assert lamps(source="supervision.sample", departments=[office.department.pk]) == []


# --- records ------------------------------------------------------------------------------------------------------------


def test_everything_that_was_done_stands_on_the_record_with_its_day(office):
    from portal.supervision.actions import remind

    with at(FRIDAY):
        case = overdue_case(office)
        remind(office.actor("supervisor"), case.number)
        act = office.order(lamps(source="cases.decision")[0].ident, person=office.people["clerk"])
        actions.issue(office.actor("supervisor"), office.draft(kind="explanation"))
        office.judge("second", office.proposed(person=office.people["clerk"], measure="criticism"), "confirm")
        office.proposed()  # nobody has confirmed it
        with at("2026-11-27"):
            actions.remind_lamp(office.actor("second"), lamps(source="supervision.order")[0].ident)
            record = record_of(Whose(departments=(office.department.pk,)))
            person = record_of(Whose(departments=(office.department.pk,), person=office.people["clerk"].pk))
    kinds = [one.kind for one in record.rows]
    assert sorted(kinds) == ["accountability", "explanation", "order", "reminder", "reminder"]
    assert [one.on for one in record.rows] == sorted((one.on for one in record.rows), reverse=True)
    assert [count for _label, count in record.totals] == [2, 1, 1, 0, 1, 0]
    assert record.months == [(dt.date(2026, 11, 1), [2, 1, 1, 0, 1, 0])]
    assert {one.kind for one in person.rows} == {"reminder", "order", "accountability"}
    assert any(one.number == act.number and one.link for one in record.rows)
    assert record_of(Whose(departments=(office.other.pk,))).rows == []


def test_a_record_is_paged_without_loss(office):
    for n in range(32):
        office.order(title=f"督办{n}")
    first = record_of(Whose(departments=(office.department.pk,)))
    second = record_of(Whose(departments=(office.department.pk,)), first.next_cursor)
    assert len(first.rows) == 30 and len({one.key for one in [*first.rows, *second.rows]}) == 32
    assert second.next_cursor is None
    assert {one.kind for one in record_of(Whose(departments=(office.department.pk,)), kind="order").rows} == {"order"}
