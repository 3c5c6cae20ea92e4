"""What the actions of awards share: taking rows under their lock, the stages of a procedure, where a tender moves on."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotFound, Stale
from portal.core.models import Event
from portal.core.time import local_date, now, today
from procurement.awards import deals, limits
from procurement.awards.models import Award, Contract, Procedure, SaleResult, WithdrawnAward
from procurement.bidders.models import Bidder, Restriction
from procurement.bidders.standing import blocked, blocks_of
from procurement.bids.joint import firms_of
from procurement.models import Status
from procurement.tenders.actions import move
from procurement.tenders.actions.common import locked, person
from procurement.tenders.actions.lots import fail_lot
from procurement.tenders.models import Bond, FailedLot, Lot, Project

__all__ = [
    "advance",
    "bonds_of",
    "check_firms",
    "enter",
    "locked",
    "locked_lot",
    "open_procedure",
    "person",
    "same_version",
    "take_back",
]

Stage = Procedure.Stage
NO_LOT = _("This lot does not exist.")


def locked_lot(actor: Actor, lot_id: int) -> Lot:
    """A lot with its tender locked, for its inner page. Raises NotFound."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotFound()
    lot.project = locked(actor, lot.project_id)
    return lot


def check_firms(lot: Lot, bidder: Bidder) -> None:
    """Nobody who answers for the bid is kept out today: the bidder, or any member of its consortium. Raises Blocked."""
    for one in barred_firms(lot, bidder)[:1]:
        raise blocked(one)


def barred_firms(lot: Lot, bidder: Bidder) -> list[Restriction]:
    """What keeps those out today who answer for the bid. A query for each firm."""
    firms = firms_of(lot.pk, bidder)
    return [one for firm in firms for one in blocks_of(firm.organisation.uscc, today(), lot.project.category)]


def bonds_of(lot: Lot, bidder: Bidder) -> QuerySet[Bond]:
    """The bonds for a lot of all who answer for this bidder's bid."""
    return Bond.objects.filter(lot=lot, organisation__in=[firm.organisation_id for firm in firms_of(lot.pk, bidder)])


def same_version(project: Project, state_version: int | None) -> None:
    """Raises Stale where the page shows an older state of the tender."""
    if state_version is not None and state_version != project.state_version:
        raise Stale()


def evaluated_on(project: Project) -> dt.date:
    """The day of the latest conclusion of the evaluation, as the tender's own history tells it."""
    at = (
        Event.objects.filter(stream="tenders.project", stream_id=project.pk, type="tender.evaluate")
        .order_by("-sequence")
        .values_list("at", flat=True)
        .first()
    )
    return local_date(at) if at else today()


def open_procedure(project: Project) -> Procedure:
    """The procedure of a tender; begun, or begun anew after a new evaluation, where that has not been done yet."""
    found = Procedure.objects.filter(project=project).first()
    if found is not None and not (found.stage == Stage.REOPENED and project.state == "evaluated"):
        found.project = project
        return found
    procedure = found or Procedure(project=project)
    procedure.evaluated_on = evaluated_on(project)
    for name in ("reported_on", "published_on", "public_until_on", "chosen_on", "announced_on"):
        setattr(procedure, name, None)
    return enter(procedure, limits.first_stage(project), procedure.evaluated_on)


def enter(procedure: Procedure, stage: str, begin: dt.date | None = None) -> Procedure:
    """Put the procedure into a stage that begins on a day, with its limit, and save it."""
    procedure.stage, procedure.red_lit_on, procedure.updated_at = stage, None, now()
    procedure.due_on = limits.due_of(stage, procedure.project, begin) if begin else None
    procedure.save()
    return procedure


def advance(project: Project, actor: Actor) -> None:
    """Move the tender on where all its lots are there: awarded, contracted, completed. The tender is locked."""
    if project.state in ("evaluated", "publicity"):
        _to_awarded(project, actor)
    if project.state == "awarded" and not Contract.objects.filter(lot__project=project, state="due").exists():
        move(project, "contract", actor)
    if project.state == "contracted":
        states = set(Contract.objects.filter(lot__project=project).values_list("state", flat=True))
        if "completed" in states and not states & {"due", "signed"}:
            move(project, "complete", actor)


def _to_awarded(project: Project, actor: Actor) -> None:
    """Every lot that has somebody to be awarded is awarded; a lot without anybody has failed."""
    lots = list(project.lots.select_related("project__buyer"))
    done = set(Award.objects.filter(lot__in=lots).values_list("lot", flat=True))
    if not done:
        return
    left = [lot for lot in lots if lot.pk not in done]
    if any(_may_still_be_awarded(lot) for lot in left):
        return
    for lot in left:
        deals.write_end(lot, Status.FAILED)
        lot.project = project
        fail_lot(lot, FailedLot.Ground.NOBODY_LEFT, actor, bidders=0)
    procedure = open_procedure(project)
    procedure.announced_on = today()
    enter(procedure, Stage.DONE)
    move(project, "award", actor)


def _may_still_be_awarded(lot: Lot) -> bool:
    """Whether somebody is left who could get the lot: whose award was taken back is not."""
    if SaleResult.objects.filter(lot=lot).exists():
        return True
    gone = lot.withdrawn_awards.exclude(candidate=None).values("candidate")
    return lot.candidates.exclude(pk__in=gone).exists()


def take_back(award: Award, contract: Contract | None, ground: str, note: str) -> None:
    """Take an award back: what it was is kept, the lot is free again, and the register of deals knows no deal.

    The caller moves the contract and the tender; both are locked.
    """
    lot = award.lot
    WithdrawnAward.objects.create(
        lot=lot, bidder=award.bidder, candidate=award.candidate, price_fen=award.price_fen, awarded_on=award.awarded_on,
        ground=ground, note=note, withdrawn_on=today(),
    )  # fmt: skip
    lot.choices.filter(replaced_at__isnull=True).update(replaced_at=now())
    award.delete()
    SaleResult.objects.filter(lot=lot).delete()
    was_signed = contract is not None and contract.signed_on is not None
    deals.write_end(lot, Status.TERMINATED if was_signed else Status.ANNOUNCED)


def lock_contract(contract_id: int) -> Contract:
    """A contract with its tender locked before it. Raises NotFound."""
    rows = Contract.objects.select_related("lot__project__buyer", "lot__project__agency", "bidder__organisation")
    found = rows.filter(pk=contract_id).first()
    if found is None:
        raise NotFound()
    project = db.lock_row(Project.objects.select_related("buyer", "agency"), found.lot.project_id)
    contract = db.lock_row(rows, contract_id)
    contract.lot.project = project
    return contract


def step_data(**data: Any) -> dict[str, Any]:
    """What an event keeps, days written out."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in data.items()}
