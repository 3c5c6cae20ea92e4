"""A whole tender told through the actions of its rooms, and what was published after each of its steps."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from portal.core.actions import action
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from procurement.awards import actions as awarding
from procurement.awards.actions import ChoiceDraft
from procurement.bids.models import OpenedBid
from procurement.evaluation.models import Candidate
from procurement.opendata.models import Process, Release
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft, move
from procurement.tenders.models import Project
from tests.awards.objects import contract_draft, contract_of, paper, the_lot
from tests.bids.objects import Officer, bid, closed, opened, receiving, three
from tests.factories import moment
from tests.tenders.objects import bidder, firm, officer

# Amounts with single fen, which a binary fraction would lose.
BUDGET, CONTROL, PRICES = (
    1_234_567_890_123,
    1_234_567_890_119,
    (1_200_000_000_007, 1_210_000_000_033, 1_230_000_000_011),
)
NAMES = ("海州路桥工程有限公司", "江海建设集团有限公司", "云台建筑安装有限公司")
BUYER, AGENCY = "海州市交通运输局", "海州诚信招标代理有限公司"
LEADER = "王建国"  # a person in the opening fields, whom nothing published may name


@contextmanager
def at(text: str) -> Iterator[None]:
    """At a moment; the work that its events left is done before it is over."""
    with driven_clock(moment(text)):
        yield
        run_due_jobs()


def bodies(project: Project) -> list[dict[str, Any]]:
    """The releases of a tender, the oldest first."""
    rows = Release.objects.filter(process__project=project).order_by("sequence")
    return [json.loads(row.body, parse_float=Decimal) for row in rows]


def tags(project: Project) -> list[list[str]]:
    return [body["tag"] for body in bodies(project)]


def compiled(project: Project) -> dict[str, Any]:
    return json.loads(Process.objects.get(project=project).sections, parse_float=Decimal)


def text_of(project: Project) -> str:
    """Everything that was published of a tender, as one text to look for secrets in."""
    rows = Release.objects.filter(process__project=project).values_list("body", flat=True)
    return "\n".join(rows) + "".join(Process.objects.filter(project=project).values_list("sections", flat=True))


def lots(count: int = 1, **more: Any) -> list[LotDraft]:
    values = {"budget_fen": BUDGET, "control_price_fen": CONTROL, "bond_fen": 0, **more}
    return [LotDraft(name=f"第{n}标段", **values) for n in range(1, count + 1)]


class Story:
    """One tender on its way; each method is a step, and `after` keeps what was public then."""

    def __init__(self, **more: Any) -> None:
        self.officers: list[Officer] = three()
        self.chief = officer()
        buyer, self.agent = firm(BUYER)
        with at("2026-11-20 09:00"):
            self.firms = [bidder(name) for name in NAMES]
        draft = {"buyer": buyer, "lots": lots(), "agency_uscc": firm(AGENCY)[0].uscc, **more}
        self.project = receiving(self.officers, **draft)
        with at("2026-11-23 10:01"):
            pass
        self.number = self.project.number

    def fresh(self) -> Project:
        self.project = Project.objects.get(pk=self.project.pk)
        return self.project

    def clarify(self) -> None:
        with at("2026-11-24 10:00"):
            tendering.publish_change(
                self.chief, self.project.pk, text="补充图纸，联系人赵强 13900001111。", changes_documents=True,
                state_version=self.fresh().state_version,
            )  # fmt: skip

    def bid(self) -> None:
        for profile, price in zip(self.firms, PRICES, strict=True):
            bid(self.project, profile, price_fen=price, leader=LEADER)
        with at("2026-12-01 10:01"):
            pass

    def close(self) -> None:
        closed(self.project)
        with at("2026-12-14 09:31"):
            pass

    def open(self) -> None:
        opened(self.project, (self.officers[0], self.officers[1]))
        with at("2026-12-14 09:41"):
            pass

    def evaluate(self) -> None:
        @action
        def go() -> None:
            for rank, one in enumerate(OpenedBid.objects.filter(lot__project=self.project).order_by("price_fen"), 1):
                Candidate.objects.create(
                    lot=one.lot, bid=one, bidder=one.bidder, rank=rank, price_fen=one.price_fen, score=95 - rank
                )
            move(self.fresh(), "evaluate", self.chief)

        with at("2026-12-16 17:00"):
            go()

    def publish_candidates(self) -> None:
        with at("2026-12-17 10:00"):
            awarding.publish(self.chief, self.project.pk, until_on=dt.date(2026, 12, 21), state_version=None)

    def award(self, rank: int = 1, ground: str = "first", day: str = "2026-12-22 10:00") -> None:
        with at(day):
            named = Candidate.objects.get(lot__project=self.project, rank=rank)
            draft = ChoiceDraft(candidate_id=named.pk, ground=ground, note="有书面材料")
            awarding.choose(self.chief, the_lot(self.project).pk, draft)
            awarding.award(self.chief, the_lot(self.project).pk, state_version=None)

    def sign(self) -> None:
        with at("2026-12-28 10:00"):
            contract = contract_of(self.project)
            draft = contract_draft(contract)
            awarding.sign(self.chief, contract.pk, draft, paper(self.chief), state_version=contract.state_version)

    def contract_step(self, code: str, day: str, **inputs: Any) -> None:
        with at(day):
            contract = contract_of(self.project)
            awarding.take_contract_step(self.chief, contract.pk, code, inputs, state_version=contract.state_version)

    def change_contract(self) -> None:
        with at("2027-03-01 10:00"):
            contract = contract_of(self.project)
            made = awarding.propose_change(self.chief, contract.pk, amount_fen=1_000_001, reason="赵强现场签证")
            awarding.decide_change(officer(), contract.pk, made.pk, approve=True)

    def agree(self) -> None:
        with at("2027-03-02 10:00"):
            awarding.add_milestone(
                self.chief, contract_of(self.project).pk, name="竣工验收", due_on=dt.date(2027, 6, 1)
            )

    def perform(self) -> None:
        with at("2027-06-01 10:00"):
            contract = contract_of(self.project)
            one = contract.milestones.get()
            awarding.accept_milestone(self.chief, contract.pk, one.pk, opinion="赵强现场验收合格")
            owed = awarding.add_payment(
                self.chief, contract.pk, name="竣工款", amount_fen=1_000_000_07, due_on=dt.date(2027, 6, 30)
            )
            awarding.pay(self.chief, contract.pk, owed.pk, paid_on=dt.date(2027, 6, 1), reference="BANK-REF-77")

    def complete(self) -> None:
        self.contract_step("complete", "2027-06-02 10:00")


STEPS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("clarified", Story.clarify),
    ("bid", Story.bid),
    ("closed", Story.close),
    ("opened", Story.open),
    ("evaluated", Story.evaluate),
    ("public", Story.publish_candidates),
    ("awarded", Story.award),
    ("signed", Story.sign),
    ("contract", lambda story: story.contract_step("publish", "2026-12-29 10:00")),
    ("changed", Story.change_contract),
    ("agreed", Story.agree),
    ("performed", Story.perform),
    ("completed", Story.complete),
)


class Told(Story):
    """The whole story with what was public after each step: how many releases, and all their text."""

    def __init__(self) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.text: dict[str, str] = {}
        self.keep("announced")
        for name, step in STEPS:
            step(self)
            self.keep(name)

    def keep(self, name: str) -> None:
        self.count[name], self.text[name] = len(bodies(self.project)), text_of(self.project)
