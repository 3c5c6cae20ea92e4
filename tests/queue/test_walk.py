"""A ticket's life walked at random, and the promise that nobody starves."""

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.queue import actions
from hall.queue.lifecycle import STATES, TICKET
from hall.queue.models import Ticket
from hall.queue.models.ticket import AT_WINDOW, ENDED
from hall.queue.policies import may_see_ticket
from hall.queue.rules import credit
from portal.core.audit import differences as broken_chains
from portal.core.errors import DomainError
from portal.core.events import events_of
from portal.core.statistics import differences, refresh_all
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.queue.objects import MORNING, desk, manager, queue, take

pytestmark = pytest.mark.django_db


class Walk:
    """A hall with two queues, three windows, and everybody who may do something."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.now = MORNING
        self.queues = [queue("A")]
        self.queues.append(queue("B", in_hall=self.queues[0].hall))
        self.desks = [desk(self.queues[0]), desk(*self.queues), desk(self.queues[1])]
        self.chief = manager()
        self.taken: set[str] = set()

    def go(self) -> None:
        self.now += dt.timedelta(seconds=self.rng.choice([5, 20, 60, 300]))
        if self.rng.random() < 0.02:
            self.now -= dt.timedelta(minutes=3)  # somebody sets the clock back
        with driven_clock(self.now):
            try:
                self.rng.choice([self.somebody_comes, self.somebody_calls, self.somebody_acts, self.somebody_acts])()
            except DomainError as error:
                refused = error
            else:
                return
            assert refused.message

    def somebody_comes(self) -> None:
        take(self.rng.choice(self.queues), priority=self.rng.choice(["", "", "elderly", "disabled"]))

    def somebody_calls(self) -> None:
        self.rng.choice(self.desks).next()
        self.taken.add("call")

    def somebody_acts(self) -> None:
        live = list(Ticket.objects.filter(ended_at__isnull=True))
        if not live:
            return
        ticket = self.rng.choice(live)
        if self.rng.random() < 0.15:
            code = self.rng.choice(["cancel", "rejoin"])
            actions.follow_step(ticket.public_id, code, state_version=ticket.state_version)
            self.taken.add(code)
            return
        doers = [*(at.actor for at in self.desks), self.chief]
        actor = self.rng.choice(doers)
        offered = [t for t in TICKET.offered(ticket, actor.user) if t.code != "call"]
        if not offered:
            return
        step = self.rng.choice(offered)
        inputs = {"reason": "photo", "queue": str(self.rng.choice(self.queues).pk)}
        actions.take_step(actor, ticket.pk, step.code, inputs, state_version=ticket.state_version)
        self.taken.add(step.code)

    def check(self) -> None:
        at_windows = list(Ticket.objects.filter(state__in=AT_WINDOW).values_list("window", flat=True))
        assert len(at_windows) == len(set(at_windows)) and None not in at_windows
        for ticket in Ticket.objects.all():
            assert (ticket.ended_at is not None) == (ticket.state in ENDED)
            assert (ticket.wait_seconds or 0) >= 0 and ticket.service_seconds >= 0 and (ticket.way_seconds or 0) >= 0
            told = events_of(ticket)
            assert told[-1].event.to_state == ticket.state
            states = [one.event for one in told]
            assert all(a.to_state == b.from_state for a, b in itertools.pairwise(states))
            assert ticket.state_version == len([one for one in states if one.type != "ticket.taken"])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_in_whatever_order_every_row_stays_true(seed: int):
    with driven_clock(MORNING):
        walk = Walk(seed)
    for _ in range(60):
        walk.go()
    walk.check()
    refresh_all()
    assert not list(differences())
    assert not list(broken_chains())


def test_every_edge_of_the_domain_is_in_the_table_and_no_other():
    """domain.md, section 5, word for word; recall stays where it is, and missing tickets of the day expire."""
    edges = {
        (source, transition.target)
        for transition in TICKET.transitions.values()
        for source in transition.sources
        if transition.target
    }
    assert {
        ("booked", "waiting"), ("waiting", "called"), ("called", "serving"), ("serving", "done"),
        ("called", "waiting"), ("called", "missed"), ("missed", "waiting"), ("serving", "held"),
        ("serving", "transferred"), ("waiting", "cancelled"), ("waiting", "expired"),
    } <= edges  # fmt: skip
    assert {source for source, _target in edges} == {state.code for state in STATES if not state.ended}


@given(st.lists(st.tuples(st.integers(0, 240), st.sampled_from(["", "elderly", "disabled", "soldier", "appointment"]))))
@settings(deadline=None, max_examples=150)
def test_nobody_is_overtaken_by_who_came_later_than_the_cap(people: list[tuple[int, str]]):
    """Order = arrival − capped credit: whoever comes 20 minutes later is called later, whatever precedence they have."""
    day = MORNING.date()
    ranked = [(MORNING + dt.timedelta(minutes=at) - credit(why, day), at) for at, why in people]
    order = [at for _rank, at in sorted(ranked)]
    for place, at in enumerate(order):
        assert all(later - at <= 20 for later in order[:place])


def test_a_steady_stream_of_people_with_precedence_starves_nobody():
    with driven_clock(MORNING):
        q = queue()
        at = desk(q)
        patient = take(q)
    for minute in range(1, 30):
        with driven_clock(MORNING + dt.timedelta(minutes=minute)):
            take(q, priority="elderly")
            called = at.next()
            at.step(called, "start"), at.step(called, "finish")
            if called.pk == patient.pk:
                break
    patient.refresh_from_db()
    assert patient.state == "done"
    assert patient.wait_seconds <= 16 * 60


@pytest.mark.parametrize("role", [*Role.values, "nobody"])
def test_what_a_policy_lets_somebody_see_is_what_the_queryset_finds(role: str):
    other = factories.department("GAJ", name="市公安局")
    with driven_clock(MORNING):
        mine, theirs, shared = queue("A"), queue("B", dept=other), queue("C")
        shared.department = None
        shared.save()
        for q in (mine, theirs, shared):
            take(q)
        person = factories.citizen() if role in {"citizen", "agent", "nobody"} else factories.staff(Role(role))
        take(theirs, person_id=person.pk)
        user = User.objects.get(pk=person.pk)
        found = set(Ticket.objects.visible_to(user))
        assert found == {ticket for ticket in Ticket.objects.all() if may_see_ticket(user, ticket)}
