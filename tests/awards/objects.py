"""Tenders that were evaluated, with their candidates, and whatever the awards make of them."""

import datetime as dt
from typing import Any

from portal.core import files
from portal.core.actors import Actor
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation, User
from portal.people.roles import Role
from procurement.awards import actions
from procurement.awards.actions import ChoiceDraft, ContractDraft, RemedyDraft
from procurement.awards.actions.awarding import FILE_KIND
from procurement.awards.models import Award, Choice, Contract, Remedy
from procurement.bidders.models import Bidder
from procurement.bids.models import OpenedBid
from procurement.evaluation.models import Candidate
from procurement.tenders.models import Lot, Project
from tests import factories
from tests.tenders.objects import bidder, credit_code, firm, picture

EVALUATED = "2026-12-16 17:00"  # a Wednesday
PRICES = (90_000_000, 92_000_000, 95_000_000)


def plain_firm(serial: int, agent: User | None = None) -> tuple[Organisation, Actor]:
    made = Organisation.objects.create(
        uscc=credit_code(900_000 + serial), name=f"海州{serial}号公司", legal_person="李四"
    )
    person = agent or factories.citizen()
    Membership.objects.create(organisation=made, user=person, starts_on=dt.date(2020, 1, 1))
    return made, actor_of(person, Role.AGENT)


def evaluated(
    *,
    category: str = "construction",
    method: str = "open",
    buyer: Organisation | None = None,
    lots: int = 1,
    ranked: bool = True,
    state: str = "evaluated",
    bidders: list[Bidder] | None = None,
    **more: Any,
) -> Project:
    """A tender whose bids were opened and evaluated, written straight into the tables: three bidders a lot."""
    clerk = factories.user()
    buyer = buyer or firm("海州市交通运输局")[0]
    project = Project.objects.create(
        **{
            "number": f"JY-TEST-{Project.objects.count() + 1:05d}", "category": category, "method": method,
            "title": "临港区农村公路提档升级工程", "summary": "全长 3.2 公里", "buyer": buyer, "contact": "李工",
            "budget_fen": 100_000_000 * lots, "state": state, "registered_by": clerk,
            "registered_at": factories.moment("2026-11-18 09:00"), "announced_at": factories.moment("2026-11-20 10:00"),
            "announced_on": dt.date(2026, 11, 20), "documents_from_on": dt.date(2026, 11, 23),
            "documents_until_on": dt.date(2026, 11, 30), "deadline_at": factories.moment("2026-12-14 09:30"),
            "place": "开标一室", **more,
        }
    )  # fmt: skip
    known = bidders or []
    for n in range(1, lots + 1):
        lot = Lot.objects.create(
            project=project, number=n, name=f"第{n}标段", budget_fen=100_000_000, bond_fen=2_000_000,
            control_price_fen=None if method in ("listing", "auction") else 98_000_000,
        )  # fmt: skip
        if method in ("listing", "auction"):
            continue
        while len(known) < len(PRICES):
            known.append(bidder()[0])
        for rank, (one, price) in enumerate(zip(known, PRICES, strict=True), start=1):
            bid = OpenedBid.objects.create(
                lot=lot, bidder=one, price_fen=price, opened_at=factories.moment("2026-12-14 09:40")
            )
            Candidate.objects.create(
                lot=lot, bid=bid, bidder=one, rank=rank if ranked else None, price_fen=price, score=95 - rank
            )
    return project


def agent_of(one: Bidder | Organisation) -> Actor:
    organisation = one.organisation if isinstance(one, Bidder) else one
    return actor_of(Membership.objects.filter(organisation=organisation).select_related("user")[0].user, Role.AGENT)


def candidate(project: Project, rank: int = 1, lot: int = 1) -> Candidate:
    return Candidate.objects.filter(lot__project=project, lot__number=lot).order_by("price_fen")[rank - 1]


def the_lot(project: Project, number: int = 1) -> Lot:
    return project.lots.get(number=number)


def supervisor(user: User | None = None) -> Actor:
    return actor_of(user or factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def published(chief: Actor, project: Project | None = None, until: str = "2026-12-21", **more: Any) -> Project:
    """Candidates public from Thursday the 17th on."""
    project = project or evaluated(**more)
    with driven_clock(factories.moment("2026-12-17 10:00")):
        actions.publish(chief, project.pk, until_on=dt.date.fromisoformat(until), state_version=None)
    return Project.objects.get(pk=project.pk)


def first(project: Project, lot: int = 1, **more: Any) -> ChoiceDraft:
    return ChoiceDraft(**{"candidate_id": candidate(project, 1, lot).pk, "ground": "first", **more})


def chosen(chief: Actor, project: Project | None = None, **more: Any) -> Choice:
    """Published, and the first candidate chosen at the driven moment."""
    project = project or published(chief, **more)
    return actions.choose(chief, the_lot(project).pk, first(project))


def awarded(chief: Actor, project: Project | None = None, **more: Any) -> Award:
    """Awarded at the driven moment, which lies behind the publicity."""
    project = project or published(chief, **more)
    for lot in project.lots.all():
        actions.choose(chief, lot.pk, first(project, lot.number))
        made = actions.award(chief, lot.pk, state_version=None)
    return made


def paper(owner: Actor, kind: str = FILE_KIND) -> int:
    return files.store(picture("contract.png"), owner=owner, kind=kind).pk


def contract_of(project: Project, lot: int = 1) -> Contract:
    return Contract.objects.get(lot__project=project, lot__number=lot, state__in=("due", "signed", "completed"))


def contract_draft(contract: Contract, **more: Any) -> ContractDraft:
    day = now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    values: dict[str, Any] = {
        "amount_fen": contract.award_fen, "signed_on": day, "starts_on": day, "ends_on": day + dt.timedelta(days=300),
        "terms": "工期 300 日历天", "performance_bond_fen": contract.award_fen // 10,
    }  # fmt: skip
    return ContractDraft(**{**values, **more})


def signed(chief: Actor, project: Project | None = None, **more: Any) -> Contract:
    project = awarded(chief, project, **more).lot.project
    contract = contract_of(project)
    return actions.sign(chief, contract.pk, contract_draft(contract), paper(chief), state_version=0)


def complaint_facts(**more: Any) -> RemedyDraft:
    values = {
        "kind": "objection",
        "stage": "result",
        "facts": "第一中标候选人业绩证明材料不实，请予核查。",
        "claim": "取消其资格",
    }
    return RemedyDraft(**{**values, **more})


def objection(project: Project, by: Bidder | None = None, **more: Any) -> Remedy:
    """An objection of the third bidder to the result, at the driven moment."""
    by = by or candidate(project, 3).bidder
    return actions.file_remedy(agent_of(by), project.pk, by.organisation_id, complaint_facts(**more))


def answered(remedy: Remedy, by: Actor, **more: Any) -> Remedy:
    inputs = {"outcome": "rejected", "consequence": "none", "answer": "经核查，业绩材料真实。", **more}
    return actions.take_remedy_step(by, remedy.number, "answer", inputs, state_version=None)
