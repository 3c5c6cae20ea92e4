"""Lots that failed: what the rooms above say of them, and the decision on each: tendered again, another way, nothing."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.search import document
from portal.core.statistics import watch
from portal.core.time import now, today
from procurement.fixed import facts
from procurement.models import Deal, Status
from procurement.tenders import notices, periods
from procurement.tenders.actions.bonds import release
from procurement.tenders.actions.common import PORTAL, STREAM, locked, person
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.actions.registering import PLACE, PREFIX
from procurement.tenders.lifecycle import FAILED_LOT
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Bond, Document, FailedLot, Lot, Notice, Project
from procurement.tenders.putting_up import put_up
from procurement.tenders.rules import FAILED_LOT_DAYS

BATCH = 200
KEPT = ("category", "method", "below_threshold", "title", "summary", "qualification", "buyer_id", "agency_id",
        "contact", "waived_fen", "sign_in_for_documents", "joint_allowed", "own_layer", "signature_required")  # fmt: skip
OF_LOT = ("name", "budget_fen", "control_price_fen", "bond_fen")
AGAIN = re.compile(r"（第\d+次）$")


# --- failing ------------------------------------------------------------------------------------------------------------


def fail_lot(lot: Lot, ground: str, actor: Actor, *, bidders: int | None, public: bool = True) -> FailedLot | None:
    """Write down that a lot failed, inside the action of the room that found it; None where that is known already.

    The tender is locked. What is held for the lot goes back, everybody concerned is told, and its notice is public;
    with `public` False the end of the whole tender does all that.
    """
    failed = FailedLot.objects.filter(lot=lot).first()
    if failed is not None and failed.state != "lifted":
        return None
    failed = failed or FailedLot(lot=lot)
    failed.ground, failed.bidders, failed.attempt = ground, bidders, attempts(lot)
    failed.failed_on, failed.state, failed.way = today(), "awaiting", ""
    failed.due_on = periods.after(today(), rule(FAILED_LOT_DAYS, today()))
    failed.red_lit_on = None
    failed.state_version += 1
    failed.save()
    project = lot.project
    data = {"lot": lot.number, "ground": ground, "bidders": bidders}
    record(failed, "failed_lot.failed", actor, to_state=failed.state, data=data)
    record(project, "tender.lot_failed", actor, from_state=project.state, to_state=project.state, data=data)
    if public:
        made = put_up(project, Notice.Kind.FAILED, notices.words_of_failure(failed), actor)
        release(Bond.objects.filter(lot=lot), Bond.Ground.ENDED, today(), actor)
        notices.tell_lot_failed(failed, made)
    return failed


def fail_rest(project: Project, actor: Actor) -> None:
    """The tender was declared as failed: every lot without a winner has failed with it. The tender is locked."""
    for lot in without_winner(project):
        fail_lot(lot, FailedLot.Ground.DECLARED, actor, bidders=None, public=False)


def without_winner(project: Project) -> list[Lot]:
    """The lots that are not in the register of deals as awarded: awards stand above, their register below."""
    lots = list(project.lots.select_related("failed", "project__buyer"))
    names = {f"{project.number}/{lot.number}": lot.pk for lot in lots}
    won = Deal.objects.filter(source="own", external_id__in=names, status=Status.AWARDED)
    taken = {names[name] for name in won.values_list("external_id", flat=True)}
    return [lot for lot in lots if lot.pk not in taken]


def attempts(lot: Lot) -> int:
    """The how manieth tender of the lot this is."""
    found, before = 1, lot.repeats
    while before is not None:
        found, before = found + 1, before.repeats
    return found


def lift(project: Project, actor: Actor) -> None:
    """The bids are evaluated again: lots that failed in the evaluation and are not decided on are back in it."""
    rows = FailedLot.objects.filter(lot__project=project).exclude(ground=FailedLot.Ground.SHORT)
    for failed in rows.filter(state__in=("awaiting", "asked")).select_related("lot__project"):
        step = FAILED_LOT.begin(failed, "lift", PORTAL, state_version=None)
        before, after = step.apply()
        failed.save()
        record(failed, "failed_lot.lift", actor, from_state=before, to_state=after)
        data = {"lot": failed.lot.number}
        record(project, "tender.lot_lifted", actor, from_state=project.state, to_state=project.state, data=data)


# --- deciding -----------------------------------------------------------------------------------------------------------


@action
def settle_failed_lot(
    actor: Actor, failed_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> FailedLot:
    """Repeat the lot, ask for another way, approve or refuse it, give the lot up. Raises what the lifecycle raises.

    WrongState where every lot failed and the tender has not ended: it is declared as failed first.
    """
    failed = _locked(actor, failed_id)
    if code not in FAILED_LOT.transitions:
        raise WrongState()
    step = FAILED_LOT.begin(failed, code, actor, inputs, state_version=state_version)
    if failed.state == "awaiting":
        _check_others_go_on(failed)
    if step.inputs.get("fair") == "0":
        raise Invalid(fields={"fair": notices.NOT_FAIR})
    before, after = step.apply()
    failed.save()
    if code == "repeat_lot":
        step.data["as_number"] = repeat_lots(failed.lot.project, [failed.lot], actor, method=_method(failed)).number
    event = record(failed, f"failed_lot.{code}", actor, from_state=before, to_state=after, data=step.data)
    notices.tell_lot_decided(failed, code, event)
    return failed


def _locked(actor: Actor, failed_id: int) -> FailedLot:
    """The failed lot with its tender locked before it. Raises NotFound."""
    project_id = FailedLot.objects.filter(pk=failed_id).values_list("lot__project", flat=True).first()
    if project_id is None:
        raise NotFound()
    project = locked(actor, project_id)
    failed = db.lock_row(FailedLot.objects.select_related("lot"), failed_id)
    failed.lot.project = project
    return failed


def _check_others_go_on(failed: FailedLot) -> None:
    project = failed.lot.project
    if project.ended_on is not None:
        return
    others = [lot for lot in without_winner(project) if not hasattr(lot, "failed") or lot.failed.state == "lifted"]
    if not others and len(without_winner(project)) == project.lots.count():
        raise WrongState(notices.ALL_FAILED)


def _method(failed: FailedLot) -> str:
    """The approved other method, or the one of the tender that failed."""
    ways = (FailedLot.Way.NEGOTIATION, FailedLot.Way.SINGLE)
    return failed.way if failed.way in ways else failed.lot.project.method


def repeat_lots(project: Project, lots: Iterable[Lot], actor: Actor, *, method: str = "") -> Project:
    """Register lots that failed as a new tender with the documents of the old one, inside the caller's transaction."""
    lots = list(lots)
    made = Project(
        **{name: getattr(project, name) for name in KEPT}, repeats=project, registered_by=person(actor),
        registered_at=now(), number=next_number(PREFIX, PLACE, today()),
    )  # fmt: skip
    made.method = method or project.method
    made.budget_fen = sum(lot.budget_fen for lot in lots)
    if len(lots) < project.lots.count():
        made.waived_fen = 0
        ending = f"（第{attempts(lots[0]) + 1}次）"
        names = "、".join(lot.name for lot in lots)
        made.title = f"{AGAIN.sub('', project.title)} · {names}"[: 200 - len(ending)] + ending
    made.search = document(names=[made.title], texts=[project.buyer.name, *(lot.name for lot in lots)])
    with watch(TENDER_MEASURES, made):
        made.save()
    Lot.objects.bulk_create(
        Lot(project=made, number=n, repeats=lot, **{name: getattr(lot, name) for name in OF_LOT})
        for n, lot in enumerate(lots, start=1)
    )
    shared = _share_documents(project, made, actor)
    data = {"repeats": project.number, "lots": [lot.number for lot in lots], **facts(*shared)}
    record(made, "tender.registered", actor, to_state=made.state, data=data)
    return made


