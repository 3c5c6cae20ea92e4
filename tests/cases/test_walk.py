"""The life cycle walked at random: whatever people do in whatever order, the row stays true to its rules."""

import datetime as dt
import random

import pytest

from approvals.cases import actions, policies
from approvals.cases.clockwork import clock_of
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from portal.core.audit import differences
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.lifecycle import Transition
from portal.core.time import driven_clock, local_date, now
from portal.people.actors import actor_of
from portal.people.models import Posting
from portal.people.roles import Role
from tests.factories import citizen, department, item, moment, staff, submitted

pytestmark = pytest.mark.django_db
STEPS = 60
SELDOM = frozenset({"reassign", "involve", "report_up", "record_reply"})


def answers(rng: random.Random, transition: Transition[Case]) -> dict[str, object]:
    """Something plausible for everything that a step asks; sometimes too much."""
    given: dict[str, object] = {}
    for ask in transition.asks:
        match ask.kind:
            case "days":
                given[ask.name] = rng.randint(1, 12)
            case "date" if ask.name == "replied_on":
                given[ask.name] = local_date(now())
            case "date":
                given[ask.name] = dt.date(2026, 3, 1) + dt.timedelta(days=rng.randint(5, 120))
            case "choice":
                given[ask.name] = rng.choice(ask.choices)[0]
            case _ if ask.name == "department":
                given[ask.name] = rng.choice(["SCJG", "ZJJ"])
            case "choices":
                given[ask.name] = []
            case _:
                given[ask.name] = "随机"
    return given


class Walk:
    """One case and everybody around it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.applicant = citizen()
        self.people = [
            self.applicant,
            *(staff(role) for role in (Role.CLERK, Role.CLERK, Role.REVIEWER, Role.REVIEWER, Role.DEPARTMENT_HEAD)),
            staff(Role.SUPERVISOR),
        ]
        # The same people work in the department that a case may be handed over to.
        other = department("ZJJ", name="市住房和城乡建设局", name_en="Housing Bureau", short_name="住建局")
        for posting in Posting.objects.filter(user__in=self.people, department__isnull=False):
            Posting.objects.create(user=posting.user, department=other, role=posting.role, starts_on=posting.starts_on)
        self.now = moment("2026-03-02 09:00")
        with driven_clock(self.now):
            self.case = submitted(
                self.applicant, item(promised_days=5, review_steps=self.rng.randint(0, 2), renewal_lead_days=30)
            )
        self.taken: set[str] = set()

    def go(self) -> None:
        self.now += dt.timedelta(hours=self.rng.choice([1, 4, 24, 72]))
        with driven_clock(self.now):
            if self.rng.random() < 0.15:
                actions.deem_accepted()
                actions.return_unsupplemented()
                actions.deem_granted()
            else:
                self.somebody_acts()
        self.case = Case.objects.get(pk=self.case.pk)

    def somebody_acts(self) -> None:
        person = self.rng.choice(self.people)
        actor = actor_of(person)
        waiting = self.case.proposals.filter(outcome=Proposal.Outcome.WAITING).first()
        try:
            if waiting and self.rng.random() < 0.5:
                actions.decide_proposal(
                    actor,
                    waiting.pk,
                    confirm=self.rng.random() < 0.7,
                    note="理由",
                    state_version=self.case.state_version,
                )
                return
            offered = CASE.offered(self.case, person)
            if not offered:
                return
            # Supplements come from the applicant; to the window they are brought now and then.
            if person is not self.applicant and self.rng.random() < 0.8:
                offered = [transition for transition in offered if transition.code != "resubmit"]
            if not offered:
                return
            # Ends are seldom, or every walk would be over after a few steps.
            weights = [3 if transition.tone == "warning" or transition.code in SELDOM else 12 for transition in offered]
            if len(offered) == 1 and weights == [3] and self.rng.random() < 0.95:
                return
            transition = self.rng.choices(offered, weights)[0]
            take = actions.propose if transition.proposed else actions.take_step
            take(
                actor,
                self.case.pk,
                transition.code,
                answers(self.rng, transition),
                state_version=self.case.state_version,
            )
            self.taken.add(transition.code)
        except DomainError as error:
            refused = error
        else:
            return
        # Refusing is fine; what is refused must leave the row as it was.
        assert refused.message
        assert Case.objects.get(pk=self.case.pk).state_version == self.case.state_version

    def check(self) -> None:
        case, today = self.case, local_date(self.now)
        assert case.state in CASE.states
        ended = CASE.states[case.state].ended
        assert (case.ended_on is not None) == ended
        assert (case.decided_on is not None) == (case.outcome in {"approved", "refused"})
        open_stops = case.stops.filter(to_on__isnull=True).count()
        assert open_stops == (1 if case.state == "suspended" else 0)
        if case.state == "suspended":
            assert case.promised_due_on is None and case.remaining_days is not None
        if case.day_0 and not ended and case.state != "suspended":
            clock = clock_of(case, case.stops.all(), workdays())
            assert (clock.promised_due_on, clock.legal_due_on) == (case.promised_due_on, case.legal_due_on)
            assert case.overdue_from_on > case.promised_due_on or case.overdue_from_on <= today
        if case.decided_on:
            clock = clock_of(case, case.stops.all(), workdays())
            assert clock.elapsed(case.decided_on) == case.elapsed_days
        assert case.proposals.filter(outcome=Proposal.Outcome.WAITING).count() <= 1
        for person in self.people:
            assert policies.may_see(person, case) == Case.objects.visible_to(person).filter(pk=case.pk).exists()


@pytest.mark.parametrize("seed", range(12))
def test_a_random_walk_keeps_the_row_true(seed):
    walk = Walk(seed)
    for _step in range(STEPS):
        walk.go()
        walk.check()
    assert list(differences()) == []


def test_the_walks_reach_the_whole_table():
    """The walk is only worth something if it gets everywhere; a step that none of them takes is named."""
    taken: set[str] = set()
    states: set[str] = set()
    offered = {code for code, t in CASE.transitions.items() if not t.by_portal and code != "submit"}
    everywhere = {code for code in CASE.states if code != "draft"}
    for seed in range(100, 300):
        if taken >= offered and states >= everywhere:
            break
        walk = Walk(seed)
        for _step in range(STEPS):
            walk.go()
            states.add(walk.case.state)
        taken |= walk.taken
    assert offered - taken == set()
    assert everywhere - states == set()
