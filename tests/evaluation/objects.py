"""A tender whose bids are open and whose committee is complete, and short ways through the stages of its evaluation."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import User
from procurement.bidders.models import Bidder
from procurement.bids.models import OpenedBid
from procurement.evaluation import actions
from procurement.evaluation.actions import CriterionDraft, Entry, Finding, SheetDraft
from procurement.evaluation.models import Criterion, EvaluatedBid, Evaluation, Session, Sheet
from procurement.experts.models import Expert, Panel, PanelMember
from procurement.models import Category
from procurement.tenders.models import Lot, Project
from tests import factories
from tests.tenders.objects import bidder, firm

DAY = dt.date(2026, 11, 20)
MOMENT = factories.moment("2026-11-20 10:00")
REVIEWS = (
    CriterionDraft(part="qualification", title="营业执照有效"),
    CriterionDraft(part="conformity", title="投标文件签字盖章齐全"),
)
SCORED = (
    CriterionDraft(part="technical", title="施工组织设计", max_points=Decimal(40)),
    CriterionDraft(part="business", title="类似业绩", max_points=Decimal(20), objective=True),
)
OPINION = CriterionDraft(part="technical", title="方案优缺点与风险")


def sheet_draft(**more: Any) -> SheetDraft:
    """Comprehensive scoring: 40 points for the price, 40 technical, 20 objective."""
    values: dict[str, Any] = {
        "method": "comprehensive", "object": "works", "price_weight": 40, "criteria": (*REVIEWS, *SCORED),
    }  # fmt: skip
    return SheetDraft(**{**values, **more})


LOWEST = sheet_draft(method="lowest", price_weight=0, criteria=REVIEWS)
BENCHMARK = sheet_draft(method="benchmark", above=Decimal(1), below=Decimal("0.5"))
QUALITATIVE = sheet_draft(
    method="qualitative", price_weight=0, separated=True, separation_ground="《海州市工程建设项目评定分离办法》第六条",
    criteria=(*REVIEWS, OPINION),
)  # fmt: skip


def tender(
    category: str = "construction", method: str = "open", lots: int = 1, buyer: Any = None, **more: Any
) -> Project:
    """A tender in any state, `opened` unless told otherwise, without going through its announcement."""
    n = Project.objects.count() + 1
    buyer = buyer or firm("海州市交通运输局")[0]
    values = {
        "number": f"JY-20261001-JYZX-{n:04d}-X", "category": category, "method": method, "title": "农村公路提档升级工程",
        "summary": "全长 3.2 公里", "contact": "李工", "budget_fen": 100_000_000 * lots, "state": "opened",
        "registered_at": MOMENT - dt.timedelta(days=40), "announced_at": MOMENT - dt.timedelta(days=30),
        "announced_on": DAY - dt.timedelta(days=30), "documents_from_on": DAY - dt.timedelta(days=30),
        "documents_until_on": DAY - dt.timedelta(days=24), "deadline_at": MOMENT - dt.timedelta(hours=1),
    }  # fmt: skip
    project = Project.objects.create(buyer=buyer, registered_by=factories.user(), **{**values, **more})
    Lot.objects.bulk_create(
        Lot(project=project, number=k, name=f"{k}标段", budget_fen=100_000_000, control_price_fen=98_000_000)
        for k in range(1, lots + 1)
    )
    return project


def with_sheet(lot: Lot, draft: SheetDraft | None = None) -> Sheet:
    """The sheet as it was written before the announcement."""
    draft = draft or sheet_draft()
    values = {name: value for name, value in vars(draft).items() if name != "criteria"}
    sheet = Sheet.objects.create(lot=lot, written_at=timezone.now(), **values)
    Criterion.objects.bulk_create(
        Criterion(sheet=sheet, order=n, **vars(one)) for n, one in enumerate(draft.criteria, start=1)
    )
    return sheet


def opened_bid(lot: Lot, yuan: int, who: Bidder | None = None, finding: str = "") -> OpenedBid:
    return OpenedBid.objects.create(
        lot=lot, bidder=who or bidder()[0], price_fen=yuan * 100, finding=finding, opened_at=MOMENT
    )


def seat(panel: Panel, *, expert: bool = True, state: str = "attending", user: User | None = None) -> PanelMember:
    person = user or factories.user()
    made = Expert.objects.get_or_create(user=person, defaults={"name": person.name})[0] if expert else None
    return PanelMember.objects.create(panel=panel, user=person, expert=made, state=state)


class Committee:
    """An opened tender with sheets, bids and a complete panel of three, the last seat the buyer's representative.

    `first` takes the first seat, which the chair gets; `agent` acts for the first bidder.
    """

    def __init__(
        self,
        prices: Sequence[int] = (900_000, 950_000, 940_000),
        draft: SheetDraft | None = None,
        *,
        seats: int = 3,
        category: str = Category.CONSTRUCTION,
        method: str = "open",
        lots: int = 1,
        buyer: Any = None,
        first: User | None = None,
        agent: User | None = None,
    ) -> None:
        found = buyer or firm("海州市交通运输局")
        self.buyer, self.agent = found
        self.project = tender(category, method, lots, self.buyer)
        self.bidders: list[tuple[Bidder, Actor]] = [bidder(agent=None if n else agent) for n in range(len(prices))]
        for lot in self.project.lots.all():
            with_sheet(lot, draft)
            for (who, _agent), yuan in zip(self.bidders, prices, strict=True):
                opened_bid(lot, yuan, who)
        self.panel = Panel.objects.create(project=self.project, complete_at=MOMENT)
        self.seats = [
            seat(self.panel, expert=seats == 1 or n < seats - 1, user=None if n else first) for n in range(seats)
        ]
        self.session = Session()

    @property
    def members(self) -> list[Actor]:
        return [actor_of(one.user, "evaluator") for one in self.seats]

    @property
    def chair(self) -> Actor:
        return self.members[0]

    def one(self, lot: int = 1) -> Evaluation:
        """The evaluation of a lot as it stands."""
        return Evaluation.objects.get(session=self.session, lot__number=lot)

    def bid(self, n: int, lot: int = 1) -> EvaluatedBid:
        return EvaluatedBid.objects.get(evaluation=self.one(lot), bid__bidder=self.bidders[n][0])

    # --- stages -------------------------------------------------------------------------------------------------------

    def begun(self) -> "Committee":
        self.session = actions.begin(self.agent, self.project.pk)
        return self

    def seated(self) -> "Committee":
        """Begun, everybody has declared, the first member is the chair."""
        self.begun()
        for actor in self.members:
            self.declare(actor)
        self.elect()
        return self

    def declare(self, actor: Actor) -> None:
        actions.declare(actor, self.session.pk, nothing_to_avoid=True, discipline=True)

    def elect(self, n: int = 0) -> None:
        for actor in self.members:
            self.session.refresh_from_db()
            if self.session.chair_id != self.seats[n].pk:
                actions.vote_for_chair(actor, self.session.pk, self.seats[n].pk)
        self.session.refresh_from_db()

    def judge(self, actor: Actor, failing: Sequence[int] = (), lot: int = 1) -> None:
        """Judge every bid; those at `failing` lack a seal."""
        one = self.one(lot)
        findings = [
            Finding(bid.pk, criterion.pk, passed=not (n in failing and criterion.part == "conformity"), note="缺少公章")
            for n, bid in enumerate(one.bids.order_by("pk"))
            if not bid.rejected
            for criterion in one.lot.sheet.criteria.filter(part__in=actions.reviewing.committee_parts(one))
        ]
        actions.judge(actor, one.pk, findings)

    def reviewed(self, failing: Sequence[int] = (), lot: int = 1) -> "Committee":
        """Judged by everybody and closed."""
        for actor in self.members:
            self.judge(actor, failing, lot)
        self.step("close_reviews", lot)
        return self

    def step(self, name: str, lot: int = 1) -> Evaluation:
        """A step of the chair."""
        one = self.one(lot)
        return getattr(actions, name)(self.chair, one.pk, state_version=one.state_version)

    def answered(self, n: int, text: str = "公章见第三页", lot: int = 1, **more: Any) -> None:
        """The bidder answers what is open."""
        for asked in self.bid(n, lot).clarifications.filter(answered_at__isnull=True, lapsed_at__isnull=True):
            actions.answer(self.bidders[n][1], asked.pk, text, **more)

    def voted(self, n: int, *, reject: bool, lot: int = 1) -> None:
        """Everybody votes alike on what is open."""
        for rejection in self.bid(n, lot).rejections.filter(outcome="open"):
            for actor in self.members:
                actions.vote(actor, rejection.pk, reject=reject, reason="资料核对")

    def scoring(self, lot: int = 1) -> "Committee":
        """Reviews passed by all, and on to the scores."""
        self.reviewed(lot=lot)
        self.step("proceed", lot)
        return self

    def entries(self, technical: Sequence[Any], objective: Any = 15, lot: int = 1) -> list[Entry]:
        """A card: technical points of each bid that is in, and the same objective ones for all."""
        one = self.one(lot)
        skill, record = one.lot.sheet.criteria.get(part="technical"), one.lot.sheet.criteria.get(part="business")
        found = []
        for bid, points in zip(one.bids.filter(rejected=False).order_by("pk"), technical, strict=True):
            found.append(Entry(bid.pk, skill.pk, Decimal(str(points))))
            found.append(Entry(bid.pk, record.pk, Decimal(str(objective))))
        return found

    def scored(self, cards: Sequence[Sequence[Any]] = ((30, 32, 34),) * 3, lot: int = 1) -> "Committee":
        """Everybody has handed in."""
        one = self.one(lot)
        for actor, card in zip(self.members, cards, strict=True):
            actions.hand_in(actor, one.pk, self.entries(card, lot=lot))
        return self

    def signed(self, lot: int = 1) -> "Committee":
        for actor in self.members:
            actions.sign(actor, self.one(lot).pk, agrees=True)
        return self

    def concluded(self) -> "Committee":
        """The whole way of a tender of one lot."""
        self.seated().scoring().scored()
        self.step("close_scoring")
        return self.signed()
