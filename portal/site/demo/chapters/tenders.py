"""Public trading under way: bidders, tenders in every state, their documents and questions, bonds, a firm kept out."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.files.base import ContentFile

from portal.core import files
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid
from portal.core.models import StoredFile
from portal.core.numbers import check_character
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.chapters.evaluation import write_sheets
from portal.site.demo.names import Namer
from portal.site.demo.papers import sample_pdf
from portal.site.demo.year import work_off
from procurement.bidders import actions as bidding
from procurement.bidders.actions import ProfileDraft, RestrictionDraft
from procurement.bidders.licences import FILE_KIND as LICENCE_KIND
from procurement.bidders.licences import LicenceDraft, add_licence
from procurement.bidders.models import Bidder, BidderPerson
from procurement.tenders import actions, periods
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.models import Bond, Project
from procurement.tenders.periods import Schedule

ORDER = 80
WAN = 10_000_00  # fen
BANKS = ("海州银行港城支行", "临江农商银行营业部", "江海商业银行海州分行")
BIDDERS = (
    "海州路桥工程有限公司", "江海建设集团有限公司", "东陇市政工程有限公司", "云台建筑安装有限公司",
    "连云智能科技有限公司", "海陵环保科技有限公司", "沭河水利工程有限公司",
)  # fmt: skip
KEPT_OUT = "新浦鸿运建筑劳务有限公司"
AGENCY = "海州诚信招标代理有限公司"
REPORTED = "招标文件编制完整，评标办法、合同主要条款齐备，未发现限制或排斥潜在投标人的内容，同意发布。"
RETURNED = "资格条件中“在本市设有分支机构”属于不合理限制，请删除；评分办法中的业绩分值请与项目规模相适应。"


@dataclass(frozen=True)
class Plan:
    """One tender of the chapter: what it is, and how far it has come."""

    title: str
    category: str
    method: str
    buyer: str
    wan: tuple[int, ...]  # the lots' budgets
    fate: str
    ago: int  # working days since the registration
    below: bool = False
    agency: bool = False
    bonds: int = 0
    summary: str = ""
    lots: tuple[str, ...] = field(default=())
    full_only: bool = False
    signed: bool = False  # only bids that are signed with a certificate of the firm
    own: bool = False  # each bid with its bidder's own layer


PLANS = (
    Plan("临港区农村公路提档升级工程施工", "construction", "open", "海州市交通运输局", (2_860, 1_940), "asked", 12,
         agency=True, bonds=4, lots=("一标段：海宁路至望海巷段", "二标段：通灌路北延段"),
         summary="全长 18.6 公里，路基拓宽、沥青混凝土面层、排水及安保设施。计划工期 210 日历天。"),
    Plan("海州市第二水厂深度处理改造工程", "construction", "open", "海州市水利局", (6_420,), "changed", 14, agency=True,
         bonds=3, summary="新增臭氧—活性炭深度处理工艺，设计规模 10 万立方米/日。计划工期 300 日历天。"),
    Plan("城市生命线安全监测平台建设", "government", "open", "海州市城市管理局", (980,), "announced", 2, agency=True,
         summary="燃气、供水、排水、桥梁四类监测点位接入，平台软件开发及三年运维。"),
    Plan("智慧校园教学设备采购", "government", "consultation", "海州市教育局", (186,), "asked", 6, bonds=2,
         summary="交互式教学终端 420 台，录播设备 36 套，含安装调试与培训。"),
    Plan("公务用车定点租赁服务", "government", "negotiation", "海州市大数据管理局", (95,), "receiving", 3,
         signed=True, summary="为市直机关提供公务出行租赁服务，服务期两年。"),
    Plan("云台街道老旧小区屋面维修", "construction", "open", "海州市住房和城乡建设局", (58,), "receiving", 3, below=True,
         own=True, summary="三个小区共 14 栋楼屋面防水修缮，计划工期 60 日历天。"),
    Plan("港城区污水管网改造二期", "construction", "open", "海州市住房和城乡建设局", (3_380,), "closed", 20, agency=True,
         bonds=4, summary="新建污水管道 11.2 公里，改造检查井 260 座。"),
    Plan("市图书馆自助借还系统更新", "government", "inquiry", "海州市教育局", (64,), "repeated", 22, bonds=2,
         summary="自助借还机 18 台，安全门禁 6 套，与现有系统对接。"),
    Plan("滨海大道绿化提升工程", "construction", "open", "海州市城市管理局", (720,), "terminated", 18, bonds=2,
         summary="道路两侧绿化带提升改造 6.8 公里。"),
    Plan("临江区 2026-018 号工业用地使用权挂牌出让", "land", "listing", "海州市自然资源和规划局", (4_650,), "receiving", 5,
         summary="面积 52,300 平方米，容积率不低于 1.5，出让年限 50 年。"),
    Plan("国有资产经营公司闲置厂房五年租赁权", "property", "auction", "海州市国有资产经营有限公司", (120,), "sent_back", 3,
         summary="厂房面积 3,600 平方米，位于港务街 18 号。"),
    Plan("新浦大道照明节能改造", "construction", "open", "海州市城市管理局", (460,), "reviewed", 4, agency=True, bonds=0,
         summary="更换 LED 灯具 1,860 套及配电控制系统。"),
    Plan("档案数字化加工服务", "government", "open", "海州市大数据管理局", (210,), "registered", 1,
         summary="馆藏档案 320 万页数字化加工、著录与质检。"),
    Plan("市民中心中央空调维保", "government", "open", "海州市大数据管理局", (168,), "old", 130, bonds=3,
         summary="三年维保服务。", full_only=True),
)  # fmt: skip


class Traders:
    """Who buys, who bids and who runs the tenders, each firm with an agent of its own."""

    def __init__(self, city: City, chance: random.Random) -> None:
        self.namer, self.chance = Namer(chance), chance
        self.since = city.first - dt.timedelta(days=300)
        self.officer = actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)
        self.buyers: dict[str, tuple[Organisation, Actor]] = {}
        self.bidders: list[tuple[Bidder, Actor]] = []

    def firm(self, name: str) -> tuple[Organisation, Actor]:
        """An organisation with its agent, made when it is first named."""
        if name not in self.buyers:
            made = Organisation.objects.create(
                uscc=self._credit_code(),
                name=name,
                legal_person=self.namer.person(female=self.chance.random() < 0.3),
            )
            person = User.objects.create_user(
                f"agent{made.pk}", None, name=self.namer.person(female=self.chance.random() < 0.5),
                phone=self.namer.mobile(),
            )  # fmt: skip
            Membership.objects.create(organisation=made, user=person, starts_on=self.since)
            self.buyers[name] = made, actor_of(person, Role.AGENT)
        return self.buyers[name]

    def _credit_code(self) -> str:
        """One that no firm of the city has: its own names are drawn by other dice."""
        code = self.namer.credit_code()
        while Organisation.objects.filter(uscc=code).exists():
            code = self.namer.credit_code()
        return code

    def enlist(self, organisation: Organisation, agent: Actor) -> Bidder:
        """Register a bidder with its account and the legal person behind it."""
        assert agent.user is not None  # noqa: S101
        draft = ProfileDraft(
            contact_name=agent.user.name, phone=agent.user.phone, address=self.namer.address(),
            bank_name=self.chance.choice(BANKS), bank_account=f"6230{self.chance.randrange(10**12):012d}",
        )  # fmt: skip
        bidder = bidding.save_profile(agent, organisation.pk, draft)
        born = self.namer.birth(youngest=35, oldest=62, on=self.since)
        bidding.add_person(
            agent, bidder.pk, kind=BidderPerson.Kind.LEGAL_PERSON, name=organisation.legal_person or agent.user.name,
            identity=self.namer.resident_number(born, female=False),
        )  # fmt: skip
        self._licence(bidder, agent)
        self.bidders.append((bidder, agent))
        return bidder

    def _licence(self, bidder: Bidder, agent: Actor) -> None:
        """Its business licence: without a fixed end, as most are; every fourth one ends ninety days after the first day."""
        ends = len(self.bidders) % 4 == 3
        until = self.since + dt.timedelta(days=390) if ends else None
        content = ContentFile(sample_pdf(f"营业执照：{bidder.organisation.name}"[:36]), name="营业执照.pdf")
        stored = files.store(content, owner=agent, kind=LICENCE_KIND)
        draft = LicenceDraft(number=bidder.organisation.uscc, valid_until=until, long_term=not ends)
        add_licence(agent, bidder.pk, draft, stored.pk)


def live(city: City) -> None:
    """First the people of trading, then each tender from its registration to where it stands."""
    chance = city.chance("tenders")
    traders = Traders(city, chance)
    with _at(city.first, 9):
        for applicant in city.people.firms[:1]:
            if applicant.organisation is not None:
                traders.enlist(applicant.organisation, applicant.actor)
        for name in BIDDERS:
            traders.enlist(*traders.firm(name))
        _keep_out(city, traders)
        for one in city.people.citizens[:2]:
            actions.subscribe(one.actor, ["construction", "government"], by_email=False)
    for plan in PLANS:
        if not (plan.full_only and city.small):
            Telling(city, traders, plan).tell()


def _keep_out(city: City, traders: Traders) -> None:
    """One firm that may not bid."""
    organisation, agent = traders.firm(KEPT_OUT)
    traders.enlist(organisation, agent)
    traders.bidders.pop()
    draft = RestrictionDraft(
        uscc=organisation.uscc, name=organisation.name, kind="punishment", ground="在投标活动中与其他投标人串通投标。",
        source="《中华人民共和国招标投标法》第五十三条；海建罚〔2026〕第12号", authority="海州市住房和城乡建设局",
        starts_on=city.first, ends_on=city.first + dt.timedelta(days=365),
        appeal="自收到决定书之日起六十日内向海州市人民政府申请行政复议，或者六个月内向人民法院提起行政诉讼。",
    )  # fmt: skip
    bidding.restrict(traders.officer, draft)


@contextmanager
def _at(day: dt.date, hour: int, minute: int = 0) -> Iterator[None]:
    """At a moment; what follows from the step, such as its open data, is done at that moment too."""
    with driven_clock(dt.datetime.combine(day, dt.time(hour, minute), ZONE)):
        yield
        work_off()


class Telling:
    """One tender from its registration on; every step by the action that people take, at its own moment."""

    def __init__(self, city: City, traders: Traders, plan: Plan) -> None:
        self.traders, self.plan = traders, plan
        self.last = local_date(city.end)
        self.end = city.end
        self.index = workdays()
        self.day = self.index.add(self.last, -plan.ago)
        self.project = Project()

    def tell(self) -> None:
        plan, officer = self.plan, self.traders.officer
        buyer, agent = self.traders.firm(plan.buyer)
        with _at(self.day, 9, 20):
            self.project = actions.register(agent, self._draft(buyer))
            self._documents(agent, "招标文件" if plan.method in ("open", "invited") else "采购文件")
            write_sheets(agent, self.project)
            if plan.fate == "registered":
                return
        with _at(self._next(), 10, 5):
            if plan.fate == "sent_back":
                self._step("send_back", {"opinion": RETURNED})
                return
            if not plan.below:
                self._step("pass", {"opinion": REPORTED})
            if plan.fate == "reviewed":
                return
            self.project.refresh_from_db()
            days = periods.earliest(self.project)
            schedule = Schedule(
                documents_from_on=days["documents_from_on"], documents_until_on=days["documents_until_on"],
                deadline_at=dt.datetime.combine(days["deadline_day"], dt.time(9, 30), ZONE),
            )  # fmt: skip
            actions.announce(
                officer, self.project.pk, schedule, place="开标一室", state_version=self.project.state_version
            )
            work_off()
        self._open_for_bids(schedule)

    def _open_for_bids(self, schedule: Schedule) -> None:
        if self.plan.fate == "announced" or schedule.documents_from_on > self.last:
            return
        with _at(schedule.documents_from_on, 0, 5):
            actions.receive_due()
        day = schedule.documents_from_on
        takers = self.traders.chance.sample(self.traders.bidders, max(3, self.plan.bonds))
        if self.traders.bidders[0] not in takers and self.plan.fate in ("asked", "changed"):
            takers[0] = self.traders.bidders[0]
        if not self._past(day, 15, 35):
            self._takers(day, takers)
        if self.plan.fate == "asked":
            self._ask(day, takers)
        if self.plan.fate == "changed":
            self._change(schedule, takers)
        self._close()

    def _takers(self, day: dt.date, takers: list[tuple[Bidder, Actor]]) -> None:
        """Documents are taken, and bonds are given, in the morning of the offer."""
        document = self.project.documents.first()
        with _at(day, 9, 40):
            for n, (bidder, agent) in enumerate(takers):
                if document is not None:
                    actions.take_document(
                        agent,
                        document.pk,
                        organisation_id=bidder.organisation_id,
                        sender=f"10.20.{n}.{bidder.pk % 250}",
                    )
        with _at(day, 14, 10):
            for n, (bidder, agent) in enumerate(takers[: self.plan.bonds]):
                self._bond(bidder, agent, n)
            work_off()
        with _at(day, 15, 30):
            for bond in Bond.objects.filter(lot__project=self.project, state="declared"):
                actions.settle_bond(
                    self.traders.officer, bond.pk, "confirm", {"evidence": f"对账单 {bond.pk:06d}"}, state_version=0
                )

    def _bond(self, bidder: Bidder, agent: Actor, n: int) -> None:
        lot = self.project.lots.first()
        assert lot is not None  # noqa: S101
        guaranteed = n % 2 == 1
        number = f"{'BH' if guaranteed else 'ZZ'}{self.day:%Y%m%d}{bidder.pk:04d}{self.project.pk:04d}"
        draft = BondDraft(
            kind="guarantee" if guaranteed else "transfer", reference=number + check_character(number),
            guarantor="江海融资担保有限公司" if guaranteed else "",
            valid_until=local_date(self.project.deadline_at or self.end) + dt.timedelta(days=240) if guaranteed else None,
        )  # fmt: skip
        self.project.refresh_from_db()
        actions.declare_bond(agent, lot.pk, bidder.organisation_id, draft)

    def _ask(self, day: dt.date, takers: list[tuple[Bidder, Actor]]) -> None:
        """Two questions: one answered, one waiting."""
        asked = (
            ("类似业绩能否以联合体成员身份认定？", "可以，以联合体协议载明的分工为准。"),
            ("现场踏勘是否统一组织？", ""),
        )
        if self._past(day, 15, 45):
            return
        with _at(day, 15, 45):
            made = [
                actions.ask(agent, self.project.pk, bidder.organisation_id, question)
                for (bidder, agent), (question, _answer) in zip(takers, asked, strict=False)
            ]
        answered_on = self.index.add(day, 1)
        if self._past(answered_on, 9, 30):
            return
        with _at(answered_on, 9, 30):
            self.project.refresh_from_db()
            actions.answer(
                self.traders.firm(self.plan.buyer)[1], self.project.pk, made[0].pk, text=asked[0][1],
                changes_documents=False, state_version=self.project.state_version,
            )  # fmt: skip

    def _change(self, schedule: Schedule, takers: list[tuple[Bidder, Actor]]) -> None:
        """A week into the offer the bill of quantities is corrected, which moves the deadline."""
        day = self.index.add(schedule.documents_from_on, 6)
        if self._past(day, 11):
            return
        _buyer, agent = self.traders.firm(self.plan.buyer)
        with _at(day, 11):
            paper = self._stored(agent, "工程量清单（更正）")
            self.project.refresh_from_db()
            actions.publish_change(
                agent, self.project.pk, text="工程量清单中臭氧发生器数量由 2 台更正为 3 台，其余不变。详见变更文件。",
                changes_documents=True, papers=[paper], state_version=self.project.state_version,
            )  # fmt: skip

    def _close(self) -> None:
        self.project.refresh_from_db()
        if self.plan.fate == "terminated":
            with _at(self.index.add(self.day, 5), 16):
                self._step("terminate", {"note": "因规划调整，项目建设内容发生重大变化，终止招标。"})
            return
        deadline = self.project.deadline_at
        if deadline is None or deadline >= self.end:
            return
        with driven_clock(deadline):
            actions.close_due()
        if self.plan.fate != "repeated":
            return
        with driven_clock(deadline + dt.timedelta(hours=1)):
            failed = self._step("fail", {"note": "递交响应文件的供应商不足三家。"})
            agent = self.traders.firm(self.plan.buyer)[1]
            actions.repeat(agent, failed.pk, state_version=failed.state_version)
            back = Bond.objects.filter(lot__project=failed, state="due_back").first()
            if back is not None:
                version = back.state_version
                actions.settle_bond(self.traders.officer, back.pk, "give_back", {}, state_version=version)

    def _step(self, code: str, inputs: dict[str, str]) -> Project:
        self.project.refresh_from_db()
        version = self.project.state_version
        return actions.take_step(self.traders.officer, self.project.pk, code, inputs, state_version=version)

    def _stored(self, agent: Actor, name: str) -> StoredFile:
        content = ContentFile(sample_pdf(f"{name}：{self.plan.title}"[:36]), name=f"{name}.pdf")
        return files.store(content, owner=agent, kind=FILE_KIND)

    def _documents(self, agent: Actor, name: str) -> None:
        try:
            actions.add_documents(agent, self.project.pk, [self._stored(agent, name)], kind="tender")
        except Invalid as error:  # the plan names a kind that the state refuses: a defect of this chapter
            raise AssertionError(error.fields) from error

    def _draft(self, buyer: Organisation) -> TenderDraft:
        plan = self.plan
        is_sale = plan.category in ("land", "property")
        names = plan.lots or (plan.title,)
        lots = [
            LotDraft(
                name=name, budget_fen=wan * WAN, bond_fen=wan * WAN * 15 // 1000 if plan.bonds else 0,
                control_price_fen=None if is_sale else wan * WAN * 98 // 100,
            )
            for name, wan in zip(names, plan.wan, strict=True)
        ]  # fmt: skip
        agency = self.traders.firm(AGENCY)[0].uscc if plan.agency else ""
        return TenderDraft(
            category=plan.category, method=plan.method, below_threshold=plan.below, title=plan.title,
            summary=plan.summary, buyer_uscc=buyer.uscc, agency_uscc=agency,
            qualification="具有独立承担民事责任的能力；具备项目所需的资质；未被列入严重失信主体名单。",
            contact=f"{plan.buyer}　联系电话 0518-8012 {self.traders.chance.randrange(1000, 9999)}",
            waived_fen=sum(plan.wan) * WAN // 2000, lots=lots, signature_required=plan.signed, own_layer=plan.own,
        )  # fmt: skip

    def _next(self) -> dt.date:
        return self.index.add(self.day, 1)

    def _past(self, day: dt.date, hour: int, minute: int = 0) -> bool:
        """Whether this moment lies beyond the end of the history."""
        return dt.datetime.combine(day, dt.time(hour, minute), ZONE) > self.end
