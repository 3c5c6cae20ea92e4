"""The planned evaluation follows the deadline that moves, and whoever was called is told."""

import datetime as dt

import pytest
from django.utils.translation import override

from portal.core.errors import Stale
from portal.core.jobs import run_due_jobs
from portal.core.models import Event, Notification
from portal.core.notifications.inbox import text_of
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from procurement.experts import actions
from procurement.experts.models import Leave, Panel, PanelMember
from procurement.tenders import actions as tendering
from tests import factories
from tests.bids.objects import closed, decide, outage, receiving
from tests.experts.objects import accept, arrive, frozen, held, live, plan, pool, tender
from tests.factories import moment
from tests.tenders.objects import officer

pytestmark = pytest.mark.django_db
EVE = "2026-12-11 10:00"
# Bids are taken again until 11:00 instead of 9:30; the evaluation was planned for 14:00.
MOVED = moment("2026-12-14 15:30")


@pytest.fixture
def chief():
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


@pytest.fixture
def project():
    return receiving()


def drawn(project):
    with driven_clock(moment(EVE)):
        pool()
        return held(frozen(project))


def taken_again(project, chief, **more):
    outage()
    closed(project)
    decide(chief, project, **more)
    with driven_clock(moment("2026-12-14 09:46")):
        run_due_jobs()
    project.refresh_from_db()


def test_the_evaluation_moves_by_as_much_as_the_deadline(project, chief):
    draw = drawn(project)
    with driven_clock(moment(EVE)):
        accept(live(draw)[0])
    taken_again(project, chief)
    draw.refresh_from_db()
    assert draw.evaluates_at == MOVED == Panel.objects.get(project=project).evaluates_at
    assert [one.state for one in live(draw)] == ["accepted", "called", "called", "called", "called"]
    assert {one.slot for one in live(draw)} == {"2026-12-14p"}
    told = Event.objects.get(type="draw.moved", stream_id=draw.pk)
    assert told.stream == "experts.draw"


def test_everybody_who_was_called_is_told_the_new_time_and_never_the_tender(project, chief):
    draw = drawn(project)
    taken_again(project, chief)
    for member in live(draw):
        note = Notification.objects.get(user=member.user, template="experts.moved")
        with override("en"):
            body = text_of(note).body
        assert "3:30 p.m." in body and "2 p.m." in body
        assert project.number not in body and project.title not in body


def test_who_has_not_answered_gets_the_time_for_an_answer_anew(project, chief):
    with driven_clock(moment("2026-12-14 08:30")):
        pool()
        draw = held(frozen(project))
    before = {one.pk: one.answer_by for one in live(draw)}
    taken_again(project, chief)
    assert all(one.answer_by > before[one.pk] for one in live(draw))


def test_a_page_that_showed_the_old_time_accepts_nothing(project, chief):
    draw = drawn(project)
    seat = live(draw)[0]
    taken_again(project, chief)
    with driven_clock(moment("2026-12-14 09:50")), pytest.raises(Stale):
        actions.answer(actor_of(seat.user), seat.pk, "accept", state_version=seat.state_version)


def test_who_is_away_or_sits_elsewhere_at_the_new_time_is_followed_by_the_next(project, chief):
    draw = drawn(project)
    away, elsewhere = live(draw)[:2]
    Leave.objects.create(expert=away.expert, starts_on=dt.date(2026, 12, 15), ends_on=dt.date(2026, 12, 20))
    panel = Panel.objects.create(project=tender(), size=5)
    PanelMember.objects.create(
        panel=panel, user=elsewhere.user, expert=elsewhere.expert, state="accepted", slot="2026-12-15p"
    )
    taken_again(project, chief, until=moment("2026-12-15 09:30"))
    draw.refresh_from_db()
    assert draw.evaluates_at == moment("2026-12-15 14:00")
    seated = {one.expert_id for one in live(draw)}
    assert len(seated) == 5 and not seated & {away.expert_id, elsewhere.expert_id}
    assert {one["why"] for one in draw.gone} == {"leave", "seated"}
    assert {one.slot for one in live(draw)} == {"2026-12-15p"}


def test_who_had_checked_in_checks_in_again_on_another_day(project, chief):
    draw = drawn(project)
    by = officer()
    with driven_clock(moment("2026-12-14 08:00")):
        for one in live(draw):
            arrive(one, by)
    assert Panel.objects.get(project=project).complete_at is not None
    taken_again(project, chief, until=moment("2026-12-15 09:30"))
    assert {one.state for one in live(draw)} == {"accepted"}
    assert Panel.objects.get(project=project).complete_at is None


def test_before_the_draw_is_held_only_the_plan_moves(project, chief):
    with driven_clock(moment(EVE)):
        pool()
        draw = frozen(project)
    taken_again(project, chief)
    draw.refresh_from_db()
    assert (draw.state, draw.evaluates_at) == ("frozen", MOVED)
    assert not Notification.objects.filter(template="experts.moved").exists()


def test_following_twice_moves_once(project, chief):
    draw = drawn(project)
    taken_again(project, chief)
    with driven_clock(moment("2026-12-14 09:50")):
        actions.follow_deadline(project.pk)
    draw.refresh_from_db()
    assert draw.evaluates_at == MOVED
    assert Event.objects.filter(type="draw.moved").count() == 1


def test_a_deadline_that_a_change_moves_takes_the_evaluation_along(project):
    draw = drawn(project)
    with driven_clock(moment(EVE)):
        tendering.publish_change(
            officer(), project.pk, text="开标时间顺延", changes_documents=False, new_deadline_at=moment("2026-12-18 09:30"),
            state_version=project.state_version,
        )  # fmt: skip
        run_due_jobs()
    draw.refresh_from_db()
    assert draw.evaluates_at == moment("2026-12-18 14:00")


def test_an_evaluation_never_moves_onto_a_day_off(project):
    with driven_clock(moment(EVE)):
        pool()
        made = actions.freeze(officer(), project.pk, plan(evaluates_at=moment("2026-12-16 09:00")))
        tendering.publish_change(
            officer(), project.pk, text="开标时间顺延", changes_documents=False,
            new_deadline_at=moment("2026-12-17 09:30"), state_version=project.state_version,
        )  # fmt: skip
        run_due_jobs()
    made.refresh_from_db()
    assert made.evaluates_at == moment("2026-12-21 09:00")  # the 19th is a Saturday
