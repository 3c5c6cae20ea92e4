"""What is known of opened lots, of any number of tenders in the same few queries: what the signs are computed from."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from portal.core import crypto
from portal.core.time import local_date
from procurement import screens
from procurement.awards.models import Award, Subcontract
from procurement.bidders.models import BidderPerson
from procurement.bids.models import ConsortiumMember, OpenedBid, OpenedFile
from procurement.bids.querysets import OPEN_STATES
from procurement.evaluation.models import EvaluatedBid
from procurement.models import SALES, Category, Method
from procurement.oversight.models import Reading, Trace
from procurement.tenders.models import Bond, Document, Download, Lot, Project

IDENTITY = "bidder_identity"
PEOPLE = BidderPerson.Kind


class Firm(NamedTuple):
    """One firm behind a bid: the bidder itself, or a member of the consortium that it leads."""

    bidder: int
    organisation: int
    name: str
    uscc: str


class Held(NamedTuple):
    """One value of a fact that a bidder holds: compared by digest, told by where it was found and what may be shown.

    `organisation` is the bidder; `member` the firm of its consortium that holds the value, where that is another one.
    """

    organisation: int
    digest: str
    where: str
    shown: str = ""
    share_bp: int | None = None
    member: Firm | None = None


@dataclass(slots=True)
class BidFacts:
    """One opened bid. `price_fen` is None where none could be read."""

    pk: int
    bidder: int
    organisation: int
    name: str
    uscc: str
    price_fen: int | None
    rejected: bool
    won: bool = False
    received_at: dt.datetime | None = None
    items: dict[str, list[Any]] = field(default_factory=dict)
    members: list[Firm] = field(default_factory=list)

    @property
    def firms(self) -> list[Firm]:
        """All who answer for the bid, the bidder first."""
        return [Firm(self.bidder, self.organisation, self.name, self.uscc), *self.members]


@dataclass
class LotFacts:
    """One opened lot with its bids and what they share. `facts`: name of the fact -> who holds which value."""

    pk: int
    project: int
    number: str
    category: str
    method: str
    below_threshold: bool
    announced_at: dt.datetime
    opened_at: dt.datetime
    documents_from_on: dt.date | None
    deadline_at: dt.datetime | None
    bids: list[BidFacts] = field(default_factory=list)
    facts: dict[str, list[Held]] = field(default_factory=lambda: defaultdict(list))
    subcontracts: list[tuple[str, int]] = field(default_factory=list)  # credit code, fen
    _seen: tuple[screens.Limits, list[screens.Sign]] | None = None

    @property
    def law(self) -> str:
        """ "t" tendering law, "g" tenders of government procurement, "o" its other ways, "s" sales."""
        if self.method in SALES:
            return "s"
        if self.category != Category.GOVERNMENT:
            return "t"
        return "g" if self.method in (Method.OPEN, Method.INVITED) else "o"

    @cached_property
    def opened_on(self) -> dt.date:
        return local_date(self.opened_at)

    @property
    def is_sale(self) -> bool:
        return self.law == "s"

    @property
    def is_competitive(self) -> bool:
        return self.method != Method.SINGLE

    @cached_property
    def priced(self) -> list[screens.Bid]:
        """The bids with a price, as the arithmetic takes them; a bidder is named by the organisation's key."""
        return [
            screens.Bid(
                bidder=str(bid.organisation), price_fen=bid.price_fen, is_rejected=bid.rejected, is_winner=bid.won,
                unit_prices={code: line[1] for code, line in bid.items.items()},
            )
            for bid in self.bids
            if bid.price_fen
        ]  # fmt: skip

    @cached_property
    def valid_prices(self) -> list[int]:
        return [bid.price_fen for bid in self.bids if bid.price_fen and not bid.rejected]

    @cached_property
    def figures(self) -> screens.Screens:
        """The eight statistical figures of the valid prices."""
        return screens.screens(self.valid_prices)

    def price_signs(self, limits: screens.Limits) -> list[screens.Sign]:
        """What the arithmetic of prices sees in this lot; computed once, since a dozen signs ask for it."""
        if self._seen is None or self._seen[0] != limits:
            self._seen = (limits, screens.signs(self.priced, limits, self.figures))
        return self._seen[1]


