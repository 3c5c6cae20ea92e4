"""Opened tenders with whatever their bidders share, made directly; leads and people of the workbench."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile

from portal.core.actors import Actor
from portal.core.files.store import write_blob
from portal.core.models import StoredFile
from portal.core.models.files import blob_path
from portal.core.time import local_date
from portal.people.models import User
from procurement.awards.models import Award
from procurement.bidders.models import Bidder, BidderPerson
from procurement.bids.models import Book, CentreKey, OpenedBid, OpenedFile, Opening, Submission
from procurement.oversight import actions, screening
from procurement.oversight.models import Lead, Sign
from procurement.tenders.models import Lot, Project
from tests import factories
from tests.experts.objects import supervisor
from tests.tenders.objects import firm

__all__ = ["supervisor"]

OPENED = factories.moment("2026-11-19 09:40")
_serial = itertools.count(1)
# Ordinary prices in yuan: none of the figures is a sign.
PLAIN = (905_000, 938_000, 951_000, 989_000)


def bidder(name: str = "", agent: User | None = None) -> Bidder:
    """A bidder that shares nothing with anybody; without an agent of its own unless given."""
    n = next(_serial)
    made, actor = firm(name or f"江海第{n}工程有限公司", agent)
    return Bidder.objects.create(
        organisation=made, contact_name="王芳", phone=f"138{n:08d}", bank_account=f"62220200{n:08d}",
        registered_at=OPENED - dt.timedelta(days=400), registered_by=actor.user,
    )  # fmt: skip


def bidders(number: int) -> list[Bidder]:
    return [bidder() for _n in range(number)]


def opened(
    prices: Sequence[int | None] = PLAIN,
    who: Sequence[Bidder] = (),
    *,
    category: str = "construction",
    method: str = "open",
    at: dt.datetime = OPENED,
    rejected: Sequence[int] = (),
    winner: int | None = None,
    buyer: Any = None,
    **more: Any,
) -> Lot:
    """An opened tender of one lot: prices in yuan, one for each bidder; those at `rejected` failed at the opening."""
    n = next(_serial)
    owner = buyer or firm(f"海州市第{n}建设管理处")[0]
    day = local_date(at)
    values = {
        "number": f"JY-20261001-JYZX-{n:06d}", "category": category, "method": method, "title": f"产业大道{n}号标工程",
        "summary": "道路", "contact": "李工", "budget_fen": 200_000_000, "state": "opened",
        "registered_at": at - dt.timedelta(days=40), "announced_at": at - dt.timedelta(days=32),
        "announced_on": day - dt.timedelta(days=32), "documents_from_on": day - dt.timedelta(days=31),
        "documents_until_on": day - dt.timedelta(days=24), "deadline_at": at - dt.timedelta(minutes=10),
    }  # fmt: skip
    if "documents_from_on" in more:
        values["documents_until_on"] = more["documents_from_on"] + dt.timedelta(days=5)
    project = Project.objects.create(buyer=owner, registered_by=factories.user(), **{**values, **more})
    Opening.objects.create(project=project, state="opened", due_at=at, named_at=at, opened_at=at)
    lot = Lot.objects.create(project=project, number=1, name="一标段", budget_fen=200_000_000)
    for place, (price, one) in enumerate(zip(prices, who or bidders(len(prices)), strict=True)):
        bid = OpenedBid.objects.create(
            lot=lot, bidder=one, price_fen=price * 100 if price else None, opened_at=at,
            finding="over_control" if place in rejected else "",
        )  # fmt: skip
        if place == winner:
            Award.objects.create(lot=lot, bidder=one, price_fen=bid.price_fen, awarded_on=day)
    return lot


def bids(lot: Lot) -> list[OpenedBid]:
    return list(OpenedBid.objects.filter(lot=lot).select_related("bidder__organisation").order_by("pk"))


def uploaded(bid: OpenedBid, address: str, by: User | None = None, *, late: bool = False, **more: Any) -> Submission:
    """The line of the book that an opened bid came from."""
    key, _made = CentreKey.objects.get_or_create(public="k", defaults={"secret": "s", "made_at": OPENED})
    book, _made = Book.objects.get_or_create(lot=bid.lot, defaults={"public": "b", "made_at": OPENED})
    n = next(_serial)
    deadline = bid.lot.project.deadline_at
    assert deadline
    moment = deadline + dt.timedelta(minutes=1 if late else -60)
    made = Submission.objects.create(
        book=book, bidder=bid.bidder, version=1, act="submitted", current=True, sha256="0" * 64, size=1, key=key,
        received_at=moment, sequence=n, previous="", digest=f"{n:064d}", signature="", sender=address,
        sent_by=by or factories.user(), **more,
    )  # fmt: skip
    OpenedBid.objects.filter(pk=bid.pk).update(submission=made)
    return made


def person(bid: OpenedBid, kind: str, serial: int, **more: Any) -> BidderPerson:
    """Somebody behind a bidder; equal serials are the same human being."""
    return BidderPerson.objects.create(
        bidder=bid.bidder, kind=kind, name="陈某", identity=more.pop("identity", factories.resident_number(serial)),
        added_at=more.pop("added_at", OPENED - dt.timedelta(days=400)), **more,
    )  # fmt: skip


def attached(bid: OpenedBid, content: bytes, name: str = "投标文件.pdf") -> OpenedFile:
    """A document of an opened bid, its blob in the store."""
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    write_blob(BytesIO(content), blob_path(digest))
    file = StoredFile.objects.create(
        sha256=digest, size=len(content), name=name, mime="application/pdf", kind="bids.document", owner_name="",
        stream="bids.openedbid", stream_id=bid.pk, created_at=OPENED,
    )  # fmt: skip
    return OpenedFile.objects.create(bid=bid, file=file, place=bid.files.count() + 1)


def pdf(text: str = "", **metadata: str) -> bytes:
    """A real PDF with metadata; `text` as one line of it (letters and digits)."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject(k): NameObject(v)
            for k, v in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"))
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text} {uuid.uuid4().hex}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def word(text: str, author: str = "") -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph(text)
    document.core_properties.author = author
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def bill(lines: Sequence[tuple[str, float, float, float]], creator: str = "") -> bytes:
    """A bill of quantities: code, quantity, unit price, amount."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = creator
    sheet = book.active
    assert sheet is not None
    sheet.append(["工程量清单计价表"])
    sheet.append(["项目编码", "项目名称", "工程量", "综合单价（元）", "合价（元）"])
    for code, quantity, price, amount in lines:
        sheet.append([code, "沥青路面", quantity, price, amount])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


# --- signs and leads ----------------------------------------------------------------------------------------------------


def screened(lot: Lot) -> dict[str, Sign]:
    """The standing signs of a tender after a pass, by code."""
    screening.screen_tender(lot.project_id)
    return {sign.code: sign for sign in Sign.objects.standing().filter(project=lot.project_id)}


def codes(lot: Lot) -> set[str]:
    return set(screened(lot))


def names(sign: Sign) -> set[str]:
    return {firm.name for firm in sign.firms.all()}


def lead_of(lot: Lot) -> Lead:
    screening.screen_tender(lot.project_id)
    return Lead.objects.filter(signs__project=lot.project_id).distinct().get()


def suspicious(**more: Any) -> Lot:
    """Four prices with equal gaps: a finding by itself."""
    return opened((900_000, 910_000, 920_000, 930_000), **more)


def lead(**more: Any) -> Lead:
    return lead_of(suspicious(**more))


def step(actor: Actor, one: Lead, code: str, **inputs: str) -> Lead:
    one.refresh_from_db()
    return actions.take_step(actor, one.pk, code, inputs, state_version=one.state_version)


def inquired(actor: Actor | None = None, one: Lead | None = None) -> Lead:
    """Taken up and under inquiry."""
    actor = actor or supervisor()
    one = one or lead()
    step(actor, one, "take_up")
    return step(actor, one, "inquire")


def upload(actor: Actor, name: str = "复函.pdf") -> StoredFile:
    from portal.core import files
    from portal.site.demo.papers import sample_pdf

    return files.store(ContentFile(sample_pdf("复函"), name=name), owner=actor, kind=actions.FILE_KIND)
