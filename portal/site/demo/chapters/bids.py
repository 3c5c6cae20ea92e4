"""Sealed bids in the demo city: officers with keys, bids sealed for real, openings, one that waits, one after an outage."""

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from nacl.public import PrivateKey

from portal.core import files
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation, Posting, User
from portal.people.roles import Role
from portal.site.demo import accounts
from portal.site.demo.chapters import City
from portal.site.demo.chapters.tenders import BIDDERS, REPORTED
from portal.site.demo.names import Namer
from portal.site.demo.papers import sample_pdf
from portal.site.demo.year import work_off
from procurement import sealing
from procurement.bidders.models import Bidder
from procurement.bids import actions, demo, own, vault
from procurement.bids.actions import MemberDraft
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.models import Book, Opening, OpeningPart, Outage, OwnLayer
from procurement.bids.opener import finish, open_next
from procurement.bids.vault import Envelope
from procurement.tenders import actions as tendering
from procurement.tenders import periods
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.models import Project
from procurement.tenders.periods import Schedule

ORDER = 82
OFFICERS = ("trading1", "trading2", "trading3")
WAN = 10_000_00  # fen
LOOK = dt.timedelta(minutes=2)  # how often the sweep looks at a decryption window
QUALITY = {"construction": "合格", "government": "满足采购文件全部技术要求"}
OBJECTION = "读出的第二家报价与其投标函大写金额似不一致，请核对。"
KEPT_OUT = "截止前半小时门户网页无法打开，有投标人未能上传，致投标人不足三家。"
ANSWER = "已当场核对：密封的开标一览表与投标函大写金额一致，读出无误。"


@dataclass(frozen=True)
class Plan:
    """One tender with its sealed bids. `prices` are shares of the control price, one for each bidder in hundredths."""

    title: str
    category: str
    method: str
    buyer: str
    wan: int
    ago: int  # working days since the registration
    fate: str  # opened, waiting, lapsed
    prices: tuple[int, ...]
    days: int
    summary: str
    full_only: bool = False
    spoilt: Mapping[int, str] = field(default_factory=dict)  # which bidder's bid was sent broken
    joint: bool = False  # the first bidder leads a consortium with the firm that follows the last one
    again: bool = False  # an outage keeps the last firm out until a supervisor has bids taken again
    own: bool = False  # each bid has its bidder's own layer; the last firm does not take it off in time
    visitor: bool = False  # the first bidder is the firm of the sign-in page


PLANS = (
    Plan("通灌路北延段路面大修工程", "construction", "open", "海州市交通运输局", 1_260, 24, "opened", (95, 93, 97), 180,
         "路面铣刨重铺 5.2 公里，基层补强与交通设施更新。接受联合体投标。", joint=True),
    Plan("港城区口袋公园建设工程", "construction", "invited", "海州市城市管理局", 640, 27, "opened", (94, 96, 92, 95), 90,
         "六处口袋公园的绿化、铺装与座椅。因地下管线图纸涉密，经批准采用邀请招标。", own=True),
    Plan("开发区产业大道排水改造工程", "construction", "open", "海州市住房和城乡建设局", 2_180, 29, "opened",
         (96, 94, 101, 92, 95), 150, "排水管道 4.6 公里，检查井 118 座，路面恢复。"),
    Plan("市直机关办公电脑集中采购", "government", "inquiry", "海州市大数据管理局", 320, 14, "opened", (97, 93, 95, 99), 30,
         "台式计算机 380 台、便携式计算机 60 台，含三年上门维保。", spoilt={3: "incomplete"}),
    Plan("滨河公园健身步道维修", "construction", "open", "海州市城市管理局", 185, 24, "opened", (90, 95, 93), 60,
         "步道面层更换 2.3 公里，栏杆与照明修复。", again=True),
    Plan("社区养老服务中心设备采购", "government", "negotiation", "海州市教育局", 140, 10, "lapsed", (95, 97), 45,
         "康复器材、护理床与呼叫系统。"),
    Plan("海宁路桥梁检测与加固工程", "construction", "open", "海州市交通运输局", 1_360, 22, "waiting", (95, 93, 97, 94), 120,
         "三座桥梁的结构检测、裂缝修补与支座更换。"),
    Plan("城市书房图书与设备采购", "government", "negotiation", "海州市教育局", 88, 40, "opened", (96, 92, 95), 40,
         "图书 1.2 万册，自助借还设备 6 套。", full_only=True),
)  # fmt: skip