Projects = QuerySet[Project]


def load(projects: Projects) -> list[LotFacts]:
    """The opened lots of these tenders. A fixed number of queries, however many tenders there are."""
    scope = projects.filter(opening__state__in=OPEN_STATES).order_by().values("pk")
    lots = _lots(scope)
    _bids(lots, scope)
    _traces(lots, scope)
    _downloads(lots, scope)
    _people(lots, scope)
    _bonds(lots, scope)
    _same_files(lots, scope)
    _subcontracts(lots, scope)
    return [lot for _pk, lot in sorted(lots.items()) if lot.bids]


def _lots(scope: Any) -> dict[int, LotFacts]:
    columns = ("pk", "project_id", "project__number", "project__category", "project__method",
               "project__below_threshold", "project__announced_at", "project__opening__opened_at",
               "project__documents_from_on", "project__deadline_at")  # fmt: skip
    rows = Lot.objects.filter(project__in=scope, project__opening__opened_at__isnull=False).order_by()
    return {
        pk: LotFacts(pk, project, number, category, method, below, announced or opened, opened, first, deadline)
        for pk, project, number, category, method, below, announced, opened, first, deadline in rows.values_list(
            *columns
        )
    }


def _bids(lots: dict[int, LotFacts], scope: Any) -> None:
    """The bids with price, rejection and award; and what stands in the book, else in the bidder's profile."""
    verdicts = EvaluatedBid.objects.filter(bid__lot__project__in=scope).order_by("evaluation_id")
    # The latest evaluation of a bid counts. Its price is the final offer where there was a negotiation; whoever left it
    # was not rejected, and has no price that could be compared.
    judged = {
        bid: (rejected and not left, left, evaluated if closed and not rejected else None)
        for bid, rejected, left, evaluated, closed in verdicts.values_list(
            "bid_id", "rejected", "left", "price_fen", "evaluation__negotiation__closed_at"
        )
    }
    winners = set(Award.objects.filter(lot__project__in=scope).values_list("lot_id", "bidder_id"))
    items = dict(Reading.objects.filter(bid__lot__project__in=scope).values_list("bid_id", "items"))
    columns = ("pk", "lot_id", "bidder_id", "bidder__organisation_id", "bidder__organisation__name",
               "bidder__organisation__uscc", "price_fen", "finding", "submission__received_at",
               "submission__sent_by_id", "submission__sender_blind", "submission__device",
               "submission__consortium_id", "submission__phone_blind", "bidder__phone_blind")  # fmt: skip
    joint: dict[int, list[tuple[LotFacts, BidFacts]]] = defaultdict(list)
    rows = OpenedBid.objects.filter(lot__project__in=scope).order_by("pk").values_list(*columns)
    for (
        pk,
        lot_id,
        bidder,
        organisation,
        name,
        uscc,
        price,
        finding,
        received,
        sender,
        address,
        device,
        consortium,
        *phones,
    ) in rows:
        lot = lots.get(lot_id)
        if lot is None:
            continue
        rejected, left, final = judged.get(pk, (False, False, None))
        out = bool(finding) or rejected
        price = None if left else final or price
        bid = BidFacts(pk, bidder, organisation, name, uscc, price, out, (lot_id, bidder) in winners, received)
        bid.items = items.get(pk) or {}
        lot.bids.append(bid)
        _hold(lot, "agent", organisation, sender and f"user:{sender}", "upload")
        _hold(lot, "address", organisation, address, "upload")
        _hold(lot, "device", organisation, device, "upload")
        _hold(lot, "phone", organisation, phones[0] or phones[1], "contact")
        if consortium:
            joint[consortium].append((lot, bid))
    _members(joint)


