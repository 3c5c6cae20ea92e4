"""The life of one demo case: what its people do and when, through the portal's own actions and nothing else."""

import datetime as dt
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from approvals.cases import actions
from approvals.cases.draft import MATERIALS
from approvals.cases.models import Case, Channel
from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item, ItemVersion, Material
from portal.core.actors import Actor
from portal.core.time import now
from portal.site.demo import aftercare, words
from portal.site.demo.answers import Filler
from portal.site.demo.hours import Hours
from portal.site.demo.names import Namer
from portal.site.demo.papers import Papers
from portal.site.demo.people import Applicant, Team

EXPIRES_SOON = 36  # days after the filing, for a renewal that nobody decides in time
# A story says when it wants to go on; the driver sets the clock to that moment.
Moments = Generator[dt.datetime, None, None]


@dataclass(frozen=True)
class Temper:
    """How a department works: shares of its cases, and the share of the promise that an ordinary case takes."""

    late: float = 0.02
    slow_answer: float = 0.005  # nobody answers within five working days
    pace: tuple[float, float] = (0.25, 0.95)


@dataclass
class Offer:
    """An item with what its cases need, read once."""

    item: Item
    version: ItemVersion
    form: FormDefinition | None
    materials: list[Material]
    special: str = ""  # the special procedure that its flow foresees


@dataclass
class Stage:
    """What all stories share."""

    hours: Hours
    papers: Papers
    supervisor: Actor


@dataclass
class Plan:
    """What is drawn for a case before it begins. `halt` ends the story as soon as the case is in that state."""

    offer: Offer
    team: Team
    temper: Temper
    applicant: Applicant
    channel: str
    filed_at: dt.datetime
    chance: random.Random
    halt: str = ""
    fate: dict[str, bool] = field(default_factory=dict)

    def happens(self, what: str, share: float) -> bool:
        """Whether something happens: as the plan says, else by chance, and never in a plan that is told in advance."""
        if self.halt:
            return self.fate.get(what, False)
        return self.fate.get(what, self.chance.random() < share)


class Ended(Exception):
    """The story is over: the case has ended otherwise, or has come to where the plan wanted it."""


