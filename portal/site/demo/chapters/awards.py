"""After the evaluation: candidates in public, awards, contracts in every state, objections, a complaint, a penalty.

Every step of these tenders is the one that people take, at its own moment: registered, announced, bid for with sealed
bids, opened by the officers with their keys, evaluated by a committee that was drawn, and what follows from its report.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.base import ContentFile

from portal.core import files
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date, today
from portal.site.demo.chapters import City, bids
from portal.site.demo.chapters.awards_people import People
from portal.site.demo.chapters.evaluation import evaluate, write_sheets
from portal.site.demo.chapters.experts import form_committee
from portal.site.demo.papers import sample_pdf
from portal.site.demo.year import work_off
from procurement.awards import actions, limits
from procurement.awards.actions import ChoiceDraft, ContractDraft, PenaltyDraft, RemedyDraft, SaleDraft
from procurement.awards.actions.awarding import FILE_KIND
from procurement.awards.models import Contract, Remedy
from procurement.bids import actions as following
from procurement.evaluation.models import Candidate
from procurement.tenders import actions as tendering
from procurement.tenders import periods
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.papers import FILE_KIND as DOCUMENT
from procurement.tenders.models import Lot, Project
from procurement.tenders.periods import Schedule

ORDER = 86
WAN = 10_000_00  # fen
PRICES = (92, 94, 97)  # hundredths of the control price
SEPARATED = "招标文件附件五《定标规则》：评定分离，由定标委员会票决。"
BUYERS = ("海州市交通运输局", "海州市住房和城乡建设局", "海州市水利局", "海州市教育局", "海州市城市管理局")
SUBJECTS = (
    "云台路慢行系统改造工程", "东湖小学教学楼加固工程", "沭河堤防除险加固工程", "市政公厕提升工程", "海陵路雨水泵站更新",
    "新坝镇污水支管网建设", "市民广场照明改造", "临港大道绿化补植工程", "第三中学运动场翻新", "老旧电梯更新改造",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One tender: what it is, how many working days ago it was registered, and what became of it."""

    title: str
    category: str
    method: str
    buyer: str
    wan: int
    fate: str
    ago: int
    ranked: bool = True
    visitor: bool = False  # the firm of the sign-in page bids, too, and offers the lowest price


PLANS = (
    Plan("海陵区河道清淤工程", "construction", "open", "海州市水利局", 880, "refused", 29),
    Plan("市第三人民医院门诊楼改造", "construction", "open", "海州市住房和城乡建设局", 3_150, "separated", 28, ranked=False),
    Plan("中小学课桌椅采购", "government", "open", "海州市教育局", 320, "complained", 30),
    Plan("城市管理视频巡查服务", "government", "consultation", "海州市城市管理局", 210, "chosen", 21),
    Plan("新浦片区雨污分流工程", "construction", "open", "海州市水利局", 2_280, "suspended", 28),
    Plan("临港区 2026-011 号工业用地使用权挂牌出让", "land", "listing", "海州市自然资源和规划局", 3_900, "sold", 29),
    Plan("云台路桥梁维修加固工程", "construction", "open", "海州市交通运输局", 1_480, "performing", 110),
    Plan("中小学食堂大宗食材配送服务", "government", "open", "海州市教育局", 260, "supplied", 30, visitor=True),
)  # fmt: skip


def live(city: City) -> None:
    """The tenders of the last weeks, and in the large city a year of contracts that were completed."""
    people = People(city)
    plans = [plan for plan in PLANS if not (city.small and plan.ago > 40)]
    if not city.small:
        chance = city.chance("awards")
        for n, subject in enumerate(SUBJECTS):
            wan = chance.randrange(80, 900)
            plans.append(Plan(subject, "construction", "open", BUYERS[n % 5], wan, "completed", 60 + 18 * n))
    for plan in plans:
        Telling(city, people, plan).tell()
    _penalty(people, local_date(city.end), city.end)


@contextmanager
def _at(day: dt.date, hour: int, minute: int = 0) -> Iterator[None]:
    """At a moment; what follows from the step, such as its open data, is done at that moment too."""
    with driven_clock(dt.datetime.combine(day, dt.time(hour, minute), ZONE)):
        yield
        work_off()


class Past(Exception):
    """The next moment lies beyond the end of the history."""