def found(city: City) -> None:
    """Two more officers of the trading centre; all three make their keys, whose files the demonstration keeps."""
    chance = city.chance("bids")
    namer = Namer(chance)
    since = city.first - dt.timedelta(days=300)
    for name, role in accounts.OPENERS:
        user = User.objects.create_user(name, accounts.PASSWORD, name=namer.person(female=chance.random() < 0.5))
        Posting.objects.create(user=user, role=role, starts_on=since)
    for name in OFFICERS:
        actor = _officer(name)
        private = demo.private_of(name)
        key = actions.register_key(actor, bytes(private.public_key).hex())
        actions.prove_key(actor, key.pk, key.challenge)
        demo.keep(name, private)


def live(city: City) -> None:
    """Each tender from its registration to where it stands."""
    held = keys()
    for plan in PLANS:
        if not (plan.full_only and city.small):
            Telling(city, plan, held).tell()


def keys() -> dict[str, PrivateKey]:
    """The private keys of the officers, as the demonstration keeps them."""
    return {name: demo.private_of(name) for name in OFFICERS}


def visitor_of(city: City) -> Bidder:
    """The bidder whose agent everybody can sign in as."""
    return Bidder.objects.select_related("organisation").get(organisation=city.people.firms[0].organisation)


def _officer(name: str) -> Actor:
    return actor_of(User.objects.get(username=name), Role.PROCUREMENT_OFFICER)


def _agent(organisation: Organisation) -> Actor:
    return actor_of(Membership.objects.filter(organisation=organisation).earliest("pk").user, Role.AGENT)