def _members(joint: dict[int, list[tuple[LotFacts, BidFacts]]]) -> None:
    """The firms behind joint bids. No query without any."""
    if not joint:
        return
    rows = ConsortiumMember.objects.filter(consortium__in=joint, is_lead=False).order_by("pk")
    columns = ("consortium_id", "bidder__phone_blind", "bidder_id", "bidder__organisation_id",
               "bidder__organisation__name", "bidder__organisation__uscc")  # fmt: skip
    for consortium, phone, *firm in rows.values_list(*columns):
        for lot, bid in joint[consortium]:
            member = Firm(*firm)
            bid.members.append(member)
            _hold(lot, "phone", bid.organisation, phone, "contact", member=member)


def _hold(
    lot: LotFacts,
    fact: str,
    organisation: int,
    digest: Any,
    where: str,
    shown: str = "",
    share_bp: int | None = None,
    member: Firm | None = None,
) -> None:
    if digest:
        lot.facts[fact].append(Held(organisation, str(digest), where, shown, share_bp, member))


def _behind(lot: LotFacts) -> dict[int, list[tuple[BidFacts, Firm | None]]]:
    """organisation → the bids that it stands behind; with itself where it is another one's member."""
    found: dict[int, list[tuple[BidFacts, Firm | None]]] = defaultdict(list)
    for bid in lot.bids:
        for firm in bid.firms:
            found[firm.organisation].append((bid, firm if firm in bid.members else None))
    return found


TRACES = {
    Trace.Kind.AUTHOR.value: "preparer", Trace.Kind.MACHINE.value: "machine", Trace.Kind.PERSON.value: "staff",
    Trace.Kind.OTHER.value: "mixed",
}  # fmt: skip


def _traces(lots: dict[int, LotFacts], scope: Any) -> None:
    columns = ("bid__lot_id", "bid__bidder__organisation_id", "kind", "digest", "shown", "file__file__name")
    rows = Trace.objects.filter(bid__lot__project__in=scope).order_by("pk")
    for lot_id, organisation, kind, digest, shown, name in rows.values_list(*columns):
        if lot_id in lots:
            _hold(lots[lot_id], TRACES[kind], organisation, digest, name or "", shown)


def _downloads(lots: dict[int, LotFacts], scope: Any) -> None:
    """Who took the documents for whom, and from where; of those only who also bid."""
    rows = Download.objects.filter(project__in=scope, organisation__isnull=False).order_by()
    columns = ("project_id", "organisation_id", "user_id", "sender_blind", "device")
    taken: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for project, *one in rows.values_list(*columns).distinct():
        taken[project].add(tuple(one))
    for lot in lots.values():
        bidding = _behind(lot)
        for organisation, user, address, device in sorted(taken[lot.project], key=str):
            for bid, member in bidding.get(organisation, ()):
                _hold(lot, "agent", bid.organisation, user and f"user:{user}", "download", member=member)
                _hold(lot, "address", bid.organisation, address, "download", member=member)
                _hold(lot, "device", bid.organisation, device, "download", member=member)


