"""What follows from bidding together: which grade counts, who stands behind a bid, who must not bid alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procurement.bidders.models import Bidder
from procurement.bids.models import Consortium, ConsortiumMember, OpenedBid
from procurement.tenders.models import Project

Grade = ConsortiumMember.Grade
# From the highest to the lowest; who has no grade in a graded speciality stands below all of them.
ORDER = (Grade.SPECIAL, Grade.FIRST, Grade.SECOND, Grade.THIRD, Grade.NONE)


@dataclass(frozen=True)
class Counted:
    """The grade that counts for one speciality, and whose it is."""

    speciality: str
    grade: str
    label: str
    of: str


def counted_grades(members: Iterable[ConsortiumMember]) -> list[Counted]:
    """For each speciality the grade of the lower member (Tendering Law, art. 31), specialities in the order given."""
    lowest: dict[str, ConsortiumMember] = {}
    for one in members:
        held = lowest.get(one.speciality)
        if held is None or ORDER.index(Grade(one.grade)) > ORDER.index(Grade(held.grade)):
            lowest[one.speciality] = one
    return [
        Counted(name, one.grade, str(one.get_grade_display()), one.bidder.organisation.name)
        for name, one in lowest.items()
    ]


def bound_member(project: Project, bidder: Bidder) -> ConsortiumMember | None:
    """The firm's place in a consortium of the tender that it agreed to. One query."""
    rows = ConsortiumMember.objects.filter(project=project, bidder=bidder, bound=True)
    return rows.select_related("consortium__lead__organisation").first()


def firms_behind(bids: Sequence[OpenedBid]) -> dict[int, list[Bidder]]:
    """bid → the firms that answer for it: the bidder, or all members of its consortium. Two queries."""
    consortia = {bid.submission.consortium_id for bid in bids if bid.submission and bid.submission.consortium_id}
    rows = ConsortiumMember.objects.filter(consortium__in=consortia).select_related("bidder__organisation")
    members: dict[int, list[Bidder]] = {}
    for one in rows:
        members.setdefault(one.consortium_id, []).append(one.bidder)
    return {
        bid.pk: members.get(bid.submission.consortium_id or 0, [bid.bidder]) if bid.submission else [bid.bidder]
        for bid in bids
    }


def firms_of(lot_id: int, bidder: Bidder) -> list[Bidder]:
    """The firms that answer for the bid of this bidder for a lot: itself, or all members of its consortium."""
    found = consortium_of(lot_id, bidder.pk)
    return [one.bidder for one in found.members.all()] if found else [bidder]


@dataclass(frozen=True)
class JointBid:
    """A bid that a consortium stands behind, for the pages that show it."""

    bid: OpenedBid
    members: list[ConsortiumMember]
    counted: list[Counted]


def joint_bids(lot_id: int) -> list[JointBid]:
    """The bids of a lot behind which a consortium stands. One query without any, four with them."""
    rows = OpenedBid.objects.filter(lot=lot_id, submission__consortium__isnull=False)
    rows = rows.select_related("bidder__organisation", "submission__consortium")
    found = []
    for bid in rows.prefetch_related("submission__consortium__members__bidder__organisation").order_by("pk"):
        assert bid.submission is not None and bid.submission.consortium is not None  # noqa: S101 - the query asks
        members = list(bid.submission.consortium.members.all())
        found.append(JointBid(bid, members, counted_grades(members)))
    return found


def consortium_of(lot_id: int, bidder_id: int) -> Consortium | None:
    """The consortium whose bid for a lot was opened under this leading firm; None for who bid alone."""
    rows = Consortium.objects.filter(submissions__opened__lot=lot_id, submissions__opened__bidder=bidder_id)
    return rows.prefetch_related("members__bidder__organisation").first()