def _share_documents(project: Project, made: Project, actor: Actor) -> list[Document]:
    """The documents as a draft: the same content in rows of their own, to be taken out or added to before the review."""
    papers = list(project.documents.filter(withdrawn_at__isnull=True).select_related("file"))
    shared = files.share([(one.file, made.pk) for one in papers], kind=FILE_KIND, stream=STREAM, owner=actor)
    return [
        Document.objects.create(project=made, file=file, kind=paper.kind, added_at=now())
        for paper, file in zip(papers, shared, strict=True)
    ]


def settle_repeated(lots: Iterable[Lot], actor: Actor, number: str) -> None:
    """The whole tender is repeated: the lots that went along need no decision any more."""
    rows = FailedLot.objects.filter(lot__in=[lot.pk for lot in lots], state="awaiting")
    for failed in rows.select_related("lot__project"):
        step = FAILED_LOT.begin(failed, "repeat_lot", actor, state_version=None)
        before, after = step.apply()
        failed.save()
        data = {**step.data, "as_number": number}
        record(failed, "failed_lot.repeat_lot", actor, from_state=before, to_state=after, data=data)


def to_repeat(project: Project) -> list[Lot]:
    """The lots that go along when the whole tender is repeated: without a winner and not decided on by themselves."""
    return [lot for lot in without_winner(project) if not hasattr(lot, "failed") or lot.failed.state == "awaiting"]


@action
def light_failed_lots(limit: int = BATCH) -> int:
    """Tell once of each failed lot on which nobody decided in time; returns how many lamps went on."""
    late = FailedLot.objects.late(today()).filter(red_lit_on__isnull=True).order_by("due_on", "pk")
    rows = db.lock_rows(
        FailedLot.objects.select_related("lot__project__buyer", "lot__project__agency"),
        list(late.values_list("pk", flat=True)[:limit]),
    )
    for failed in rows:
        failed.red_lit_on = today()
        failed.save(update_fields=["red_lit_on"])
        notices.tell_lot_late(failed)
    return len(rows)
