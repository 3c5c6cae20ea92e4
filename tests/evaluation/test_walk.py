"""The evaluation walked at random: every state and step is reached, and what must always hold holds after each step."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from portal.core.errors import DomainError
from portal.core.time import driven_clock
from procurement.evaluation import actions
from procurement.evaluation.actions import Entry, Finding
from procurement.evaluation.actions.common import attending
from procurement.evaluation.actions.scoring import all_in
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import Candidate, Clarification, Evaluation, Rejection
from procurement.evaluation.reckoning import open_ties, reckon
from procurement.experts.models import PanelMember
from tests.evaluation.objects import BENCHMARK, LOWEST, MOMENT, QUALITATIVE, Committee, seat, sheet_draft

pytestmark = pytest.mark.django_db
DRAFTS = (
    ("construction", "open", sheet_draft()), ("construction", "open", BENCHMARK), ("construction", "open", LOWEST),
    ("construction", "open", QUALITATIVE), ("government", "open", sheet_draft(object="goods")),
    ("government", "negotiation", LOWEST), ("government", "consultation", sheet_draft(object="goods")),
)  # fmt: skip


class Walker:
    """Does anything that anybody might do now; what is refused is refused with a sentence."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = MOMENT
        self.steps: set[str] = set()
        self.states: set[str] = set()
        self.refusals = 0

    def walk(self, length: int, kind: tuple) -> None:
        category, method, draft = kind
        prices = [self.chance.choice((500_000, 900_000, 900_000, 950_000, 1_000_000)) for _n in range(4)]
        with driven_clock(self.now):
            self.committee = Committee(prices, draft, category=category, method=method).seated()
        for _n in range(length):
            self.now += dt.timedelta(minutes=self.chance.choice((1, 5, 70)))
            with driven_clock(self.now):
                one = self.committee.one()
                self.states.add(one.state)
                self.refusals += self.refused(one)
            self.check(self.committee.one())
            if self.committee.one().ended_at is not None:
                self.states.add(self.committee.one().state)
                return

    def refused(self, one: Evaluation) -> bool:
        try:
            self.something(one)
        except DomainError as refused:
            return bool(str(refused))
        return False

    def something(self, one: Evaluation) -> None:
        actions.lapse_due()
        roll = self.chance.random()
        if roll < 0.05:
            self.replace()
        elif roll < 0.35:
            self.step(one)
        else:
            getattr(self, one.state)(one)

    def step(self, one: Evaluation) -> None:
        offered = EVALUATION.offered(one, self.committee.chair.user) or EVALUATION.offered(
            one, self.committee.agent.user
        )
        if not offered:
            return
        code = self.chance.choice(offered).code
        by = self.committee.agent if code == "hand_over" else self.committee.chair
        getattr(actions, code)(by, one.pk, state_version=one.state_version)
        self.steps.add(code)

    def replace(self) -> None:
        """A member but the chair leaves, another one comes and declares."""
        n = self.chance.choice((1, 2))
        PanelMember.objects.filter(pk=self.committee.seats[n].pk).update(state="replaced")
        self.committee.seats[n] = seat(self.committee.panel)
        self.committee.declare(self.committee.members[n])

    def qualifying(self, one: Evaluation) -> None:
        rejection = Rejection.objects.filter(bid__evaluation=one, outcome="open").first()
        if rejection is not None:
            actions.decide_qualification(self.committee.agent, rejection.pk, reject=self.maybe(), reason="核实")
            return
        asked = Rejection.objects.filter(bid__evaluation=one).values("bid")
        for bid in one.bids.exclude(pk__in=asked):
            criterion = one.lot.sheet.criteria.get(part="qualification")
            finding = Finding(bid.pk, criterion.pk, self.chance.random() < 0.8, "过期")
            actions.qualify(self.committee.agent, one.pk, [finding])

    def reviewing(self, one: Evaluation) -> None:
        failing = [n for n in range(4) if self.chance.random() < 0.3]
        for actor in self.committee.members:
            self.committee.judge(actor, failing)

    def clarifying(self, one: Evaluation) -> None:
        for asked in Clarification.objects.filter(
            bid__evaluation=one, answered_at__isnull=True, lapsed_at__isnull=True
        ):
            agent = next(agent for who, agent in self.committee.bidders if who.pk == asked.bid.bid.bidder_id)
            if self.maybe():
                actions.answer(agent, asked.pk, "说明")
        for rejection in Rejection.objects.filter(bid__evaluation=one, outcome="open"):
            reject = self.chance.random() < 0.6
            for actor in self.committee.members:
                actions.vote(actor, rejection.pk, reject=reject, reason="核实")
        if one.bids.filter(rejected=False).count() < 3:
            for actor in self.committee.members:
                actions.vote_on_competition(actor, one.pk, reject=self.maybe(), reason="核实")
        self.settle_equal(one)

    def scoring(self, one: Evaluation) -> None:
        if self.chance.random() < 0.2:
            actions.reopen_card(
                self.committee.chair, one.pk, self.chance.choice(self.committee.seats).pk, reason="更正"
            )
        criteria = one.lot.sheet.criteria.filter(part__in=("technical", "business"))
        for actor in self.committee.members:
            entries = [
                Entry(bid.pk, row.pk, Decimal(15) if row.max_points else None, "意见")
                for bid in one.bids.filter(rejected=False)
                for row in criteria
            ]
            if not one.cards.filter(member__user=actor.user, handed_in_at__isnull=False).exists():
                actions.hand_in(actor, one.pk, entries)
        self.settle_equal(one)

    def negotiating(self, one: Evaluation) -> None:
        chair, roll = self.committee.chair, self.chance.random()
        if one.negotiation.opened_at is None and roll < 0.3:
            change = actions.change_demands(chair, one.pk, "质保期改为三年")
            actions.settle_change(self.committee.members[2], change.pk, confirm=self.maybe())
        elif one.negotiation.opened_at is None and roll < 0.7:
            actions.open_offers(chair, one.pk)
        for who, agent in self.committee.bidders:
            bid = one.bids.get(bid__bidder=who)
            if self.chance.random() < 0.05:
                actions.leave(agent, bid.pk)
            elif not bid.rejected and one.negotiation.opened_at is not None:
                actions.offer(agent, bid.pk, self.chance.choice((48_000_000, 88_000_000, 90_000_000)), higher=True)

    def settle_equal(self, one: Evaluation) -> None:
        members = attending(one.session.project_id)
        ready = all_in(one, members) if one.lot.sheet.is_scored else one.lot.sheet.method == "lowest"
        if one.bids.filter(rejected=False).exists() and ready:
            tied = [line.bid.pk for line in open_ties(one, reckon(one, members))]
            if tied:
                actions.settle_tie(self.committee.chair, one.pk, tied, reason="抽签")

    def confirming(self, one: Evaluation) -> None:
        actor = self.chance.choice(self.committee.members)
        actions.sign(actor, one.pk, agrees=self.maybe(), dissent="不同意" if self.maybe() else "", refuses=True)

    def maybe(self) -> bool:
        return self.chance.random() < 0.5

    def check(self, one: Evaluation) -> None:
        """What holds in every state."""
        state = EVALUATION.states[one.state]
        assert state.ended == (one.ended_at is not None)
        assert (one.state == "failed") <= bool(one.failure)
        assert not one.bids.filter(rejected=True).exclude(rejections__outcome="confirmed").exclude(left=True).exists()
        for rejection in Rejection.objects.filter(bid__evaluation=one).exclude(outcome="open"):
            asked = rejection.clarification
            assert asked.answered_at or asked.lapsed_at or asked.due_at <= self.now
        named = Candidate.objects.filter(evaluation=one)
        assert named.exists() == (one.state == "concluded")
        assert not named.filter(bid__evaluated__evaluation=one, bid__evaluated__rejected=True).exists()
        if one.state == "concluded":
            assert one.lot.project.state == "evaluated"
            attending = PanelMember.objects.filter(panel__project=one.lot.project, state="attending")
            assert set(one.signatures.values_list("member", flat=True)) == set(attending.values_list("pk", flat=True))
            if not one.lot.sheet.separated:
                ranks = sorted(named.values_list("rank", flat=True))
                assert ranks == list(range(1, len(ranks) + 1)) and len(ranks) <= 3


def test_a_random_walk_reaches_every_state_and_every_step_and_breaks_nothing():
    walker = Walker(7)
    for kind in DRAFTS * 2:
        walker.walk(45, kind)
    assert set(EVALUATION.transitions) - walker.steps == {"conclude"}  # the portal's own, with the last signature
    assert set(EVALUATION.states) - walker.states == set()
    assert walker.refusals
