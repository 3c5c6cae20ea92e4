"""What the pages of awards read: the lots of a tender with everything of theirs, lamps, papers; queries do not grow."""

from collections.abc import Sequence
from typing import Any

from portal.core.models import Document
from portal.core.rules import Rule, display_value, rule
from portal.core.time import today
from procurement.awards import limits, rules
from procurement.awards.models import (
    Award,
    Change,
    Choice,
    Contract,
    Penalty,
    Procedure,
    Remedy,
    SaleResult,
    WithdrawnAward,
)
from procurement.bids.rules import LIABILITY
from procurement.evaluation.models import Candidate
from procurement.tenders.models import Lot, Project
from procurement.tenders.periods import by_law

Stage = Procedure.Stage
# What `stops` holds up; a report to the buyer does not wait.
HELD_STAGES = (Stage.PUBLISH, Stage.CHOOSE, Stage.ANNOUNCE)
QUIET = (Stage.PUBLICITY, Stage.DONE, Stage.REOPENED)


def lamp(one: Any) -> str:
    """The lamp of a procedure, contract, remedy, penalty or payment."""
    if isinstance(one, Procedure):
        return "" if one.stage in QUIET else limits.light_of(one.due_on)
    if isinstance(one, Contract):
        code = rules.SIGN_AMBER if one.state == "due" else rules.AMBER
        return limits.light_of(one.due_on, amber_code=code) if one.state in ("due", "signed") else ""
    if isinstance(one, Remedy | Penalty) and one.state not in ("filed", "accepted", "decided"):
        return ""
    return limits.light_of(one.due_on)


def stage_lamps(procedures: Sequence[Procedure]) -> dict[int, str]:
    """The lamps of procedures by key; while a remedy holds a tender up, the clock of its stage stands. One query."""
    waiting = [one.project_id for one in procedures if one.stage in HELD_STAGES]
    held = set(Remedy.objects.filter(project__in=waiting).stopping(today()).values_list("project", flat=True))
    return {
        one.pk: "stopped" if one.stage in HELD_STAGES and one.project_id in held else lamp(one) for one in procedures
    }


def liability(contract: Contract) -> Rule:
    """The article by which the members of a consortium answer together, as it stood at the notice of award."""
    return rule(by_law(LIABILITY, contract.lot.project), contract.notified_on)


def lots_of(project: Project) -> list[dict[str, Any]]:
    """Each lot with its candidates, choice, sale, award, contracts and awards that were taken back. Six queries."""
    lots = list(project.lots.all())
    candidates = _by_lot(
        Candidate.objects.filter(lot__in=lots).select_related("bidder__organisation").order_by("rank", "pk")
    )
    choices = _by_lot(
        Choice.objects.filter(lot__in=lots, replaced_at__isnull=True)
        .select_related("candidate__bidder__organisation", "minutes")
        .prefetch_related("votes__candidate__bidder__organisation")
    )
    sales = _by_lot(SaleResult.objects.filter(lot__in=lots).select_related("bidder__organisation"))
    awards = _by_lot(Award.objects.filter(lot__in=lots).select_related("bidder__organisation"))
    contracts = _by_lot(Contract.objects.filter(lot__in=lots).order_by("pk").select_related("bidder__organisation"))
    gone = _by_lot(WithdrawnAward.objects.filter(lot__in=lots).select_related("bidder__organisation"))
    return [
        {
            "lot": lot,
            "candidates": candidates.get(lot.pk, []),
            "choice": next(iter(choices.get(lot.pk, [])), None),
            "sale": next(iter(sales.get(lot.pk, [])), None),
            "award": next(iter(awards.get(lot.pk, [])), None),
            "contract": next(iter(contracts.get(lot.pk, [])[-1:]), None),
            "gone": gone.get(lot.pk, []),
        }
        for lot in lots
    ]


def _by_lot(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.lot_id, []).append(row)
    return found


def waiting_stage(project: Project) -> str:
    """The stage of a tender whose procedure has not been begun: a sale whose result is to be recorded."""
    if project.is_sale and project.state == "closed":
        return "sale"
    return limits.first_stage(project) if project.state == "evaluated" else ""


def remedies_of(project: Project) -> list[Remedy]:
    return list(Remedy.objects.filter(project=project).select_related("organisation").order_by("-filed_at")[:50])


def publicity_papers(procedure: Procedure | None) -> list[Document]:
    return list(Document.objects.about("awards.procedure", procedure.pk)[:5]) if procedure else []


def papers_of(stream: str, pk: int) -> list[Document]:
    """The papers of a remedy, a result or a penalty, newest first."""
    return list(Document.objects.about(stream, pk)[:10])


def sale_initial(lot: Lot) -> dict[str, Any]:
    found = SaleResult.objects.filter(lot=lot).select_related("bidder__organisation").first()
    if found is None:
        return {}
    return {
        "bidder_uscc": found.bidder.organisation.uscc, "price": found.price_fen, "bidders": found.bidders,
        "rounds": found.rounds, "held_on": found.held_on, "note": found.note,
    }  # fmt: skip


def flagged(changes: list[Change]) -> bool:
    """Whether an approved change went over the share of the law."""
    return any(one.over_limit for one in changes)


def change_limit(contract: Contract) -> str:
    """The share of its amount that changes of a contract may add in government procurement, by the rule of its day."""
    found = rule(rules.CHANGE_SHARE, contract.signed_on or today())
    return display_value(found.value, found.unit)
