"""Firms, a tender in any state and its papers, by the real actions."""

import datetime as dt
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import files
from portal.core.actors import Actor
from portal.core.time import ZONE, driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation, User
from portal.people.roles import Role
from procurement.bidders import actions as bidding
from procurement.bidders.actions import ProfileDraft
from procurement.bidders.models import Bidder, BidderPerson
from procurement.tenders import actions
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.models import Document, Project
from procurement.tenders.periods import Schedule
from tests import factories

_serial = itertools.count(1)


def credit_code(serial: int) -> str:
    """A unified social credit code with right check characters (GB 32100)."""
    from stdnum.cn import uscc

    body = f"91320700MA{serial:07d}"
    return body + uscc.calc_check_digit(body)


def firm(name: str = "", agent: User | None = None) -> tuple[Organisation, Actor]:
    """An organisation and an agent who acts for it."""
    n = next(_serial)
    made = Organisation.objects.create(uscc=credit_code(n), name=name or f"海州第{n}建设有限公司", legal_person="李四")
    person = agent or factories.citizen()
    Membership.objects.create(organisation=made, user=person, starts_on=dt.date(2020, 1, 1))
    return made, actor_of(person, Role.AGENT)


def bidder(name: str = "", agent: User | None = None, *, with_head: bool = True) -> tuple[Bidder, Actor]:
    """A registered bidder with a legal person that it shares with nobody, unless told otherwise, and its agent."""
    organisation, actor = firm(name, agent)
    draft = ProfileDraft(
        contact_name="王芳", phone="13812345678", bank_name="海州银行", bank_account="6222020011112222"
    )
    made = bidding.save_profile(actor, organisation.pk, draft)
    if with_head:
        head(made)
    return made, actor


def head(profile: Bidder) -> BidderPerson:
    """A legal person of a bidder's own, who has stood there for years; born on a day on which nobody else here is."""
    n = next(_serial)
    born = dt.date(1970, 1, 1) + dt.timedelta(days=n // 1000)
    return BidderPerson.objects.create(
        bidder=profile, kind=BidderPerson.Kind.LEGAL_PERSON, name="李四",
        identity=factories.resident_number(n, f"{born:%Y%m%d}"), added_at=factories.moment("2020-01-01 09:00"),
    )  # fmt: skip


def officer(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.PROCUREMENT_OFFICER), Role.PROCUREMENT_OFFICER)


def draft(buyer: Organisation, **more: Any) -> TenderDraft:
    """An open tender of works for a million yuan with one lot and a bond of two percent."""
    values: dict[str, Any] = {
        "category": "construction", "method": "open", "title": "临港区农村公路提档升级工程", "summary": "全长 3.2 公里",
        "contact": "李工 0518-12345678", "buyer_uscc": buyer.uscc,
        "lots": [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=2_000_000)],
    }  # fmt: skip
    return TenderDraft(**{**values, **more})


def registered(by: Actor | None = None, buyer: Organisation | None = None, **more: Any) -> Project:
    return actions.register(by or officer(), draft(buyer or firm("海州市交通运输局")[0], **more))


def with_document(project: Project, by: Actor, kind: str = "tender") -> Document:
    stored = files.store(picture(), owner=by, kind=FILE_KIND)
    return actions.add_documents(by, project.pk, [stored], kind=kind)[0]


def changed(project: Project, by: Actor, text: str = "补充图纸") -> Document:
    """A change published with one file."""
    stored = files.store(picture(), owner=by, kind=FILE_KIND)
    version = Project.objects.get(pk=project.pk).state_version
    actions.publish_change(by, project.pk, text=text, changes_documents=False, papers=[stored], state_version=version)
    return Document.objects.get(file=stored)


def picture(name: str = "plan.png") -> SimpleUploadedFile:
    """A small real drawing."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (16, 12), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def schedule(first: str = "2026-11-23", until: str = "2026-11-30", deadline: str = "2026-12-14 09:30") -> Schedule:
    return Schedule(
        documents_from_on=dt.date.fromisoformat(first),
        documents_until_on=dt.date.fromisoformat(until),
        deadline_at=dt.datetime.fromisoformat(deadline).replace(tzinfo=ZONE),
    )


def reviewed(by: Actor | None = None, **more: Any) -> Project:
    """Registered with its document and passed."""
    by = by or officer()
    project = registered(by, **more)
    with_document(project, by)
    return actions.take_step(by, project.pk, "pass", {"opinion": "文件齐备"}, state_version=project.state_version)


def announced(by: Actor | None = None, days: Schedule | None = None, **more: Any) -> Project:
    """Announced; bids are received from the given days on."""
    by = by or officer()
    project = reviewed(by, **more)
    return actions.announce(by, project.pk, days or schedule(), place="开标一室", state_version=project.state_version)


def closed(by: Actor | None = None, **more: Any) -> Project:
    """Past its deadline."""
    project = announced(by, **more)
    with driven_clock(factories.moment("2026-12-14 09:31")):
        actions.close_due()
    project.refresh_from_db()
    return project
