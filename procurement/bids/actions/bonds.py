"""The bonds behind bids: let go or kept with the bid, judged once more after the opening, asked for by the evaluation.

Here lies what the room of tenders cannot know: which firm stands behind which bid.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import WrongState
from portal.core.events import record
from portal.core.time import local_date, now
from procurement.bidders.models import Bidder
from procurement.bids import findings, notices
from procurement.bids.actions.common import PORTAL, locked_opening, locked_project, touch
from procurement.bids.joint import firms_behind
from procurement.bids.models import Book, Consortium, ConsortiumMember, OpenedBid, Opening
from procurement.bids.opened import JUDGED_ANEW, bid_digest
from procurement.tenders.actions.bonds import keep, release
from procurement.tenders.models import Bond, Project

# What was held at the opening and has left the centre since; what went back for a withdrawn bid held for none.
STOOD = Q(state__in=("held", "due_back")) | Q(state__in=("returned", "forfeited")) & ~Q(ground=Bond.Ground.WITHDRAWN)
WAITING = _(
    "The evaluation begins when every bid bond is confirmed or refused. Still waiting: %(bids)s. The page of the tender"
    " lists these bonds."
)


# --- with the bid -----------------------------------------------------------------------------------------------------


def bonds_of(book: Book, bidder: Bidder, consortium: Consortium | None) -> QuerySet[Bond]:
    """The bonds for a lot of those who stand behind a bid."""
    bonds = Bond.objects.filter(lot=book.lot_id)
    if consortium is None:
        return bonds.filter(organisation=bidder.organisation_id)
    return bonds.filter(organisation__in=consortium.members.values("bidder__organisation"))


def let_go_withdrawn(book: Book, bidder: Bidder, consortium: Consortium | None, at: dt.datetime) -> None:
    """A bid was taken back before the deadline: its bond goes back (tendering regulation, art. 35; measures on
    goods and services, art. 38). The book is locked."""
    release(bonds_of(book, bidder, consortium), Bond.Ground.WITHDRAWN, local_date(at), PORTAL)


def keep_for_new_bid(book: Book, bidder: Bidder, consortium: Consortium | None) -> None:
    """A bid came in, perhaps after one that was taken back: then its bond stays, unless it has gone back already."""
    keep(bonds_of(book, bidder, consortium), PORTAL)


def let_go_unused(books: Sequence[Book], at: dt.datetime, actor: Actor) -> None:
    """At the end of the opening: bonds of firms that made no bid; those of failed lots went back. All is locked."""
    for book in books:
        if book.outcome != Book.Outcome.SHORT:
            unused = Bond.objects.filter(lot=book.lot_id).exclude(organisation__in=_behind_bids(book))
            release(unused, Bond.Ground.NO_BID, local_date(at), actor)


def _behind_bids(book: Book) -> set[int]:
    """The organisations that stand behind a bid of the lot, alone or as members."""
    sent = book.submissions.counting()
    joint = ConsortiumMember.objects.filter(consortium__in=sent.values("consortium"))
    alone = sent.values_list("bidder__organisation", flat=True)
    return {*alone, *joint.values_list("bidder__organisation", flat=True)}


# --- after the opening ------------------------------------------------------------------------------------------------


def check_settled(project: Project, actor: Actor) -> None:
    """Every bid that is to be evaluated has a bond that is held; bids whose bond was refused are out before.

    The tender is locked. Raises WrongState that names the lots and receipts of the bids whose bond still waits.
    """
    waiting, without = _sorted(project)
    if waiting:
        raise WrongState(WAITING, bids=_numbers(waiting))
    if without:
        _rule_out(locked_opening(project.pk), without, actor)


@action
def judge_anew(bond_id: int) -> int:
    """A bond was refused after the opening: the bid behind which nothing else stands is out. Safe to repeat.

    Returns how many bids are out. The portal's own step; once the evaluation has begun no bond waits any more.
    """
    project_id = Bond.objects.filter(pk=bond_id).values_list("lot__project", flat=True).first()
    if project_id is None or not Opening.objects.filter(project=project_id, opened_at__isnull=False).exists():
        return 0
    project = locked_project(project_id)
    opening = locked_opening(project_id)
    without = _sorted(project)[1] if project.state == "opened" else []
    _rule_out(opening, without, PORTAL)
    return len(without)


def _sorted(project: Project) -> tuple[list[OpenedBid], list[OpenedBid]]:
    """Bids in good order whose bond waits for its confirmation, and those behind which no bond stands."""
    rows = OpenedBid.objects.filter(lot__project=project, finding="", lot__bond_fen__gt=0)
    bids = list(rows.select_related("lot", "bidder__organisation", "submission").order_by("lot__number", "pk"))
    behind = firms_behind(bids)
    bonds = Bond.objects.filter(lot__project=project)
    stood = _by_lot(bonds.filter(STOOD).values_list("lot", "organisation"))
    declared = _by_lot(bonds.filter(state="declared").values_list("lot", "organisation"))
    waiting: list[OpenedBid] = []
    without: list[OpenedBid] = []
    for bid in bids:
        firms = {firm.organisation_id for firm in behind[bid.pk]}
        if firms & stood.get(bid.lot_id, set()):
            continue
        (waiting if firms & declared.get(bid.lot_id, set()) else without).append(bid)
    return waiting, without


def _by_lot(pairs: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for lot, organisation in pairs:
        found[lot].add(organisation)
    return found


def _numbers(bids: Sequence[OpenedBid]) -> str:
    """Lot and receipt of each bid, as 1/3: no names, the sentence may stand where they are secret."""
    return ", ".join(f"{bid.lot.number}/{bid.submission.sequence if bid.submission else bid.pk}" for bid in bids)


def _rule_out(opening: Opening, bids: Sequence[OpenedBid], actor: Actor) -> None:
    """Write the finding with the new digest into the chained event, so that it is no tampering. All is locked."""
    for bid in bids:
        bid.finding = findings.NO_BOND
        bid.facts = {"amount": bid.lot.bond_fen, "found_on": local_date(now()).isoformat()}
        bid.save(update_fields=["finding", "facts"])
        data = {
            "sequence": bid.submission.sequence if bid.submission else None, "finding": bid.finding,
            "bidder": bid.bidder.organisation.name, "bids": {str(bid.pk): bid_digest(bid)},
        }  # fmt: skip
        event = record(opening, JUDGED_ANEW, actor, data=data)
        touch(opening)
        notices.tell_judged_anew(opening, bid, event)