class Telling:
    """One tender, every step by the action that people take, at its own moment."""

    def __init__(self, city: City, plan: Plan, keys: Mapping[str, PrivateKey]) -> None:
        self.city, self.plan, self.keys = city, plan, keys
        self.chance = city.chance(f"bids:{plan.title}")
        self.index = workdays()
        self.day = self.index.add(local_date(city.end), -plan.ago)
        self.project = Project()
        self.own: dict[int, PrivateKey] = {}  # of each bidder, as its browser keeps it
        first = [visitor_of(city)] if plan.visitor else []
        names = BIDDERS[: len(plan.prices) - len(first)]
        known = Bidder.objects.select_related("organisation")
        self.bidders = [*first, *(known.get(organisation__name=name) for name in names)]

    def tell(self) -> None:
        deadline = self._announced()
        if deadline is None:
            return
        self.hand_in_and_close(deadline)
        if self.plan.again:
            deadline = self._taken_again(deadline)
        if self.plan.fate != "waiting":
            self.open(deadline)

    def hand_in_and_close(self, deadline: dt.datetime) -> None:
        """The firms hand their sealed bids in, and the books close at the deadline; `project` takes bids already."""
        self._bids(deadline)
        self._closed(deadline)

    def open(self, deadline: dt.datetime) -> None:
        """The officers hold the opening a few minutes after the deadline, up to the issued record."""
        self._opened(deadline + dt.timedelta(minutes=4))

    def _closed(self, deadline: dt.datetime) -> None:
        with driven_clock(deadline + dt.timedelta(seconds=20)):
            tendering.close_due()
            work_off()
            actions.follow(self.project.pk)

    def _taken_again(self, deadline: dt.datetime) -> dt.datetime:
        """The pages were out before the deadline; a supervisor has bids taken again. The new deadline."""
        Outage.objects.create(
            kind=Outage.Kind.WEB, from_at=deadline - dt.timedelta(minutes=36), until_at=deadline - dt.timedelta(minutes=1),
            detail=Outage.Detail.SILENT, mark=f"{self.project.pk:032d}",
        )  # fmt: skip
        until = deadline + dt.timedelta(hours=3)
        chief = actor_of(User.objects.get(username="supervisor1"), Role.SUPERVISOR)
        with driven_clock(deadline + dt.timedelta(minutes=25)):
            actions.take_bids_again(chief, self.project.pk, until, KEPT_OUT)
            work_off()
        self._bid_of(len(self.bidders) - 1, until - dt.timedelta(minutes=50))
        self._closed(until)
        return until

    def _announced(self) -> dt.datetime | None:
        """Registered, reviewed, announced, open for bids; the deadline, or None where it would lie ahead."""
        plan, officer = self.plan, _officer("trading1")
        buyer = Organisation.objects.get(name=plan.buyer)
        agent = _agent(buyer)
        control = plan.wan * WAN * 97 // 100
        draft = TenderDraft(
            joint_allowed=plan.joint, own_layer=plan.own, category=plan.category, method=plan.method, title=plan.title,
            summary=plan.summary, contact="项目联系人 0518-12345678", buyer_uscc=buyer.uscc,
            lots=[LotDraft(name="一标段" if plan.category == "construction" else "一包", budget_fen=plan.wan * WAN,
                           control_price_fen=control, bond_fen=0)],
        )  # fmt: skip
        with driven_clock(self._at(self.day, 9, 30)):
            self.project = tendering.register(agent, draft)
            content = ContentFile(sample_pdf(plan.title[:36]), name="招标文件.pdf")
            stored = files.store(content, owner=agent, kind=FILE_KIND)
            tendering.add_documents(agent, self.project.pk, [stored], kind="tender")
            for one in self.bidders if plan.method == "invited" else ():
                tendering.invite(agent, self.project.pk, one.organisation.uscc)
        with driven_clock(self._at(self.index.add(self.day, 1), 10)):
            self._step(officer, "pass", {"opinion": REPORTED})
            days = periods.earliest(self.project)
            deadline = self._at(self._deadline_day(days["deadline_day"]), 9, 30)
            if deadline > self.city.end - dt.timedelta(minutes=2):
                return None
            schedule = Schedule(
                documents_from_on=days["documents_from_on"], documents_until_on=days["documents_until_on"],
                deadline_at=deadline,
            )  # fmt: skip
            tendering.announce(
                officer, self.project.pk, schedule, place="不见面开标大厅", state_version=self.project.state_version
            )
            work_off()
        with driven_clock(self._at(days["documents_from_on"], 0, 5)):
            tendering.receive_due()
            work_off()
            actions.follow(self.project.pk)
        return deadline

    def _deadline_day(self, earliest: dt.date) -> dt.date:
        """The first day that the rules allow; for the tender that waits, the last one before the city ends."""
        if self.plan.fate != "waiting":
            return earliest
        day = local_date(self.city.end)
        late = self.city.end - dt.timedelta(minutes=5)
        while not self.index.is_workday(day) or self._at(day, 9, 30) > late:
            day -= dt.timedelta(days=1)
        return max(day, earliest)

    def _at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute), ZONE)

    def _step(self, officer: Actor, code: str, inputs: dict[str, str]) -> None:
        self.project.refresh_from_db()
        tendering.take_step(officer, self.project.pk, code, inputs, state_version=self.project.state_version)
        self.project.refresh_from_db()

    # --- bids ---------------------------------------------------------------------------------------------------------

    def _bids(self, deadline: dt.datetime) -> None:
        """Sealed by the server's half of the same libsodium that browsers use; one firm sends a second version."""
        if self.plan.joint:
            self._together(deadline - dt.timedelta(hours=44))
        for n in range(len(self.bidders) - self.plan.again):
            self._bid_of(n, deadline - dt.timedelta(hours=20 - 3 * n, minutes=self.chance.randrange(60)))

    def _bid_of(self, n: int, early: dt.datetime) -> None:
        """The bid of one firm; the second one sends a dearer version before."""
        book = Book.objects.select_related("lot__project").get(lot__project=self.project)
        control, bidder = book.lot.control_price_fen or book.lot.budget_fen, self.bidders[n]
        price = control * self.plan.prices[n] // 100 - self.chance.randrange(90) * 100_00
        if n == 1:
            self._send(book, bidder, price + control // 100, early - dt.timedelta(hours=2))
        self._send(book, bidder, price, early, self.plan.spoilt.get(n, ""))

    def _together(self, at: dt.datetime) -> None:
        """Two firms form a consortium, the second with the lower grade, and each agrees by its own people."""
        lead, name = self.bidders[0], BIDDERS[len(self.plan.prices)]
        member = Bidder.objects.select_related("organisation").get(organisation__name=name)
        agent, other = _agent(lead.organisation), _agent(member.organisation)
        trade = "市政公用工程施工总承包"
        parts = [
            MemberDraft(
                uscc=lead.organisation.uscc, work="路面工程及总体管理，承担 70%", speciality=trade, grade="first"
            ),
            MemberDraft(
                uscc=member.organisation.uscc, work="交通设施及附属，承担 30%", speciality=trade, grade="second"
            ),
        ]
        with driven_clock(at):
            one = actions.propose_consortium(agent, self.project.pk, lead.organisation_id, parts)
            paper = ContentFile(sample_pdf("联合体协议书"), name="联合体协议书.pdf")
            stored = files.store(paper, owner=agent, kind=AGREEMENT_KIND)
            actions.attach_agreement(agent, one.pk, stored.pk)
        with driven_clock(at + dt.timedelta(hours=3)):
            actions.answer_consortium(other, one.pk, member.organisation_id, agrees=True)
            work_off()

    def _send(self, book: Book, bidder: Bidder, price: int, at: dt.datetime, spoilt: str = "") -> None:
        paper = sample_pdf(f"{bidder.organisation.name[:12]} 投标文件")
        fields: dict[str, Any] = {
            "price_fen": price, "period_days": self.plan.days - self.chance.randrange(1, 10),
            "quality": QUALITY[self.plan.category], "leader": bidder.contact_name,
            "files": [{"name": "投标文件.pdf", "size": len(paper) + (1 if spoilt else 0)}],
        }  # fmt: skip
        opening = sealing.opening_text(fields, sealing.new_nonce())
        bound = sealing.bound_to(book.name, bidder.organisation.uscc)
        public = bytes(self.own.setdefault(bidder.pk, PrivateKey.generate()).public_key) if self.plan.own else None
        pieces = sealing.seal_bid(bytes.fromhex(book.public), bound, opening, [paper], own_public=public)
        digest, size = vault.take_in(lambda _n: next(pieces, b""), limit_bytes=10**8)
        sealed = Envelope(digest, size, sealing.commitment(opening), public.hex() if public else "")
        sender = f"10.30.{bidder.pk % 250}.{self.chance.randrange(1, 250)}"
        with driven_clock(at):
            actions.submit(_agent(bidder.organisation), book.lot_id, bidder.organisation_id, sealed, sender=sender)

    # --- the opening --------------------------------------------------------------------------------------------------

    def _opened(self, at: dt.datetime) -> None:
        opening = Opening.objects.get(project=self.project)
        named = sorted((one.user for one in opening.openers.select_related("user")), key=lambda user: str(user.pk))
        first, second = named[0], named[1]
        with driven_clock(at):
            self._part(first)
            if self.plan.fate == "lapsed":
                actions.lapse(_officer(second.username), self.project.pk)
                work_off()
                return
            keys = self._keys(second)
            doer = _officer(second.username)
            for _turn in itertools.count():
                if not open_next(doer, self.project.pk, keys):
                    break
            finish(doer, self.project.pk)
            work_off()
        self._afterwards(self._decrypted(at) if self.plan.own else at)

    def _decrypted(self, at: dt.datetime) -> dt.datetime:
        """All but the last firm take their own layer off; the sweep looks until the window is over. When it was over."""
        *in_time, _late = self.bidders
        until = Opening.objects.get(project=self.project).decrypt_until
        assert until is not None  # noqa: S101 - the officers have just begun the window
        looks = int((until - at) / LOOK) + 2
        for n in range(looks):
            with driven_clock(at + n * LOOK):
                if 0 < n <= len(in_time):
                    self._hand_in(in_time[n - 1])
                own.carry_on(self.project.pk)
        with driven_clock(at + looks * LOOK):
            work_off()
        return at + looks * LOOK

    def _hand_in(self, bidder: Bidder) -> None:
        """What the firm's browser does: open its own box, hand over the key of its one bid."""
        layer = OwnLayer.objects.get(submission__book__lot__project=self.project, submission__bidder=bidder)
        key = sealing.peel(demo.unboxed(layer.box), bytes(self.own[bidder.pk])).hex()
        own.hand_in(_agent(bidder.organisation), self.project.pk, {layer.submission_id: key})

    def _part(self, user: User) -> None:
        book = Book.objects.get(lot__project=self.project)
        private, inner = self.keys[user.username], {}
        for pair, box in book.boxes.items():
            outer, other = pair.split("|")
            if outer == str(user.pk):
                inner[int(other)] = demo.peeled(box, private)
        actions.give_part(_officer(user.username), self.project.pk, {book.lot_id: inner})

    def _keys(self, user: User) -> dict[int, bytes]:
        rows = OpeningPart.objects.filter(book__lot__project=self.project, inner__user=user).select_related("book")
        return {one.book.lot_id: sealing.peel(demo.unboxed(one.box), bytes(self.keys[user.username])) for one in rows}

    def _afterwards(self, at: dt.datetime) -> None:
        """Most bidders confirm; at the largest one somebody asks on the spot. Then the record is issued."""
        for n, bidder in enumerate(self.bidders[:-1] if self.plan.own else self.bidders):
            with driven_clock(at + dt.timedelta(minutes=6 + n)):
                if n != 1:
                    actions.confirm(_agent(bidder.organisation), self.project.pk, bidder.organisation_id)
                elif len(self.bidders) > 4:
                    agent = _agent(bidder.organisation)
                    raised = actions.object_to(agent, self.project.pk, bidder.organisation_id, OBJECTION)
                    actions.answer_objection(_agent(self.project.buyer), self.project.pk, raised.pk, ANSWER)
        with driven_clock(at + dt.timedelta(minutes=45)):
            actions.settle_due()
            work_off()
