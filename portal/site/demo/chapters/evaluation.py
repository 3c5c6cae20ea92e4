"""Bids are evaluated: sheets before the announcement, one evaluation with its signed report, one in the scoring."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off
from procurement.bidders.agents import people_of
from procurement.bids.models import OpenedBid
from procurement.evaluation import actions, policies
from procurement.evaluation.actions import CriterionDraft, Entry, Finding, SheetDraft
from procurement.evaluation.actions.common import attending
from procurement.evaluation.actions.sheets import put_sheet
from procurement.evaluation.models import Clarification, Criterion, Evaluation, Session
from procurement.evaluation.models.sheet import POINTED, REVIEWED
from procurement.evaluation.reckoning import open_ties, outliers, reckon, scores_of
from procurement.tenders.models import Project

ORDER = 84
REVIEWS = (
    CriterionDraft(part="qualification", title="营业执照、资质证书、安全生产许可证有效"),
    CriterionDraft(part="qualification", title="未被列入严重失信主体名单"),
    CriterionDraft(part="conformity", title="投标文件签字盖章齐全"),
    CriterionDraft(part="conformity", title="投标报价未超过最高投标限价"),
    CriterionDraft(part="conformity", title="工期、质量、投标有效期响应招标文件"),
)
WORKS = SheetDraft(
    method="benchmark", object="works", price_weight=50, above=Decimal(1), below=Decimal("0.5"),
    floating=Decimal("0.02"), criteria=(
        *REVIEWS,
        CriterionDraft(part="technical", title="施工组织设计", note="施工方案、进度计划、资源配置", max_points=Decimal(20)),
        CriterionDraft(part="technical", title="质量与安全措施", max_points=Decimal(10)),
        CriterionDraft(part="business", title="类似业绩", note="近三年每项 2 分", max_points=Decimal(10), objective=True),
        CriterionDraft(part="business", title="负责人业绩", note="每项 5 分", max_points=Decimal(10), objective=True),
    ),
)  # fmt: skip
BOUGHT = SheetDraft(
    method="comprehensive", object="goods", price_weight=40, small_discount=Decimal("0.10"), criteria=(
        *REVIEWS[:4],
        CriterionDraft(part="technical", title="技术参数响应", max_points=Decimal(30)),
        CriterionDraft(part="business", title="售后服务方案", max_points=Decimal(15)),
        CriterionDraft(part="business", title="类似项目业绩", note="每项 3 分", max_points=Decimal(15), objective=True),
    ),
)  # fmt: skip
CHEAPEST = SheetDraft(method="lowest", object="goods", small_discount=Decimal("0.10"), criteria=REVIEWS[:4])
QUESTION = "投标文件第 4.2 节的进度计划与横道图关键线路不一致，请说明以何者为准。"
ANSWER = "以进度计划文字说明为准，横道图中“沥青面层”一项为排版错位，总工期不变。"
DEMANDS = "质保期由一年调整为三年，交货地点增加两处社区分馆；其他要求不变。"
APART = "施工方案针对性强，关键工序措施明显优于其他投标人。"


def write_sheets(agent: Actor, project: Project, *, separated: str = "") -> None:
    """The sheet of each lot, as buyers write it with the tender documents; a sale has none.

    `separated` is the ground on which evaluation and award are separated, where they are.
    """
    if project.is_sale:
        return
    for lot in project.lots.all():
        project.refresh_from_db()
        draft = _sheet_of(project)
        if separated:
            draft = replace(draft, separated=True, separation_ground=separated)
        actions.write_sheet(agent, lot.pk, draft, state_version=project.state_version)
    project.refresh_from_db()


def live(city: City) -> None:
    """Every tender whose bids are open and whose committee is complete; the last one is left in the scoring."""
    chance = city.chance("evaluation")
    ready = Project.objects.filter(state="opened", panel__complete_at__isnull=False).order_by("pk")
    found = [project for project in ready if _begins(project) + dt.timedelta(hours=6) < city.end]
    for n, project in enumerate(found):
        Telling(project, chance, unfinished=len(found) > 1 and n == len(found) - 1).tell()


def evaluate(project: Project, chance: random.Random) -> None:
    """A tender of a chapter that goes on from the report: its whole evaluation, up to the last signature."""
    Telling(project, chance, unfinished=False).tell()


def _begins(project: Project) -> dt.datetime:
    """A quarter of an hour after the committee is complete and the bids are open."""
    opened = OpenedBid.objects.filter(lot__project=project).order_by("-opened_at").values_list("opened_at", flat=True)
    complete = project.panel.complete_at
    assert complete is not None  # noqa: S101 - the query asks for it
    return max(complete, *opened[:1]) + dt.timedelta(minutes=15)


class Telling:
    """One evaluation, minute by minute, by the actions that people take."""

    def __init__(self, project: Project, chance: random.Random, *, unfinished: bool) -> None:
        self.project, self.chance, self.unfinished = project, chance, unfinished
        self.moment = _begins(project)
        self.session = Session()
        self.members = [actor_of(one.user, "evaluator") for one in attending(project.pk)]

    def tell(self) -> None:
        _late_sheets(self.project)
        with self._later(0):
            self.session = actions.begin(_officer(), self.project.pk)
            for actor in self.members:
                actions.declare(actor, self.session.pk, nothing_to_avoid=True, discipline=True)
            self._elect()
            work_off()
        for one in self.session.evaluations.filter(ended_at__isnull=True).order_by("pk"):
            self._lot(one)
        work_off()

    @contextmanager
    def _later(self, minutes: int) -> Iterator[None]:
        self.moment += dt.timedelta(minutes=minutes)
        with driven_clock(self.moment):
            yield
            work_off()

    def _elect(self) -> None:
        """Everybody votes for the first expert; the portal says no more once more than half have."""
        chair = next(one for one in attending(self.project.pk) if one.expert_id)
        for actor in self.members[: len(self.members) // 2 + 1]:
            actions.vote_for_chair(actor, self.session.pk, chair.pk)
        self.chair = actor_of(chair.user, "evaluator")

    def _step(self, one: Evaluation, code: str) -> None:
        one.refresh_from_db()
        getattr(actions, code)(self.chair, one.pk, state_version=one.state_version)
        one.refresh_from_db()

    def _lot(self, one: Evaluation) -> None:
        with self._later(20):
            if one.state == "qualifying":
                self._qualify(one)
        with self._later(25):
            for actor in self.members:
                actions.judge(actor, one.pk, self._findings(one, REVIEWED))
            first = one.bids.first()
            assert first is not None  # noqa: S101 - a lot without bids has ended
            actions.ask(self.chair, one.pk, first.pk, QUESTION)
        with self._later(30):
            self._answer(one)
            self._step(one, "close_reviews")
            self._step(one, "proceed")
        if one.state == "negotiating":
            self._negotiate(one)
        with self._later(5):
            self._low_prices(one)
        if one.state == "scoring":
            self._score(one)
        if not self.unfinished:
            self._sign(one)

    def _findings(self, one: Evaluation, parts: Sequence[str]) -> list[Finding]:
        """Everything in order; in government procurement the committee leaves the qualification to the buyer."""
        rows = one.lot.sheet.criteria.filter(part__in=parts)
        if parts is REVIEWED and policies.buyer_qualifies(self.project):
            rows = rows.exclude(part=Criterion.Part.QUALIFICATION)
        return [Finding(bid.pk, row.pk, passed=True) for bid in one.bids.filter(rejected=False) for row in rows]

    def _qualify(self, one: Evaluation) -> None:
        agent = actor_of(people_of(self.project.buyer_id)[0], Role.AGENT)
        actions.qualify(agent, one.pk, self._findings(one, [Criterion.Part.QUALIFICATION]))
        actions.hand_over(agent, one.pk, state_version=one.state_version)
        one.refresh_from_db()

    def _negotiate(self, one: Evaluation) -> None:
        """One change that the buyer's representative confirms, half an hour for the final offers, a little cheaper."""
        with self._later(20):
            change = actions.change_demands(self.chair, one.pk, DEMANDS)
            for seat, actor in zip(attending(self.project.pk), self.members, strict=True):
                if seat.expert_id is None and change.settled_at is None:
                    change = actions.settle_change(actor, change.pk, confirm=True)
        with self._later(15):
            actions.open_offers(self.chair, one.pk, minutes=30)
        for bid in one.bids.filter(rejected=False).select_related("bid__bidder").order_by("pk"):
            with self._later(5):
                agent = actor_of(people_of(bid.bid.bidder.organisation_id)[0], Role.AGENT)
                actions.offer(agent, bid.pk, bid.price_fen * (1000 - self.chance.randrange(15, 50)) // 1000)
        with self._later(30):
            self._step(one, "close_offers")
            self._step(one, "proceed")

    def _answer(self, one: Evaluation, text: str = ANSWER) -> None:
        for asked in Clarification.objects.filter(bid__evaluation=one, answered_at__isnull=True):
            agent = people_of(asked.bid.bid.bidder.organisation_id)[0]
            actions.answer(actor_of(agent, Role.AGENT), asked.pk, text)

    def _low_prices(self, one: Evaluation) -> None:
        """A low price is explained, and the members are content with it."""
        self._answer(one, "报价依据企业定额测算，主要材料已签订年度框架协议，附成本构成表。")
        for bid in one.bids.all():
            for rejection in bid.rejections.filter(outcome="open"):
                for actor in self.members:
                    actions.vote(actor, rejection.pk, reject=False, reason="说明合理，附有证明材料")
        if one.state == "clarifying":
            self._step(one, "proceed")

    def _score(self, one: Evaluation) -> None:
        bids, criteria = list(one.bids.filter(rejected=False)), list(one.lot.sheet.criteria.filter(part__in=POINTED))
        level = {bid.pk: Decimal(self.chance.randrange(72, 95)) / 100 for bid in bids}
        facts = {(bid.pk, row.pk): row.max_points * self.chance.randrange(2, 6) / 5 for bid in bids for row in criteria}
        for n, actor in enumerate(self.members):
            entries = []
            for bid in bids:
                for row in criteria:
                    taste = Decimal(self.chance.randrange(-4, 5)) / 100
                    points = facts[bid.pk, row.pk] if row.objective else row.max_points * (level[bid.pk] + taste)
                    entries.append(Entry(bid.pk, row.pk, points.quantize(Decimal("0.1"))))
            with self._later(8):
                if self.unfinished and n >= len(self.members) - 2:
                    actions.save_scores(actor, one.pk, entries[: len(entries) // 2])
                else:
                    actions.hand_in(actor, one.pk, entries)
        if not self.unfinished:
            with self._later(5):
                self._compare(one)
                self._step(one, "close_scoring")

    def _compare(self, one: Evaluation) -> None:
        """Whoever stands apart says why; equal bids are drawn by lot."""
        seats = attending(self.project.pk)
        by = dict(zip([seat.pk for seat in seats], self.members, strict=True))
        for flag in outliers(one, scores_of(one, seats)):
            actions.explain(by[int(flag.expert)], one.pk, int(flag.bidder), reason=APART)
        tied = [line.bid.pk for line in open_ties(one, reckon(one, seats))]
        if tied:
            actions.settle_tie(self.chair, one.pk, tied, reason="各项均相同，委员会现场抽签确定。")

    def _sign(self, one: Evaluation) -> None:
        for actor in self.members:
            with self._later(3):
                actions.sign(actor, one.pk, agrees=True)


def _officer() -> Actor:
    return actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)


def _late_sheets(project: Project) -> None:
    """A tender of a chapter that wrote no sheet gets it as of its announcement."""
    assert project.announced_at is not None  # noqa: S101 - an opened tender was announced
    with driven_clock(project.announced_at), transaction.atomic():
        for lot in project.lots.filter(sheet__isnull=True):
            put_sheet(project, lot, _sheet_of(project))


def _sheet_of(project: Project) -> SheetDraft:
    """Works by the benchmark, goods by scoring, and what the law gives to the lowest price by it."""
    if project.category != "government":
        return WORKS
    return CHEAPEST if project.method in ("negotiation", "inquiry") else BOUGHT
