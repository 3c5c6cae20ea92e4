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
from procurement.bids.models import OpenedBid, OpenedFile
from procurement.bids.querysets import OPEN_STATES
from procurement.evaluation.models import EvaluatedBid
from procurement.models import SALES, Category, Method
from procurement.oversight.models import Reading, Trace
from procurement.tenders.models import Bond, Document, Download, Lot, Project

IDENTITY = "bidder_identity"
PEOPLE = BidderPerson.Kind
CONTROL_BP = 5_000  # half of the shares: control


class Held(NamedTuple):
    """One value of a fact that a bidder holds: compared by digest, told by where it was found and what may be shown."""

    organisation: int
    digest: str
    where: str
    shown: str = ""
    share_bp: int | None = None


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
               "submission__phone_blind", "bidder__phone_blind")  # fmt: skip
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


def _hold(
    lot: LotFacts, fact: str, organisation: int, digest: Any, where: str, shown: str = "", share_bp: int | None = None
) -> None:
    if digest:
        lot.facts[fact].append(Held(organisation, str(digest), where, shown, share_bp))


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
        bidding = {bid.organisation for bid in lot.bids}
        for organisation, user, address, device in sorted(taken[lot.project], key=str):
            if organisation in bidding:
                _hold(lot, "agent", organisation, user and f"user:{user}", "download")
                _hold(lot, "address", organisation, address, "download")
                _hold(lot, "device", organisation, device, "download")


def _people(lots: dict[int, LotFacts], scope: Any) -> None:
    """Legal persons, shareholders and staff who stood with the bidders at any time from the notice to the opening."""
    if not lots:
        return
    bidders = OpenedBid.objects.filter(lot__project__in=scope).order_by().values("bidder")
    first, last = min(lot.announced_at for lot in lots.values()), max(lot.opened_at for lot in lots.values())
    rows = BidderPerson.objects.filter(bidder__in=bidders).stood(first, last).order_by("pk")
    behind: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("bidder_id", "added_at", "ended_at", "kind", "name", "identity_blind", "phone_blind", "share_bp")
    for bidder, *one in rows.values_list(*columns):
        behind[bidder].append(tuple(one))
    owners = {one[4] for rows in behind.values() for one in rows if one[2] == PEOPLE.SHAREHOLDER}
    codes = {bid.uscc for lot in lots.values() for bid in lot.bids}
    own = {uscc: crypto.blind_now(IDENTITY, uscc) for uscc in codes} if owners else {}
    for lot in lots.values():
        for bid in lot.bids:
            # A firm that holds shares of another bidder is found under its own credit code.
            if own.get(bid.uscc) in owners:
                _hold(lot, "shareholder", bid.organisation, own[bid.uscc], "itself", bid.name, share_bp=10_000)
            for added, ended, *one in behind[bid.bidder]:
                if BidderPerson.stood(added, ended, lot.announced_at, lot.opened_at):
                    _person(lot, bid.organisation, *one)


def _person(lot: LotFacts, organisation: int, kind: str, name: str, identity: Any, phone: Any, share: Any) -> None:
    if kind == PEOPLE.LEGAL_PERSON:
        _hold(lot, "legal_person", organisation, identity, kind, name)
    elif kind == PEOPLE.SHAREHOLDER:
        _hold(lot, "shareholder", organisation, identity, kind, name, share_bp=share)
    else:
        _hold(lot, "staff", organisation, identity, kind, name)
    _hold(lot, "phone", organisation, phone, kind, name)


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
    for lot_id, organisation, declared, today, reference in rows.values_list(*columns):
        lot = lots.get(lot_id)
        if lot is not None and any(bid.organisation == organisation for bid in lot.bids):
            _hold(lot, "account", organisation, declared or today, "bond", reference)


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
