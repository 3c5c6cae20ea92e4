"""Posts left empty: found from shifts, sessions and the queue, explained by the person, decided by the manager."""

import datetime as dt
import random

import pytest

from hall.attendance import actions, policies
from hall.attendance.lifecycle import EMPTY_POST
from hall.attendance.measures import sums
from hall.attendance.models import EmptyPost, Shift
from hall.queue import actions as queue_actions
from hall.queue.models import QueueWindow
from portal.core import statistics
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.models import Notification
from portal.core.statistics.blocks import Scope
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.attendance.objects import FRIDAY, as_clerk, clerk, planned, window
from tests.factories import moment
from tests.queue import objects as queue_objects


def assert_sentence(error: DomainError) -> None:
    """What is refused is said in words."""
    assert error.message


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _early():
    with driven_clock(moment("2026-11-20 08:00")):
        yield


def at(time: str):
    return driven_clock(moment(f"2026-11-20 {time}"))


def come(person: User, time: str = "08:45") -> None:
    planned(person)
    with at(time):
        actions.clock_in(as_clerk(person))


def test_a_window_without_anybody_is_found_after_ten_minutes_and_ends_when_somebody_comes():
    person, chief = clerk(), factories.staff(Role.HALL_MANAGER)
    planned(person)
    with at("09:09"):
        assert actions.watch_posts() == 0
    with at("09:10"):
        assert actions.watch_posts() == 1
    with at("09:12"):
        assert actions.watch_posts() == 0  # the same one
    post = EmptyPost.objects.get()
    assert (post.kind, post.from_at, post.staff, post.until_at) == ("absent", moment("2026-11-20 09:00"), person, None)
    assert Notification.objects.filter(user=chief, template="empty_post.found").count() == 1
    assert Notification.objects.filter(user=person, template="empty_post.explain").count() == 1
    with at("09:20"):
        actions.clock_in(as_clerk(person))
    with at("09:21"):
        actions.watch_posts()
    post.refresh_from_db()
    assert (post.until_at, post.minutes) == (moment("2026-11-20 09:21"), 21)


def test_one_person_of_two_at_the_post_is_enough():
    first, second = clerk(), clerk()
    come(first)
    assert Shift.objects.filter(staff=second).exists()
    with at("10:00"):
        assert actions.watch_posts() == 0


def test_leave_is_no_empty_post():
    from portal.people.models import Leave

    person = clerk()
    Leave.objects.create(user=person, kind="annual", starts_on=FRIDAY, ends_on=FRIDAY)
    planned(person)
    with at("10:00"):
        assert actions.watch_posts() == 0


@pytest.mark.parametrize(("reason", "last_fine", "found"), [("rest", "10:19", "10:20"), ("meal", "10:59", "11:00")])
def test_a_break_that_takes_too_long_is_an_empty_post(reason, last_fine, found):
    line = queue_objects.queue()
    person = clerk()
    QueueWindow.objects.create(queue=line, window=window())
    come(person)
    with at("09:00"):
        session = queue_actions.open_window(as_clerk(person), window().pk)
    with at("10:00"):
        queue_actions.pause_window(as_clerk(person), session.pk, reason=reason)
    with at(last_fine):
        assert actions.watch_posts() == 0
    with at(found):
        assert actions.watch_posts() == 1
    post = EmptyPost.objects.get()
    assert (post.kind, post.from_at) == ("paused", moment("2026-11-20 10:00"))
    with at("11:05"):
        queue_actions.resume_window(as_clerk(person), session.pk)
        actions.watch_posts()
    post.refresh_from_db()
    assert post.until_at == moment("2026-11-20 11:05")


