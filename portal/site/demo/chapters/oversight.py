"""Signs of collusion: three tenders whose sealed bids betray their bidders, and leads from the first look to the result."""

import datetime as dt
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfWriter

from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date
from portal.site.demo.chapters import City
from portal.site.demo.chapters.bids import OFFICERS, QUALITY, Plan, Telling, _agent
from portal.site.demo.papers import sample_pdf
from procurement import sealing
from procurement.bidders.models import Bidder
from procurement.bids import actions as bidding
from procurement.bids import demo, vault
from procurement.bids.models import Book
from procurement.bids.vault import Envelope
from procurement.oversight import actions, screening
from procurement.oversight.actions import InquiryDraft
from procurement.oversight.models import Lead, Sign

# After conduct: leads may lead to a decision there.
ORDER = 97


@dataclass(frozen=True)
class Scheme:
    """A tender with what its bidders have in common. `prices` are exact shares of the control price, in ten-thousandths;
    `authors`, `machines`, `addresses` and `named` (whose name stands in whose document) are by the bidder's place."""

    plan: Plan
    prices: tuple[int, ...]
    authors: Mapping[int, str] = field(default_factory=dict)
    machines: Mapping[int, str] = field(default_factory=dict)
    addresses: Mapping[int, str] = field(default_factory=dict)
    named: Mapping[int, int] = field(default_factory=dict)


def _plan(title: str, category: str, buyer: str, wan: int, ago: int, number: int, days: int, summary: str) -> Plan:
    return Plan(title, category, "open", buyer, wan, ago, "opened", (0,) * number, days, summary)


ROADS = Scheme(
    _plan("北区农贸市场周边道路改造工程", "construction", "海州市住房和城乡建设局", 1_240, 30, 4, 120,
          "道路翻修 2.1 公里，雨污水管 3.4 公里，路灯 86 盏。"),
    prices=(9_200, 9_300, 9_400, 9_500), authors={0: "陈工预算室", 2: "陈工预算室"},
    machines={0: "BFEBFBFF000906EA-7C10", 2: "BFEBFBFF000906EA-7C10"}, addresses={1: "10.30.7.41", 3: "10.30.7.41"},
)  # fmt: skip
PARKING = Scheme(
    _plan("智慧停车诱导系统采购", "government", "海州市大数据管理局", 460, 28, 4, 60,
          "诱导屏 42 块、地磁 1800 个、平台软件一套，含三年运维。"),
    prices=(8_900, 9_240, 9_310, 9_680), named={2: 0},
)  # fmt: skip
SLOPE = Scheme(
    _plan("云台山防火通道边坡治理工程", "construction", "海州市水利局", 880, 26, 5, 90,
          "边坡锚喷 6200 平方米，截排水沟 1.8 公里。"),
    prices=(8_050, 9_520, 9_545, 9_590, 9_630),
)  # fmt: skip