def _people(lots: dict[int, LotFacts], scope: Any) -> None:
    """Legal persons, shareholders and staff who stood with the firms at any time from the notice to the opening."""
    if not lots:
        return
    bidders = OpenedBid.objects.filter(lot__project__in=scope).order_by().values("bidder")
    first, last = min(lot.announced_at for lot in lots.values()), max(lot.opened_at for lot in lots.values())
    people = BidderPerson.objects.filter(bidder__in=bidders)
    if any(bid.members for lot in lots.values() for bid in lot.bids):
        members = ConsortiumMember.objects.filter(consortium__submissions__opened__lot__project__in=scope)
        people |= BidderPerson.objects.filter(bidder__in=members.order_by().values("bidder"))
    rows = people.stood(first, last).order_by("pk")
    behind: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("bidder_id", "added_at", "ended_at", "kind", "name", "identity_blind", "phone_blind", "share_bp")
    for bidder, *one in rows.values_list(*columns):
        behind[bidder].append(tuple(one))
    owners = {one[4] for rows in behind.values() for one in rows if one[2] == PEOPLE.SHAREHOLDER}
    codes = {firm.uscc for lot in lots.values() for bid in lot.bids for firm in bid.firms}
    own = {uscc: crypto.blind_now(IDENTITY, uscc) for uscc in codes} if owners else {}
    for lot in lots.values():
        for bid in lot.bids:
            for firm in bid.firms:
                member = firm if firm in bid.members else None
                # A firm that holds shares of another bidder is found under its own credit code.
                if own.get(firm.uscc) in owners:
                    code = own[firm.uscc]
                    _hold(lot, "shareholder", bid.organisation, code, "itself", firm.name, 10_000, member)
                for added, ended, *one in behind[firm.bidder]:
                    if BidderPerson.stood(added, ended, lot.announced_at, lot.opened_at):
                        _person(lot, bid.organisation, member, *one)


FACTS = {PEOPLE.LEGAL_PERSON.value: "legal_person", PEOPLE.SHAREHOLDER.value: "shareholder"}


def _person(lot: LotFacts, bidder: int, member: Firm | None, kind: str, name: str, *values: Any) -> None:
    identity, phone, share = values
    _hold(lot, FACTS.get(kind, "staff"), bidder, identity, kind, name, share, member)
    _hold(lot, "phone", bidder, phone, kind, name, member=member)


def _bonds(lots: dict[int, LotFacts], scope: Any) -> None:
    """Bonds by transfer leave the basic account that the bidder had when it declared them.

    One that was declared without any is compared by the account of the profile.
    """
    rows = Bond.objects.filter(lot__project__in=scope, kind=Bond.Kind.TRANSFER).exclude(state="rejected").order_by("pk")
    columns = (
        "lot_id",
        "organisation_id",
        "bank_account_blind",
        "organisation__bidder__bank_account_blind",
        "reference",
    )
    firms = {pk: _behind(lot) for pk, lot in lots.items()}
    for lot_id, organisation, declared, today, reference in rows.values_list(*columns):
        lot = lots.get(lot_id)
        if lot is None:
            continue
        for bid, member in firms[lot_id].get(organisation, ()):
            _hold(lot, "account", bid.organisation, declared or today, "bond", reference, member=member)


def _same_files(lots: dict[int, LotFacts], scope: Any) -> None:
    """The contents of the bids' documents; what the tender itself handed out is everybody's."""
    given = set(Document.objects.filter(project__in=scope).values_list("project_id", "file__sha256"))
    columns = ("bid__lot_id", "bid__lot__project_id", "bid__bidder__organisation_id", "file__sha256", "file__name")
    rows = OpenedFile.objects.filter(bid__lot__project__in=scope).order_by("pk")
    for lot_id, project, organisation, sha256, name in rows.values_list(*columns):
        if lot_id in lots and (project, sha256) not in given:
            _hold(lots[lot_id], "file", organisation, sha256, name, sha256[:16])


def _subcontracts(lots: dict[int, LotFacts], scope: Any) -> None:
    rows = Subcontract.objects.filter(contract__lot__project__in=scope).order_by("pk")
    for lot_id, uscc, amount in rows.values_list("contract__lot_id", "uscc", "amount_fen"):
        if lot_id in lots:
            lots[lot_id].subcontracts.append((uscc, amount))


def groups(held: Iterable[Held]) -> list[list[Held]]:
    """The values that two or more firms hold, each with all its holders; in a fixed order."""
    rows = list(held)
    if len({one.digest for one in rows}) == len(rows):
        return []
    by_value: dict[str, list[Held]] = defaultdict(list)
    for one in rows:
        by_value[one.digest].append(one)
    return [same for _digest, same in sorted(by_value.items()) if len({one.organisation for one in same}) > 1]
