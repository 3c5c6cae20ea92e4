"""Everything public of one tender, read once: a fixed number of queries, however many lots, bids and contracts."""

from dataclasses import dataclass, field

from portal.people.models import Organisation
from procurement.awards.models import Award, Change, Contract, Milestone, Payment, WithdrawnAward
from procurement.bidders.models import Bidder
from procurement.bids.joint import firms_behind
from procurement.bids.models import OpenedBid, Opening
from procurement.bids.querysets import OPEN_STATES
from procurement.evaluation.models import Candidate, EvaluatedBid, Sheet
from procurement.evaluation.policies import RESULT_PUBLIC
from procurement.models import Deal, Status
from procurement.tenders.models import Document, Lot, Notice, Project

OWN = "own"  # the source under which the register of deals keeps the portal's own


@dataclass(frozen=True)
class Facts:
    """The rows that a release is made of. What is not public yet is not read, so nothing can leak from here."""

    project: Project
    lots: list[Lot]
    documents: list[Document]
    notices: list[Notice]
    answered: bool
    sheets: list[Sheet]
    opening: Opening | None
    bids: list[OpenedBid]
    behind: dict[tuple[int, int], list[Organisation]]  # by lot and bidder: itself, or its consortium, the lead first
    rejected: frozenset[int]
    judged: frozenset[int]
    left: frozenset[int]  # bids that left the negotiation before a final offer
    final: dict[int, int]  # final offers in fen, by the bid
    awards: dict[int, Award]
    withdrawn: dict[int, list[WithdrawnAward]]
    failed_lots: frozenset[int]
    contracts: list[Contract]
    changes: dict[int, list[Change]]
    milestones: dict[int, list[Milestone]]
    paid: dict[int, list[Payment]]

    def firms(self, lot_id: int, bidder: Bidder) -> list[Organisation]:
        """Who answers for the bid of this bidder: itself, or every firm of its consortium."""
        return self.behind.get((lot_id, bidder.pk), [bidder.organisation])


def facts_of(project: Project) -> Facts:
    """Read what is public now. The caller holds the tender's lock, or reads a tender that stands still."""
    lots = list(project.lots.all())
    opening = Opening.objects.filter(project=project, state__in=OPEN_STATES).first()
    bids = list(_bids(project)) if opening else []
    found = _judged(project) if bids else Judged()
    contracts = list(_contracts(project))
    return Facts(
        project=project,
        lots=lots,
        documents=list(project.documents.filter(withdrawn_at__isnull=True).select_related("file")),
        notices=list(project.notices.order_by("published_at", "pk")),
        answered=project.questions.filter(answered_at__isnull=False).exists(),
        sheets=list(Sheet.objects.filter(lot__project=project)),
        opening=opening,
        bids=bids,
        behind=_behind(bids),
        rejected=found.rejected,
        judged=found.judged,
        left=found.left,
        final=found.final,
        awards={one.lot_id: one for one in _awards(project)},
        withdrawn=_withdrawn(project),
        failed_lots=_failed(project, lots),
        contracts=contracts,
        changes=_changes(contracts),
        milestones=_milestones(contracts),
        paid=_paid(contracts),
    )


def _bids(project: Project) -> "list[OpenedBid]":
    rows = OpenedBid.objects.public().filter(lot__project=project)
    rows = rows.select_related("bidder__organisation", "lot", "submission")
    return list(rows.order_by("lot__number", "pk"))


def _behind(bids: list[OpenedBid]) -> dict[tuple[int, int], list[Organisation]]:
    firms = firms_behind(bids)
    return {
        (bid.lot_id, bid.bidder_id): [
            bid.bidder.organisation,
            *(one.organisation for one in sorted(firms[bid.pk], key=lambda one: one.pk) if one.pk != bid.bidder_id),
        ]
        for bid in bids
    }


@dataclass(frozen=True)
class Judged:
    """What the committee made of the bids."""

    rejected: frozenset[int] = frozenset()
    judged: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    final: dict[int, int] = field(default_factory=dict)


def _judged(project: Project) -> Judged:
    """Bids that the committee rejected, all that it judged, who left and the final offers: said once the result is
    public, never before.
    """
    if project.state not in RESULT_PUBLIC:
        return Judged()
    rows = EvaluatedBid.objects.filter(evaluation__lot__project=project, evaluation__ended_at__isnull=False)
    columns = ("bid_id", "rejected", "left", "price_fen", "evaluation__negotiation__closed_at")
    rejected, left, final = {}, {}, {}
    for bid, is_out, is_gone, price, closed in rows.order_by("evaluation__session_id", "pk").values_list(*columns):
        rejected[bid], left[bid] = is_out and not is_gone, is_gone
        if closed is not None and not is_out:
            final[bid] = price
    named = Candidate.every.filter(lot__project=project).values_list("bid", flat=True)
    return Judged(
        rejected=frozenset(pk for pk, yes in rejected.items() if yes), judged=frozenset({*rejected, *named}),
        left=frozenset(pk for pk, yes in left.items() if yes), final=final,
    )  # fmt: skip


def _awards(project: Project) -> "list[Award]":
    return list(Award.objects.filter(lot__project=project).select_related("bidder__organisation"))


def _withdrawn(project: Project) -> dict[int, list[WithdrawnAward]]:
    found: dict[int, list[WithdrawnAward]] = {}
    rows = WithdrawnAward.objects.filter(lot__project=project).select_related("bidder__organisation")
    for one in rows.order_by("pk"):
        found.setdefault(one.lot_id, []).append(one)
    return found


def _failed(project: Project, lots: list[Lot]) -> frozenset[int]:
    """Lots that nobody got although others of the tender were awarded; the register of deals knows them."""
    if project.state not in ("awarded", "contracted", "completed"):
        return frozenset()
    names = {f"{project.number}/{lot.number}": lot.pk for lot in lots}
    rows = Deal.objects.filter(source=OWN, external_id__in=names, status=Status.FAILED)
    return frozenset(names[name] for name in rows.values_list("external_id", flat=True))


def _contracts(project: Project) -> "list[Contract]":
    """Contracts that were published; the others are between their sides."""
    rows = Contract.objects.public().filter(lot__project=project)
    return list(rows.select_related("bidder__organisation", "lot").order_by("pk"))


def _changes(contracts: list[Contract]) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = {}
    rows = Change.objects.filter(contract__in=contracts, verdict=Change.Verdict.APPROVED) if contracts else []
    for one in rows:
        found.setdefault(one.contract_id, []).append(one)
    return found


def _milestones(contracts: list[Contract]) -> dict[int, list[Milestone]]:
    found: dict[int, list[Milestone]] = {}
    for one in Milestone.objects.filter(contract__in=contracts).order_by("pk") if contracts else []:
        found.setdefault(one.contract_id, []).append(one)
    return found


def _paid(contracts: list[Contract]) -> dict[int, list[Payment]]:
    """Instalments that were paid; what is owed is a plan between the sides."""
    found: dict[int, list[Payment]] = {}
    rows = Payment.objects.filter(contract__in=contracts, paid_on__isnull=False).order_by("pk") if contracts else []
    for one in rows:
        found.setdefault(one.contract_id, []).append(one)
    return found