class Rigged(Telling):
    """A tender of which every step is real; only what its bidders prepare is theirs together."""

    def __init__(self, city: City, scheme: Scheme, keys: Mapping[str, Any]) -> None:
        super().__init__(city, scheme.plan, keys)
        self.scheme = scheme

    def _bids(self, deadline: dt.datetime) -> None:
        book = Book.objects.select_related("lot__project").get(lot__project=self.project)
        control = book.lot.control_price_fen or book.lot.budget_fen
        for n, (bidder, share) in enumerate(zip(self.bidders, self.scheme.prices, strict=True)):
            with driven_clock(deadline - dt.timedelta(hours=18 - 3 * n, minutes=self.chance.randrange(60))):
                self._submit(book, n, bidder, control * share // 10_000)

    def _submit(self, book: Book, n: int, bidder: Bidder, price: int) -> None:
        paper = self._paper(n)
        fields = {
            "price_fen": price, "period_days": self.plan.days, "quality": QUALITY[self.plan.category],
            "leader": bidder.contact_name, "files": [{"name": "投标文件.pdf", "size": len(paper)}],
        }  # fmt: skip
        opening = sealing.opening_text(fields, sealing.new_nonce())
        bound = sealing.bound_to(book.name, bidder.organisation.uscc)
        pieces = sealing.seal_bid(bytes.fromhex(book.public), bound, opening, [paper])
        digest, size = vault.take_in(lambda _n: next(pieces, b""), limit_bytes=10**8)
        sender = self.scheme.addresses.get(n) or f"10.31.{bidder.pk % 250}.{self.chance.randrange(1, 250)}"
        sealed = Envelope(digest, size, sealing.commitment(opening))
        bidding.submit(_agent(bidder.organisation), book.lot_id, bidder.organisation_id, sealed, sender=sender)

    def _paper(self, n: int) -> bytes:
        """The document of a bidder, with the metadata that its program left."""
        whose = self.bidders[self.scheme.named.get(n, n)]
        writer = PdfWriter(clone_from=io.BytesIO(sample_pdf(f"{whose.organisation.name} 投标文件")))
        told = {"/Author": self.scheme.authors.get(n, f"投标部-{n + 1}")}
        if machine := self.scheme.machines.get(n):
            told["/MachineCode"] = machine
        writer.add_metadata(told)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()


def live(city: City) -> None:
    keys = {name: demo.private_of(name) for name in OFFICERS}
    told = []
    for scheme in (ROADS, PARKING, SLOPE):
        tender = Rigged(city, scheme, keys)
        tender.tell()
        told.append(tender.project)
    desk = Desk(city)
    with driven_clock(city.end - dt.timedelta(minutes=15)):
        screening.screen_window()
    roads, parking, slope = (Lead.objects.filter(signs__project=one.pk).distinct().first() for one in told)
    if roads:
        desk.established(roads)
    if parking:
        desk.inquired(parking)
    if not slope:
        slope = desk.gathered(told[2].pk)
    if slope:
        desk.take(1, desk.second, slope, "take_up", 15)


class Desk:
    """Two supervisors: one looks into a lead, the other confirms."""

    def __init__(self, city: City) -> None:
        self.end, self.index = city.end, workdays()
        self.first, self.second = city.people.supervisors[:2]

    def at(self, days: int, hour: int = 10) -> AbstractContextManager[None]:
        """So many working days before the end."""
        day = self.index.add(local_date(self.end), -days)
        return driven_clock(dt.datetime.combine(day, dt.time(hour, 20), ZONE))

    def take(self, days: int, actor: Actor, lead: Lead, code: str, hour: int = 10, **inputs: str) -> None:
        with self.at(days, hour):
            lead.refresh_from_db()
            actions.take_step(actor, lead.pk, code, inputs, state_version=lead.state_version)

    def gathered(self, project_id: int) -> Lead | None:
        """Figures that weigh too little by themselves, put into a lead by hand."""
        signs = list(Sign.objects.standing().filter(project=project_id).values_list("pk", flat=True))
        with self.at(1):
            return actions.open_by_hand(self.second, signs) if signs else None

    def established(self, lead: Lead) -> None:
        """Asked, answered, found, confirmed by the second."""
        self.take(8, self.first, lead, "take_up")
        self.take(8, self.first, lead, "inquire", 11)
        letter = InquiryDraft(
            to_name="北区农贸市场周边道路改造工程两家投标人", letter="海政数监函〔2026〕31号",
            question="请说明投标文件的编制人员、编制设备和报价形成过程，并提供原始计价文件。",
        )  # fmt: skip
        with self.at(8, 14):
            asked = actions.ask(self.first, lead.pk, letter)
        with self.at(4, 9):
            text = "两家单位承认投标文件均委托同一造价人员编制，未能提供独立的原始计价文件。"
            actions.enter_answer(self.first, lead.pk, asked.pk, text)
        with self.at(4, 15):
            actions.write_note(self.first, lead.pk, "四家报价级差均为控制价的百分之一，与编制人陈述一致。")
        self.take(
            3, self.first, lead, "propose", result="established",
            opinion="投标文件由同一人编制，报价呈规律性差异，依据招标投标法实施条例第四十条第（一）（四）项，视为相互串通投标。",
        )  # fmt: skip
        self.take(2, self.second, lead, "confirm")

    def inquired(self, lead: Lead) -> None:
        """A letter is out and its answer not due yet."""
        self.take(3, self.second, lead, "take_up")
        self.take(3, self.second, lead, "inquire", 11)
        letter = InquiryDraft(
            to_name="采购代理机构及相关投标人", letter="海政数监函〔2026〕34号",
            question="投标文件中出现其他投标人名称，请说明文件装订、上传经过并提供制作日志。",
        )  # fmt: skip
        with self.at(2, 9):
            actions.ask(self.second, lead.pk, letter)
