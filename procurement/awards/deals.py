"""The register of deals, fed by our own tenders: a lot's row is written with its award, changed and taken back with it."""

import datetime as dt
from typing import Any

from portal.core.search import document
from portal.core.statistics import watch
from portal.core.time import now, today
from procurement.measures import DEAL_MEASURES
from procurement.models import Deal, Status
from procurement.scoring import saving
from procurement.tenders.models import FailedLot, Lot, Project

SOURCE = "own"


def identifier(lot: Lot) -> str:
    """Tender and lot: what the register knows a deal of ours by."""
    return f"{lot.project.number}/{lot.number}"


def write_award(lot: Lot, *, winner: str, price_fen: int, on: dt.date) -> Deal:
    """The lot was awarded. Inside the award's transaction; the tender is locked."""
    sale = lot.project.is_sale
    budget = None if sale else lot.budget_fen
    start = lot.budget_fen if sale else None
    control = None if sale else lot.control_price_fen
    money = saving(deal_fen=price_fen, budget_fen=budget, control_price_fen=control, start_fen=start, is_sale=sale)
    return _write(
        lot, status=Status.AWARDED, winner=winner, deal_fen=price_fen, awarded_on=on, base_fen=money.base_fen,
        savings_fen=money.savings_fen, premium_fen=money.premium_fen,
    )  # fmt: skip


def write_end(lot: Lot, status: str) -> Deal:
    """The lot ended without a winner, or waits for its result again (`announced`)."""
    ended = None if status == Status.ANNOUNCED else today()
    return _write(
        lot,
        status=status,
        winner="",
        deal_fen=None,
        awarded_on=ended,
        base_fen=None,
        savings_fen=None,
        premium_fen=None,
    )


def follow_failure(lot: Lot, *, lifted: bool) -> bool:
    """The row of a lot that failed alone, or that is back in the evaluation. Whether anything had to be written."""
    wanted = Status.ANNOUNCED if lifted else Status.FAILED
    held = Deal.objects.filter(source=SOURCE, external_id=identifier(lot)).values_list("status", flat=True).first()
    if held == wanted or (lifted and held != Status.FAILED) or held == Status.TERMINATED:
        return False
    write_end(lot, wanted)
    return True


def _write(lot: Lot, **values: Any) -> Deal:
    project = lot.project
    sale = project.is_sale
    deal = Deal.objects.filter(source=SOURCE, external_id=identifier(lot)).first()
    if deal is None:
        deal = Deal(source=SOURCE, external_id=identifier(lot), created_at=now())
    several = project.lots.count() > 1
    fixed = {
        "category": project.category,
        "method": project.method,
        "below_threshold": project.below_threshold,
        "title": f"{project.title} · {lot.name}" if several else project.title,
        "buyer": project.buyer.name,
        "budget_fen": None if sale else lot.budget_fen,
        "control_price_fen": None if sale else lot.control_price_fen,
        "start_fen": lot.budget_fen if sale else None,
        "listed_on": values["awarded_on"] or today(),
    }
    with watch(DEAL_MEASURES, deal):
        for name, value in (fixed | values).items():
            setattr(deal, name, value)
        deal.search = document(names=[deal.title], texts=[deal.buyer, deal.winner, deal.external_id])
        deal.save()
    return deal


def end_all(project: Project, status: str) -> int:
    """The whole tender ended without a result: each lot that has none gets its row. Returns how many."""
    lots = project.lots.filter(award__isnull=True).select_related("project__buyer")
    if status == Status.TERMINATED:  # what failed before has failed
        lots = lots.exclude(failed__in=FailedLot.objects.exclude(state="lifted"))
    for lot in lots:
        write_end(lot, status)
    return len(lots)
