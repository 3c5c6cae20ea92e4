"""Random walks over award, contract and remedies at once: whatever people try in whatever order, the facts agree."""

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from portal.core.actions import action
from portal.core.errors import DomainError
from portal.core.time import driven_clock, today
from procurement.awards import actions, standing
from procurement.awards.actions import ChoiceDraft
from procurement.awards.lifecycle import CONTRACT, REMEDY
from procurement.awards.models import Award, Contract, Remedy
from procurement.models import Deal
from procurement.tenders.actions import move
from procurement.tenders.models import Project
from procurement.tenders.stops import stopped_by
from tests.awards.objects import agent_of, candidate, contract_draft, evaluated, objection, paper, supervisor, the_lot
from tests.factories import moment
from tests.tenders.objects import officer

pytestmark = pytest.mark.django_db
STEPS, SEEDS = 80, 4
ENDED = ("answered", "decided", "not_accepted", "withdrawn")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


class Walk:
    """One tender, its people, and dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.chief, self.judge = officer(), supervisor()
        self.project = evaluated(category=self.dice.choice(("construction", "government")), state="opened")
        self.buyer = agent_of(self.project.buyer)
        self.bidders = [candidate(self.project, rank).bidder for rank in (1, 2, 3)]
        self.done: Counter[str] = Counter()

    def fresh(self) -> Project:
        return Project.objects.get(pk=self.project.pk)

    def evaluate(self) -> None:
        @action
        def go() -> None:
            move(self.fresh(), "evaluate", self.chief)

        go()

    def publish(self) -> None:
        until = today() + dt.timedelta(days=self.dice.randint(2, 8))
        actions.publish(self.chief, self.project.pk, until_on=until, state_version=None)

    def report(self) -> None:
        actions.report(self.chief, self.project.pk, state_version=None)

    def choose(self) -> None:
        ground = self.dice.choice(("first", "gave_up", "illegal"))
        named = candidate(self.project, self.dice.choice((1, 1, 2, 3))).pk
        draft = ChoiceDraft(candidate_id=named, ground=ground, note="有书面材料")
        actions.choose(self.buyer, the_lot(self.project).pk, draft)

    def award(self) -> None:
        held_up = stopped_by(self.fresh())
        actions.award(self.chief, the_lot(self.project).pk, state_version=None)
        assert not held_up, "nothing is awarded while a remedy holds the tender up"

    def file(self) -> None:
        kind = self.dice.choice(("objection", "query", "complaint", "complaint", standing.first_kind(self.project)))
        objection(self.project, self.dice.choice(self.bidders[1:]), kind=kind)

    def treat(self) -> None:
        rows = Remedy.objects.filter(project=self.project)
        remedy = self._one(rows.filter(state__in=("filed", "accepted")) or rows)
        by = self.dice.choice((self.chief, self.judge, self.judge, self.buyer, agent_of(remedy.organisation)))
        inputs: dict[str, Any] = {
            "outcome": self.dice.choice(("upheld", "rejected", "rejected")), "answer": "经查", "note": "x", "days": "9",
            "consequence": self.dice.choice(("none", "none", "again", "void", "repeat")), "frivolous": "0",
        }  # fmt: skip
        offered = [step.code for step in REMEDY.offered(remedy, by.user)]
        code = self.dice.choice(offered or list(REMEDY.transitions))
        actions.take_remedy_step(by, remedy.number, code, inputs, state_version=None)

    def contract(self) -> None:
        contract = self._one(Contract.objects.filter(lot__project=self.project))
        code = self.dice.choice(list(CONTRACT.transitions))
        if code == "sign":
            draft = contract_draft(contract, late_reason="晚签")
            actions.sign(self.buyer, contract.pk, draft, paper(self.buyer), state_version=None)
        else:
            actions.take_contract_step(self.chief, contract.pk, code, {"note": "理由"}, state_version=None)

    def perform(self) -> None:
        contract = self._one(Contract.objects.filter(lot__project=self.project, state="signed"))
        waiting = contract.milestones.filter(accepted_on__isnull=True).first()
        if waiting is None:
            actions.add_milestone(self.buyer, contract.pk, name="路面", due_on=today())
        else:
            actions.accept_milestone(self.buyer, contract.pk, waiting.pk, opinion="合格")

    def sweep(self) -> None:
        actions.end_publicity()
        actions.light_lamps()

    def _one(self, rows: Any) -> Any:
        found = list(rows)
        if not found:
            raise DomainError
        return self.dice.choice(found)

    def step(self) -> None:
        names = (
            "evaluate", "publish", "report", "choose", "choose", "award", "award", "file", "file", "file", "treat", "treat",
            "treat", "treat", "contract", "contract", "perform", "sweep",
        )  # fmt: skip
        name = self.dice.choice(names)
        try:
            getattr(self, name)()
            self.done[name] += 1
        except DomainError:
            pass
        self.check()

    def check(self) -> None:
        project, lot = self.fresh(), the_lot(self.project)
        award = Award.objects.filter(lot=lot).first()
        deal = Deal.objects.filter(source="own", external_id=f"{project.number}/1").first()
        assert (award is not None) == (deal is not None and deal.status == "awarded")
        if award is not None and deal is not None:
            assert deal.deal_fen == award.price_fen and deal.winner == award.bidder.organisation.name
            contract = Contract.objects.filter(lot=lot, bidder=award.bidder).latest("pk")
            assert contract.state in ("due", "signed", "completed", "terminated")
        live = Contract.objects.filter(lot=lot, state__in=("due", "signed"))
        assert live.count() <= 1 and (award is not None or not live)
        assert (project.state in ("awarded", "contracted", "completed")) or award is None
        if project.state == "completed":
            assert Contract.objects.filter(lot=lot, state="completed").exists()
        assert not Remedy.objects.filter(state__in=ENDED, due_on__isnull=False).exists()
        assert not Remedy.objects.filter(state__in=("filed", "accepted"), due_on__isnull=True).exists()


def test_the_facts_agree_whatever_people_try():
    done: Counter[str] = Counter()
    for seed in range(SEEDS):
        with driven_clock(moment("2026-12-16 10:00")):
            walk = Walk(seed)
            walk.evaluate()
        at = moment("2026-12-16 10:00")
        for _n in range(STEPS):
            at += dt.timedelta(hours=walk.dice.choice((0, 1, 2, 5, 20, 24)))
            with driven_clock(at):
                walk.step()
        done += walk.done
    assert {"award", "file", "treat", "contract", "choose"} <= set(done), "the walk gets somewhere"