def test_people_who_wait_while_nobody_is_called_are_an_empty_post():
    line = queue_objects.queue()
    person = clerk()
    QueueWindow.objects.create(queue=line, window=window())
    come(person)
    with at("09:00"):
        session = queue_actions.open_window(as_clerk(person), window().pk)
    with at("10:00"):
        assert actions.watch_posts() == 0  # nobody waits
        queue_objects.take(line)
        queue_objects.take(line)
    with at("10:10"):
        queue_actions.call_next(as_clerk(person), session.pk)
    with at("10:26"):
        assert actions.watch_posts() == 0  # somebody is being served
        ticket = line.tickets.get(state="called")
        queue_actions.take_step(as_clerk(person), ticket.pk, "miss", {}, state_version=ticket.state_version)
        queue_actions.call_next(as_clerk(person), session.pk)
        ticket = line.tickets.get(state="called")
        queue_actions.take_step(as_clerk(person), ticket.pk, "miss", {}, state_version=ticket.state_version)
        queue_objects.take(line)
    with at("10:40"):
        assert actions.watch_posts() == 0
    with at("10:41"):
        assert actions.watch_posts() == 1
    assert EmptyPost.objects.get().kind == "idle"


def test_what_runs_at_the_end_of_the_shift_ends_with_it():
    planned(clerk())
    with at("16:00"):
        actions.watch_posts()
    with at("18:00"):
        actions.watch_posts()
    assert EmptyPost.objects.get().until_at == moment("2026-11-20 17:00")


def test_an_accepted_explanation_takes_it_out_of_the_figures():
    person, chief = clerk(), factories.staff(Role.HALL_MANAGER)
    planned(person)
    with at("09:15"):
        actions.watch_posts()
    post = EmptyPost.objects.get()
    scope = Scope(FRIDAY, FRIDAY, FRIDAY)
    statistics.refresh_all()
    assert sums(scope)[None]["empty_posts"] == 1
    with pytest.raises(Invalid):
        actions.take_step(as_clerk(person), post.pk, "explain", {"explanation": " "}, state_version=0)
    actions.take_step(as_clerk(person), post.pk, "explain", {"explanation": "送材料到后台"}, state_version=0)
    assert Notification.objects.filter(user=chief, template="empty_post.explained").exists()
    with pytest.raises(NotFound):
        stranger = as_clerk(factories.staff(Role.CLERK))
        actions.take_step(stranger, post.pk, "accept", {"note": "好"}, state_version=1)
    actions.take_step(actor_of(chief, Role.HALL_MANAGER), post.pk, "accept", {"note": "情况属实"}, state_version=1)
    statistics.refresh_all()
    assert sums(scope)[None]["empty_posts"] == 0
    assert list(statistics.differences()) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_random_walk_and_policy_is_queryset(seed):
    rng = random.Random(seed)
    people = [clerk(), clerk("A02", factories.department("ZJJ")), factories.staff(Role.DEPARTMENT_HEAD)]
    people += [factories.staff(role) for role in (Role.HALL_MANAGER, Role.AUDITOR, Role.REVIEWER)]
    people.append(factories.citizen())
    planned(people[0])
    clock = dt.datetime.combine(FRIDAY, dt.time(9, 30), moment("2026-11-20 09:00").tzinfo)
    with driven_clock(clock):
        assert actions.watch_posts() == 2
        for _turn in range(20):
            post = rng.choice(list(EmptyPost.objects.all()))
            person = User.objects.get(pk=rng.choice(people).pk)
            chosen = rng.choice(list(EMPTY_POST.transitions))
            try:
                inputs = {"note": "核实", "explanation": "会议"}
                actions.take_step(actor_of(person), post.pk, chosen, inputs, state_version=post.state_version)
            except DomainError as error:
                assert_sentence(error)
            post.refresh_from_db()
            assert post.state in EMPTY_POST.states
            assert (post.state in {"accepted", "rejected"}) == bool(post.note)
    answers = set()
    for one in people:
        person = User.objects.get(pk=one.pk)
        for model in (Shift, EmptyPost):
            seen = set(model.objects.visible_to(person).values_list("pk", flat=True))
            for thing in model.objects.all():
                assert policies.may_see(person, thing) == (thing.pk in seen)
                answers.add(thing.pk in seen)
    assert answers == {True, False}