class Story:
    """One case from its draft to the closed file."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self.stage, self.plan, self.chance = stage, plan, plan.chance
        self.clerk = self.chance.choice(plan.team.clerks)
        self.pk, self.version, self.state = 0, 0, "draft"
        self.accepted_on: dt.date | None = None

    def live(self) -> Moments:
        try:
            yield from self._life()
        except Ended:
            return

    def _life(self) -> Moments:
        yield self.plan.filed_at
        self._fill_in()
        self._check()
        yield now() + dt.timedelta(minutes=self.chance.randint(3, 25))
        self._step(self.plan.applicant.actor, "submit")
        yield from self._first_answer()
        if self._at_once():
            yield from self._decide_at_once()
        else:
            yield from self._handle()
        yield from self._deliver()

    # --- the steps' tools -------------------------------------------------------------------------------------------

    def _step(self, actor: Actor | None, code: str, **inputs: Any) -> None:
        assert actor is not None  # noqa: S101
        case = actions.take_step(actor, self.pk, code, inputs, state_version=self.version)
        self.state, self.version = case.state, case.state_version
        self.accepted_on = case.accepted_on
        self._check()

    def _check(self) -> None:
        if self.plan.halt == self.state:
            raise Ended

    def _look(self, *expected: str) -> None:
        """Read what the portal may have done meanwhile; the story ends where the case is not as expected."""
        self.state, self.version, self.accepted_on = Case.objects.values_list(
            "state", "state_version", "accepted_on"
        ).get(pk=self.pk)
        self._check()
        if expected and self.state not in expected:
            raise Ended

    def _wait(self, days: int, *expected: str) -> Moments:
        yield self.stage.hours.later(self.chance, now(), days)
        self._look(*expected)

    def _second_eyes(self, code: str, confirmer: Actor | None, *, refused: bool = False, **inputs: Any) -> Moments:
        """Propose, wait for the second pair of eyes, confirm or send back (窗口无权否决)."""
        assert confirmer is not None  # noqa: S101
        before = self.state
        proposal = actions.propose(self.clerk, self.pk, code, inputs, state_version=self.version)
        if self.plan.halt == "proposed":
            raise Ended
        yield from self._wait(self.chance.choice((0, 0, 1)), before)
        case = actions.decide_proposal(
            confirmer,
            proposal.pk,
            confirm=not refused,
            note=self.chance.choice(words.REJECTED_PROPOSAL if refused else words.CONFIRMED),
            state_version=self.version,
        )
        self.state, self.version = case.state, case.state_version
        self._check()

    # --- filing -------------------------------------------------------------------------------------------------------

    def _fill_in(self) -> None:
        plan, actor = self.plan, self.plan.applicant.actor
        case = actions.start_draft(
            actor, plan.offer.item, organisation=plan.applicant.organisation, channel=plan.channel
        )
        self.pk, self.version, self.state = case.pk, case.state_version, case.state
        if case.created_at != now():
            raise Ended  # the applicant is just filing the same: nobody begins a second time
        form = plan.offer.form
        facts = dict(plan.applicant.facts)
        if plan.fate.get("expiring"):
            facts["expires_on"] = (now().date() + dt.timedelta(days=EXPIRES_SOON)).isoformat()
        filler = Filler(self.chance, Namer(self.chance), now().date(), facts)
        for section in form.sections if form else ():
            if section.show_if is None or section.show_if.holds(filler.answers):
                actions.save_step(actor, case.pk, section.code, filler.page(section), done=True)
                if plan.halt == "draft" and self.chance.random() < 0.5:
                    return
        for material in plan.offer.materials:
            if material.required and material.kind != Material.Kind.ORIGINAL:
                stored = self.stage.papers.hand_in(actor, code=material.code, title=material.name)
                actions.add_material(actor, case.pk, stored, material=material)
        if plan.offer.materials:
            actions.save_step(actor, case.pk, MATERIALS, {}, done=True)

    # --- first answer ---------------------------------------------------------------------------------------------------

    def _at_once(self) -> bool:
        version = self.plan.offer.version
        return version.kind == ItemVersion.Kind.IMMEDIATE or version.review_steps == 0

    def _first_answer(self) -> Moments:
        if self.plan.happens("withdraw_early", 0.012):
            yield now() + dt.timedelta(hours=self.chance.randint(1, 20))
            self._look("submitted")
            self._step(self.plan.applicant.actor, "withdraw", reason=self.chance.choice(words.WITHDRAW))
            raise Ended
        if self.plan.happens("slow_answer", self.plan.temper.slow_answer):
            yield from self._wait(7, "accepted")  # the portal has accepted it in the night after the fifth day
            return
        at_counter = self.plan.channel == Channel.COUNTER
        prompt = at_counter or self._at_once() or self.plan.halt
        yield from self._wait(0 if prompt else self.chance.choice((0, 0, 0, 1, 1, 2)), "submitted")
        if not at_counter and self.plan.happens("supplement", 0.11):
            yield from self._supplement()
        if self.plan.happens("not_accept", 0.025):
            grounds, authority = self.chance.choice(words.NOT_ACCEPTED)
            refused = self.plan.happens("rejected_proposal", 0.15)
            second = self.chance.choice(self.plan.team.reviewers)
            yield from self._second_eyes("not_accept", second, refused=refused, grounds=grounds, authority=authority)
            if not refused:
                raise Ended
            yield from self._wait(0, "submitted")
        if self.state == "submitted":
            self._step(self.clerk, "accept")

    def _supplement(self) -> Moments:
        material = next((m for m in self.plan.offer.materials if m.kind != Material.Kind.ORIGINAL), None)
        days = self.chance.choice((5, 10, 15))
        missing = [material.pk] if material else []
        text = self.chance.choice(words.SUPPLEMENT)
        self._step(self.clerk, "ask_supplement", missing=missing, text=text, limit_days=days)
        if self.plan.happens("no_supplement", 0.15):
            raise Ended  # the portal returns it when the limit has passed
        yield now() + dt.timedelta(days=self.chance.randint(1, max(1, days - 3)), hours=self.chance.randint(0, 5))
        self._look("supplement")
        actor = self.plan.applicant.actor
        if material is not None:
            stored = self.stage.papers.hand_in(actor, code=material.code, title=f"{material.name}（补正）")
            actions.add_material(actor, self.pk, stored, material=material)
        self._step(actor, "resubmit")
        yield from self._wait(self.chance.choice((0, 0, 1)), "submitted")

    # --- handling -------------------------------------------------------------------------------------------------------

    def _decide_at_once(self) -> Moments:
        if self.plan.happens("wait_for_decision", 0.01):
            yield from self._wait(1, "accepted")  # an immediate case that was not decided on its day
        else:
            yield now() + dt.timedelta(minutes=self.chance.randint(2, 12))
            self._look("accepted")
        self._pay()
        if self.plan.happens("refuse", 0.012):
            yield from self._second_eyes("refuse", self.plan.team.head, grounds=self.chance.choice(words.REFUSED))
        else:
            self._step(self.clerk, "approve", text=self.chance.choice(words.DECISION))

    def _handle(self) -> Moments:
        decide_after = self._length()
        begun = now()
        yield from self._wait(0 if decide_after < 3 or self.plan.halt else self.chance.choice((0, 0, 1)), "accepted")
        self._pay()
        if self.plan.happens("take_over", 0.03) and len(self.plan.team.clerks) > 1:
            self.clerk = self.chance.choice([one for one in self.plan.team.clerks if one is not self.clerk])
            actions.take_over(self.clerk, self.pk)
            self._look("accepted")
        self._step(self.clerk, "forward", opinion=self.chance.choice(words.OPINION_WINDOW))
        if self.plan.happens("suspend", 0.3 if self.plan.offer.special else 0.015):
            yield from self._special_procedure()
        if self.plan.happens("withdraw", 0.018):
            yield from self._wait(self.chance.randint(0, 2), "in_review")
            self._step(self.plan.applicant.actor, "withdraw", reason=self.chance.choice(words.WITHDRAW))
            raise Ended
        if self.plan.happens("terminate", 0.004):
            yield from self._wait(1, "in_review")
            yield from self._second_eyes("terminate", self.plan.team.head, grounds=self.chance.choice(words.TERMINATE))
            raise Ended
        if self.plan.happens("extend", 0.025) and (decide_after > 2 or self.plan.halt):
            yield from self._extend()
            decide_after += self.chance.randint(1, 6)
        yield from self._review(begun, decide_after)
        yield from self._decide(begun, decide_after)

    def _length(self) -> int:
        """After how many working days this case is to be decided: mostly within the promise, sometimes not."""
        promised = self.plan.offer.version.promised_days or 0
        if self.plan.happens("late", self.plan.temper.late):
            return int(promised + self.chance.choice((1, 1, 2, 3, 5)))
        low, high = self.plan.temper.pace
        return max(0, min(promised, round(promised * self.chance.uniform(low, high))))

    def _special_procedure(self) -> Moments:
        ground = self.plan.offer.special or self.chance.choice(("inspection", "testing"))
        days = self.chance.choice((3, 5, 8, 10))
        yield from self._wait(0, "in_review")
        second = self.chance.choice(self.plan.team.reviewers)
        yield from self._second_eyes(
            "suspend", second, ground=ground, announced_days=days, grounds=words.SUSPEND[ground]
        )
        taken = days + (self.chance.randint(1, 4) if self.chance.random() < 0.05 else -self.chance.randint(0, 2))
        yield from self._wait(max(1, taken), "suspended")
        self._step(self.clerk, "resume", result=words.RESUME[ground])

    def _extend(self) -> Moments:
        yield from self._wait(1, "in_review")
        refused = self.plan.happens("rejected_proposal", 0.15)
        days = self.chance.choice((3, 5, 10))
        yield from self._second_eyes(
            "extend", self.plan.team.head, refused=refused, days=days, grounds=self.chance.choice(words.EXTEND)
        )

    def _review(self, begun: dt.datetime, decide_after: int) -> Moments:
        reviewers = self.chance.sample(self.plan.team.reviewers, len(self.plan.team.reviewers))
        sent_back = False
        steps = self.plan.offer.version.review_steps
        for number in range(steps):
            share = decide_after * (number + 1) // (steps + 1)
            yield from self._until(begun, share, "in_review")
            if self.plan.happens("send_back", 0.015) and not sent_back:
                sent_back = True
                self._step(reviewers[0], "send_back", reason=self.chance.choice(words.SEND_BACK))
                yield from self._wait(0, "accepted")
                self._step(self.clerk, "forward", opinion=self.chance.choice(words.OPINION_WINDOW))
                for reviewer in reviewers[:number]:
                    yield from self._wait(0, "in_review")
                    self._step(reviewer, "pass_review", opinion=self.chance.choice(words.OPINION_REVIEW))
                yield from self._wait(0, "in_review")
            self._step(reviewers[number], "pass_review", opinion=self.chance.choice(words.OPINION_REVIEW))

    def _decide(self, begun: dt.datetime, decide_after: int) -> Moments:
        yield from self._until(begun, decide_after, "deciding")
        if self.plan.happens("refuse", 0.03):
            refused = self.plan.happens("rejected_proposal", 0.1)
            grounds = self.chance.choice(words.REFUSED)
            yield from self._second_eyes("refuse", self.plan.team.head, refused=refused, grounds=grounds)
            if not refused:
                return
            yield from self._wait(0, "deciding")
        self._step(self.plan.team.head, "approve", text=self.chance.choice(words.DECISION))

    def _until(self, begun: dt.datetime, days: int, *expected: str) -> Moments:
        """An office moment so many working days after `begun`, or soon when that has gone by."""
        wanted = self.stage.hours.index.add(begun.date(), days) if days else begun.date()
        yield self.stage.hours.on(self.chance, wanted, now())
        self._look(*expected)

    # --- after the decision -----------------------------------------------------------------------------------------------

    def _deliver(self) -> Moments:
        electronic = self.plan.channel == Channel.ONLINE and self.chance.random() < 0.7
        refused = self.state == "refused"
        if not refused:
            yield from self._wait(0 if electronic else self.chance.randint(0, 2), "approved")
            self._pay()
            self._step(self.clerk, "issue", document_number=self._document_number())
            if self.plan.happens("correct", 0.004):
                yield from self._wait(0, "issued")
                self._step(self.stage.supervisor, "correct", reason=words.CORRECTION)
                yield from self._wait(0, "approved")
                self._step(self.clerk, "issue", document_number=self._document_number())
        yield from self._wait(0 if electronic else self.chance.randint(1, 5), "issued", "refused")
        yield from self._bring()
        yield from self._wait(self.chance.randint(1, 6), "delivered")
        self._step(self.clerk, "close")

    def _bring(self) -> Moments:
        """The result on its way and with the applicant, by the way that they chose."""
        delivery = aftercare.delivery_of(self.pk)
        if delivery is None:
            raise Ended
        if self.plan.halt and delivery.way != "electronic":
            aftercare.make_electronic(delivery, self.clerk)
        aftercare.send_off(aftercare.delivery_of(self.pk) or delivery, self.clerk, self.chance)
        days = 0 if self.plan.halt else self.chance.choice((0, 0, 1, 2, 3, 5))
        yield from self._wait(max(days, 1) if delivery.way == "post" else days)
        aftercare.bring_to_an_end(aftercare.delivery_of(self.pk) or delivery, self.plan.applicant, self.clerk)
        self._look("delivered")

    def _pay(self) -> None:
        """The fee that is due now, if there is one; some leave it unpaid, and their case waits for it."""
        if self.plan.happens("unpaid", 0.03):
            waiting = Case.objects.get(pk=self.pk).orders.filter(state__in=("assessing", "due")).exists()
            if waiting:
                raise Ended
        aftercare.settle_fee(self.pk, self.plan, self.clerk)

    def _document_number(self) -> str:
        department = self.plan.team.department
        return f"海{department.short_name.removeprefix('市')[:2]}许字〔{now().year}〕{self.chance.randrange(1, 9999):04d}号"