class Telling:
    """One tender from its registration to where it stands."""

    def __init__(self, city: City, people: People, plan: Plan) -> None:
        self.people, self.plan, self.end = people, plan, city.end
        self.index = workdays()
        self.day = self.index.add(local_date(city.end), -plan.ago)
        self.first = city.first
        self.officer = people.officer
        self.buyer = people.buyer(plan.buyer)
        self.agent = people.agent(self.buyer)
        self.evaluated_on = self.day

    def tell(self) -> None:
        if self.day <= self.first:
            return
        try:
            self._until_the_deadline()
            getattr(self, self.plan.fate)()
        except Past:
            return
        finally:
            work_off()

    # --- before the evaluation --------------------------------------------------------------------------------------

    def _until_the_deadline(self) -> None:
        plan = self.plan
        sale = plan.method == "listing"
        lot = LotDraft(
            name=plan.title, budget_fen=plan.wan * WAN, control_price_fen=None if sale else plan.wan * WAN * 98 // 100
        )
        draft = TenderDraft(
            category=plan.category, method=plan.method, title=plan.title, summary=f"{plan.title}，具体内容见文件。",
            qualification="具有独立承担民事责任的能力；未被列入严重失信主体名单。",
            contact=f"{plan.buyer}　联系电话 0518-8012 6{plan.ago:03d}", buyer_uscc=self.buyer.uscc,
            sign_in_for_documents=False, waived_fen=plan.wan * WAN // 2000, lots=[lot],
        )  # fmt: skip
        with _at(self.day, 9, 15):
            self.project = tendering.register(self.agent, draft)
            paper = ContentFile(sample_pdf(f"{plan.title}：文件"), name="招标文件.pdf")
            stored = files.store(paper, owner=self.agent, kind=DOCUMENT)
            tendering.add_documents(self.agent, self.project.pk, [stored], kind="tender")
            write_sheets(self.agent, self._fresh(), separated="" if plan.ranked else SEPARATED)
        with _at(self.index.add(self.day, 1), 10):
            tendering.take_step(
                self.officer, self.project.pk, "pass", {"opinion": "文件编制完整，同意发布。"},
                state_version=self._fresh().state_version,
            )  # fmt: skip
            days = periods.earliest(self._fresh())
            schedule = Schedule(
                documents_from_on=days["documents_from_on"], documents_until_on=days["documents_until_on"],
                deadline_at=dt.datetime.combine(days["deadline_day"], dt.time(9, 30), ZONE),
            )  # fmt: skip
            tendering.announce(
                self.officer, self.project.pk, schedule, place="开标二室", state_version=self._fresh().state_version
            )
        self._take_documents(days["documents_from_on"])
        self.evaluated_on = days["deadline_day"]
        self._moment(0, 9, 31)
        if sale:
            with _at(self.evaluated_on, 9, 31):
                tendering.close_due()
            return
        told = self._sealed()
        told.hand_in_and_close(schedule.deadline_at)
        self._open_and_evaluate(told, schedule.deadline_at)

    def _take_documents(self, day: dt.date) -> None:
        with _at(day, 0, 5):
            tendering.receive_due()
            work_off()
            following.follow(self.project.pk)
        document = self._fresh().documents.get()
        with _at(day, 9, 50):
            visitor = [self.people.visitor] if self.plan.visitor else []
            for n, one in enumerate([*self.people.bidders[:4], *visitor]):
                tendering.take_document(
                    self.people.agent(one.organisation), document.pk, organisation_id=one.organisation_id,
                    sender=f"10.31.{n}.{one.pk % 250}",
                )  # fmt: skip

    def _open_and_evaluate(self, told: bids.Telling, deadline: dt.datetime) -> None:
        """Opened a few minutes after the deadline; the committee meets in the afternoon and signs its report."""
        self._moment(0, 18)
        told.open(deadline)
        form_committee(self.people.pool, self._fresh())
        evaluate(self._fresh(), self.people.chance)

    def _sealed(self) -> bids.Telling:
        """The sealed bids of the first three firms, the first one being the cheapest."""
        plan = self.plan
        made = bids.Plan(
            plan.title,
            plan.category,
            plan.method,
            plan.buyer,
            plan.wan,
            plan.ago,
            "opened",
            PRICES,
            120,
            "",
            visitor=plan.visitor,
        )
        told = bids.Telling(self.people.city, made, self.people.keys)
        told.project = self._fresh()
        return told

    def _fresh(self) -> Project:
        return Project.objects.select_related("buyer", "agency").get(pk=self.project.pk)

    # --- after it ---------------------------------------------------------------------------------------------------

    def _moment(self, after: int, hour: int, minute: int = 0) -> dt.date:
        """The n-th working day after the evaluation. Raises Past beyond the end of the history."""
        day = self.index.add(self.evaluated_on, after) if after else self.evaluated_on
        if dt.datetime.combine(day, dt.time(hour, minute), ZONE) > self.end:
            raise Past
        return day

    def _do(self, after: int, hour: int, act: Callable[[], object]) -> dt.date:
        day = self._moment(after, hour)
        with _at(day, hour):
            act()
        return day

    @property
    def lot(self) -> Lot:
        return self._fresh().lots.get()

    def candidate(self, place: int) -> Candidate:
        """Of the report; by price where evaluation and award are separated and nobody is ranked."""
        return Candidate.objects.filter(lot__project=self.project).order_by("rank", "price_fen")[place - 1]

    def publish(self, after: int = 1) -> int:
        """Candidates in public; returns the working day, counted from the evaluation, on which it is over."""

        def act() -> None:
            until = limits.publicity_end(self._fresh(), today())
            actions.publish(self.officer, self.project.pk, until_on=until, state_version=None)

        day = self._do(after, 10, act)
        over = limits.publicity_end(self._fresh(), day)
        return after + self.index.between(day, over) + 1

    def choose(self, after: int, place: int = 1, ground: str = "first", note: str = "") -> None:
        draft = ChoiceDraft(candidate_id=self.candidate(place).pk, ground=ground, note=note)
        self._do(after, 14, lambda: actions.choose(self.agent, self.lot.pk, draft))

    def award(self, after: int) -> Contract:
        self._do(after, 15, lambda: actions.award(self.officer, self.lot.pk, state_version=None))
        return Contract.objects.filter(lot=self.lot).latest("pk")

    def awarded(self) -> tuple[Contract, int]:
        """Published, chosen, awarded; the contract and the working day of the award."""
        over = self.publish()
        self._do(over, 9, actions.end_publicity)
        self.choose(over)
        return self.award(over + 1), over + 1

    def sign(self, contract: Contract, after: int) -> None:
        def act() -> None:
            paper = files.store(
                ContentFile(sample_pdf(f"{self.plan.title}：合同"), name="合同.pdf"), owner=self.agent, kind=FILE_KIND
            )
            draft = ContractDraft(
                amount_fen=contract.award_fen, signed_on=today(), starts_on=today(),
                ends_on=today() + dt.timedelta(days=180), performance_bond_fen=contract.award_fen // 20,
                terms="按招标文件及投标文件约定履行；质量标准合格；按节点支付进度款。",
            )  # fmt: skip
            actions.sign(self.agent, contract.pk, draft, paper.pk, state_version=None)

        self._do(after, 10, act)
        self._do(after + 1, 11, lambda: self._contract_step(contract, "publish"))

    def _contract_step(self, contract: Contract, code: str, **inputs: str) -> None:
        by = self.officer if code == "refuse" else self.agent
        actions.take_contract_step(by, contract.pk, code, inputs, state_version=None)

    def file(self, after: int, hour: int, kind: str, place: int, facts: str, claim: str) -> Remedy:
        one = self.candidate(place).bidder
        draft = RemedyDraft(kind=kind, stage="result", facts=facts, claim=claim)
        agent = self.people.agent(one.organisation)
        self._do(after, hour, lambda: actions.file_remedy(agent, self.project.pk, one.organisation_id, draft))
        return Remedy.objects.filter(project=self.project).latest("pk")

    def treat(self, after: int, hour: int, by: Actor, remedy: Remedy, code: str, **inputs: str) -> None:
        self._do(
            after, hour,
            lambda: actions.take_remedy_step(by, remedy.number, code, inputs, state_version=None),
        )  # fmt: skip

    # --- the fates --------------------------------------------------------------------------------------------------

    def stopped(self) -> None:
        """An objection that is not answered yet stops the publicity."""
        self.publish()
        self.file(1, 16, "objection", 2, "第一中标候选人提供的类似业绩竣工验收证明与公开信息不一致，不满足评分条件。",
                  "核实业绩真实性，重新确定中标候选人。")  # fmt: skip

    def due(self) -> None:
        """An objection was answered; the contract is to be signed."""
        over = self.publish()
        remedy = self.file(
            2, 10, "objection", 3, "第二中标候选人的项目负责人在其他项目任职，请予核实。", "取消其候选资格。"
        )
        self.treat(2, 16, self.agent, remedy, "answer", outcome="rejected", consequence="none",
                   answer="经核查，该项目负责人已于投标截止前完成变更备案，异议不成立。")  # fmt: skip
        self.choose(over)
        self.award(over + 1)

    def refused(self) -> None:
        """The winner does not sign; the second candidate gets the lot."""
        contract, at = self.awarded()
        self._do(at + 2, 10, lambda: self._contract_step(contract, "refuse", note="中标人来函放弃中标，拒绝签订合同。"))
        self.choose(at + 3, 2, "gave_up", "第一中标候选人书面放弃中标，放弃函已存档。")
        self.award(at + 3)

    def separated(self) -> None:
        """Evaluation and award are separated: a committee votes, its minutes are on record."""
        over = self.publish()

        def act() -> None:
            winner = self.candidate(2).pk
            paper = files.store(
                ContentFile(sample_pdf("定标委员会会议记录"), name="定标会议记录.pdf"), owner=self.agent, kind=FILE_KIND
            )
            votes = [
                ("委员一", winner, "施工组织设计优"),
                ("委员二", winner, "履约评价好"),
                ("委员三", self.candidate(1).pk, "报价低"),
            ]
            draft = ChoiceDraft(
                candidate_id=winner, ground="separated", votes=votes, minutes_id=paper.pk,
                note="依据招标文件附件五《定标规则》，采用票决定标法。",
            )  # fmt: skip
            actions.choose(self.agent, self.lot.pk, draft)

        self._do(over, 14, act)
        self.sign(self.award(over + 1), over + 3)

    def chosen(self) -> None:
        """Government procurement: the report is with the buyer, who chose; the result is to be announced."""
        self._do(1, 9, lambda: actions.report(self.officer, self.project.pk, state_version=None))
        self.choose(2)

    def complained(self) -> None:
        """A query, a complaint that is founded, a void result, and the second candidate wins."""
        self._do(1, 9, lambda: actions.report(self.officer, self.project.pk, state_version=None))
        self.choose(1)
        self.award(2)
        query = self.file(3, 10, "query", 2, "中标供应商提供的检测报告编号在检测机构网站查询不到，涉嫌提供虚假材料。",
                          "认定中标无效，依法重新确定中标供应商。")  # fmt: skip
        self.treat(4, 15, self.agent, query, "answer", outcome="rejected", consequence="none",
                   answer="经评审委员会复核，响应文件所附检测报告符合采购文件形式要求，质疑不成立。")  # fmt: skip
        judge = self.people.judges[0]
        complaint = self.file(
            5, 9, "complaint", 2, "对质疑答复不满意：检测机构书面确认该报告并非其出具。", "认定中标无效。"
        )
        self.treat(6, 10, judge, complaint, "accept")
        self.treat(6, 11, judge, complaint, "suspend", days="20", note="需向检测机构调查取证。")
        self.treat(9, 16, judge, complaint, "decide", outcome="upheld", consequence="void", frivolous="0",
                   answer="经向检测机构核实，该检测报告系伪造。投诉成立，认定中标结果无效。")  # fmt: skip
        self.choose(10, 2, "illegal", "投诉处理决定认定第一名提供虚假材料。")
        self.award(10)

    def supplied(self) -> None:
        """Government procurement to its contract, which is being performed."""
        self._do(1, 9, lambda: actions.report(self.officer, self.project.pk, state_version=None))
        self.choose(2)
        self.sign(self.award(3), 6)

    def suspended(self) -> None:
        """A complaint is being examined, and the tender is suspended for it."""
        over = self.publish()
        remedy = self.file(
            2, 11, "objection", 2, "第一中标候选人的安全生产许可证在投标截止日已过有效期。", "取消其中标候选人资格。"
        )
        self.treat(3, 14, self.agent, remedy, "answer", outcome="rejected", consequence="none",
                   answer="经查，该单位已在投标截止前取得延期后的许可证，异议不成立。")  # fmt: skip
        complaint = self.file(
            over + 1, 9, "complaint", 2, "延期许可证的发证日期晚于投标截止日，招标人答复与事实不符。", "责令改正。"
        )
        judge = self.people.judges[0]
        self.treat(over + 2, 10, judge, complaint, "accept")
        self.treat(over + 2, 11, judge, complaint, "suspend", days="30", note="需向发证机关调查核实。")

    def sold(self) -> None:
        """Land by listing: the result with its premium, public, confirmed, signed."""
        winner = self.people.bidders[3]

        def act() -> None:
            draft = SaleDraft(
                bidder_uscc=winner.organisation.uscc, price_fen=self.plan.wan * WAN * 128 // 100, bidders=4, rounds=46,
                held_on=self.evaluated_on, note="经 46 轮报价，由最高报价者竞得。",
            )  # fmt: skip
            actions.record_sale(self.officer, self.lot.pk, draft)

        self._do(0, 16, act)
        over = self.publish()
        self.sign(self.award(over), over + 2)

    def performing(self) -> None:
        """Under way: accepted and paid in part, a payment overdue, a change that waits for the second person."""
        contract, at = self.awarded()
        self.sign(contract, at + 5)
        self._register(contract, at + 8)
        milestone = contract.milestones.order_by("due_on")[0]
        payment = contract.payments.order_by("due_on")[0]
        self._do(
            at + 30,
            10,
            lambda: actions.accept_milestone(self.agent, contract.pk, milestone.pk, opinion="分部工程验收合格。"),
        )
        self._do(at + 31, 10, lambda: actions.pay(
            self.agent, contract.pk, payment.pk, paid_on=today(), reference="国库支付 20260718"))  # fmt: skip
        self._do(at + 34, 15, lambda: actions.propose_change(
            self.agent, contract.pk, amount_fen=contract.award_fen // 25, reason="软弱夹层换填。"))  # fmt: skip

    def completed(self) -> None:
        """From the notice to the last payment."""
        contract, at = self.awarded()
        self.sign(contract, at + 4)
        self._register(contract, at + 6)
        for n, milestone in enumerate(contract.milestones.order_by("due_on")):
            self._do(at + 14 + 6 * n, 10, lambda one=milestone: actions.accept_milestone(  # type: ignore[misc]
                self.agent, contract.pk, one.pk, opinion="验收合格。"))  # fmt: skip
        for n, payment in enumerate(contract.payments.order_by("due_on")):
            self._do(at + 16 + 6 * n, 11, lambda one=payment: actions.pay(  # type: ignore[misc]
                self.agent, contract.pk, one.pk, paid_on=today(), reference=f"国库支付 {one.pk:06d}"))  # fmt: skip
        self._do(at + 30, 15, lambda: self._contract_step(contract, "complete"))

    def _register(self, contract: Contract, after: int) -> None:
        """Two milestones and two instalments."""

        def act() -> None:
            half = contract.award_fen // 2
            for days, name in ((30, "主体工程"), (60, "竣工验收")):
                day = today() + dt.timedelta(days=days)
                actions.add_milestone(self.agent, contract.pk, name=name, due_on=day)
                amount = half if days == 30 else contract.award_fen - half
                actions.add_payment(
                    self.agent, contract.pk, name=f"{name}款", amount_fen=amount, due_on=day + dt.timedelta(days=10)
                )

        self._do(after, 9, act)


def _penalty(people: People, last: dt.date, end: dt.datetime) -> None:
    """The firm whose forged report a complaint brought to light: one supervisor proposes, the other decides."""
    complaint = (
        Remedy.objects.filter(kind="complaint", state="decided", outcome="upheld").select_related("project").first()
    )
    if complaint is None or complaint.ended_on is None:
        return
    winner = Candidate.objects.filter(lot__project=complaint.project).order_by("rank")[0].bidder
    draft = PenaltyDraft(
        uscc=winner.organisation.uscc, project_number=complaint.project.number, remedy_number=complaint.number,
        ground="在政府采购活动中提供虚假检测报告谋取中标。", article="《中华人民共和国政府采购法》第七十七条",
        amount_fen=complaint.project.budget_fen // 200,
    )  # fmt: skip
    index = workdays()
    day = index.add(complaint.ended_on, 1)
    if day >= last or end.tzinfo is None:
        return
    with _at(day, 10):
        made = actions.propose_penalty(people.judges[0], draft)
        actions.take_penalty_step(people.judges[1], made.pk, "decide", {}, state_version=0)
