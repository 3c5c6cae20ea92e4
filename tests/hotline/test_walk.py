"""The life cycle walked at random: every state and step is reached, and what must always hold holds after each step."""

import datetime as dt
import random
from typing import Any

import pytest

from hotline import actions
from hotline.actions import Answers, sweeps
from hotline.actions.requests import offered
from hotline.lifecycle import TICKET
from hotline.models import Dispatch, Ending, Request, Ticket
from hotline.policies import may_see
from portal.core.errors import DomainError, Invalid, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.hotline.objects import World, category, person

pytestmark = pytest.mark.django_db
START = factories.moment("2026-03-02 09:00")


class Walker:
    """Takes any step that somebody is offered, with made-up inputs, and lets time pass."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = World()
        self.other = factories.department("CGJ", name="城管局")
        self.actors = [
            self.world.operator, self.world.dispatcher, self.world.clerk, self.world.head,
            person(Role.CLERK, self.other), person(Role.DEPARTMENT_HEAD, self.other),
            person(Role.REVIEWER, self.world.department), person(Role.REVIEWER, self.other),
        ]  # fmt: skip
        self.steps: set[str] = set()
        self.states: set[str] = set()
        self.now = START

    def inputs(self, code: str, ticket: Ticket) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for ask in TICKET.transitions[code].asks:
            if ask.name == "department":
                made["department"] = str(self.chance.choice((self.world.department, self.other)).pk)
            elif ask.name == "parent":
                made["parent"] = self.leading.number
            elif ask.name == "category":
                made["category"] = self.chance.choice(("", str(category("0602").pk)))
            elif ask.kind == "choice":
                made[ask.name] = self.chance.choice(ask.choices)[0]
            elif ask.kind == "choices":
                made[ask.name] = [str(self.other.pk)]
            elif ask.name == "grade":
                made["grade"] = ticket.grade
            else:
                made[ask.name] = "说明"
        return made

    def walk(self, ticket: Ticket, length: int) -> None:
        for _n in range(length):
            self.now += dt.timedelta(hours=self.chance.choice((1, 1, 5, 30)))
            with driven_clock(self.now):
                self.leading = self.world.recorded(title="牵头")
                self.something(Ticket.objects.get(pk=ticket.pk))
            self.check(Ticket.objects.get(pk=ticket.pk))

    def something(self, ticket: Ticket) -> None:
        """One of the things that anybody is offered now; what was never done before is tried first."""
        users = {actor: User.objects.get(pk=actor.user_id) for actor in self.actors}
        seeing = [actor for actor in self.actors if may_see(users[actor], ticket)]
        kinds = [(actor, kind) for actor in seeing for kind in offered(users[actor], ticket)]
        steps = [(actor, step.code) for actor in seeing for step in TICKET.offered(ticket, users[actor])]
        fresh = [(actor, code) for actor, code in steps if code not in self.steps]
        roll = self.chance.random()
        try:
            if roll < 0.2 and kinds:
                self.ask(*self.chance.choice(kinds), ticket)
            elif roll < 0.35:
                self.portal(ticket)
            elif steps:
                actor, code = self.chance.choice(fresh if fresh and roll < 0.8 else steps)
                done = actions.take_step(
                    actor, ticket.pk, code, self.inputs(code, ticket), state_version=ticket.state_version
                )
                self.took(code, done)
        except (Invalid, WrongState):
            return  # the same department, an extension too many, a second return: refused with a sentence

    def ask(self, actor: Any, kind: str, ticket: Ticket) -> None:
        asked = actions.ask(
            actor, ticket.pk, kind, reason="理由", until=self.now + dt.timedelta(days=9), grade="long",
            ground="unlawful", state_version=ticket.state_version,
        )  # fmt: skip
        if self.chance.random() < 0.8:
            actions.decide(self.world.dispatcher, asked.pk, grant=True, decision="同意")
            fresh = Ticket.objects.get(pk=ticket.pk)
            if fresh.state == "suspended":
                self.took("suspend", fresh)

    def portal(self, ticket: Ticket) -> None:
        """What callers and the portal do."""
        good = self.chance.random() < 0.5
        if ticket.state == "replied":
            said = Answers(contacted=True, resolved=good, satisfied=good)
            done = actions.answer_as_caller(actions.CALLER, ticket.pk, said)
            self.took("call_back_by_caller" if done.state == "closed" else "complain_by_caller", done)
        elif ticket.state in {"closed", "answered"}:
            self.took("reopen_by_caller", actions.reopen_as_caller(actions.CALLER, ticket.pk, reason="又来了"))
        elif ticket.state == "suspended":
            self.now += dt.timedelta(days=10)
            with driven_clock(self.now):
                sweeps.resume_due()
            self.took("resume_at_end", Ticket.objects.get(pk=ticket.pk))
        elif ticket.state == "merged" and ticket.parent is not None:
            Ticket.objects.filter(pk=ticket.parent_id).update(department=self.world.department)
            sweeps.answer_children(ticket.parent_id)
            self.took("reply_with_series", Ticket.objects.get(pk=ticket.pk))

    def took(self, code: str, ticket: Ticket) -> None:
        self.steps.add(code)
        self.states.add(ticket.state)

    def check(self, ticket: Ticket) -> None:
        """What holds in every state."""
        state = TICKET.states[ticket.state]
        assert state.ended == (ticket.ended_at is not None)
        assert Ending.objects.filter(ticket=ticket, reopened_at__isnull=True).count() == int(state.ended)
        assert (ticket.due_at is None) == (ticket.due_on is None)
        assert Dispatch.objects.filter(ticket=ticket, ended_at__isnull=True).count() <= 1
        if ticket.state in {"dispatched", "signed", "drafted", "returned"}:
            assert ticket.department_id is not None
            assert ticket.due_at is not None
            assert ticket.dispatches.get(ended_at__isnull=True).department_id == ticket.department_id
        if ticket.state not in {"dispatched", "signed", "drafted", "called_back", "closed"}:
            waiting = Request.objects.filter(ticket=ticket, outcome="waiting").exclude(kind="exclusion")
            assert not waiting.exists() or ticket.state == "suspended"


def test_a_random_walk_reaches_every_state_and_every_step_and_breaks_nothing() -> None:
    walker = Walker(20)
    tickets = []
    with driven_clock(START):
        tickets = [walker.world.recorded(title=f"第{n}件") for n in range(16)]
    for ticket in tickets:
        walker.walk(ticket, 30)
    with driven_clock(walker.now):
        called = walker.world.replied()
        for _attempt in range(3):
            called = walker.world.step(walker.world.operator, called, "miss")
        walker.took("give_up", walker.world.step(walker.world.operator, called, "give_up"))
        ticket = walker.world.dispatched()
        walker.world.department.closed_on = walker.now.date()
        walker.world.department.save()
        while sweeps.leave_closed_department(walker.world.department.pk):
            walker.took("leave", Ticket.objects.get(pk=ticket.pk))
        while run_due_jobs():
            pass
    # What a platform of a district approves comes from outside: see the tests of the districts.
    assert set(TICKET.transitions) - walker.steps == {"approve_outside"}
    assert set(TICKET.states) - walker.states <= {"recorded"}


def test_every_refusal_is_a_sentence() -> None:
    world = World()
    ticket = world.recorded()
    for code in TICKET.transitions:
        with pytest.raises(DomainError) as refused:
            actions.take_step(world.clerk, ticket.pk, code, {}, state_version=ticket.state_version)
        assert str(refused.value)
