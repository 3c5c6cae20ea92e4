"""What became of a tender, in the standard's words: bids after the opening, awards, published contracts."""

from typing import Any

from procurement.awards.models import Contract, Milestone
from procurement.bids.findings import CHECKS
from procurement.bids.models import OpenedBid
from procurement.opendata.exact import midnight, moment, value, yuan
from procurement.opendata.facts import Facts
from procurement.opendata.parties import Parties
from procurement.tenders.models import Lot

Section = dict[str, Any]
# A contract that ended is "terminated" in the standard, whether it was fulfilled or broken off.
CONTRACT_STATUS = {"signed": "active", "completed": "terminated", "terminated": "terminated"}


def bid_id(bid: OpenedBid) -> str:
    """One bidder has one opened bid a lot."""
    return f"{bid.lot.number}-{bid.bidder.organisation.uscc}"


def award_id(number: str, lot: Lot, turn: int) -> str:
    """The `turn`-th award of a lot: one that was taken back keeps its own."""
    return f"{number}-{lot.number}-{turn}"


# --- bids ---------------------------------------------------------------------------------------------------------------


def bids(facts: Facts, parties: Parties) -> Section:
    """Nothing before the opening: until then not even the number of bids is known (tendering law, art. 22)."""
    if facts.opening is None:
        return {}
    return {
        "statistics": [one for lot in facts.lots for one in _statistics(facts, lot)],
        "details": [_bid(facts, one, parties) for one in facts.bids],
    }


def _bid(facts: Facts, bid: OpenedBid, parties: Parties) -> Section:
    said: Section = {
        "id": bid_id(bid), "date": _received(bid), "status": _bid_status(facts, bid),
        "tenderers": [parties.named(one, "tenderer") for one in facts.firms(bid.lot_id, bid.bidder)],
        "relatedLots": [str(bid.lot.number)],
    }  # fmt: skip
    if (price := _price(facts, bid)) is not None:
        said["value"] = value(price)
    return said


def _received(bid: OpenedBid) -> str:
    """When it came in; the opening, for one whose submission is not known by itself."""
    return moment(bid.submission.received_at if bid.submission else bid.opened_at)


def price_read_out(bid: OpenedBid) -> int | None:
    """The price in fen, where the opening read it out."""
    found = CHECKS.get(bid.finding)
    return bid.price_fen if not bid.finding or (found is not None and found.readable) else None


def _price(facts: Facts, bid: OpenedBid) -> int | None:
    """The final offer after a negotiation, once the result is public; until then what the opening read out."""
    return facts.final.get(bid.pk, price_read_out(bid))


def _bid_status(facts: Facts, bid: OpenedBid) -> str:
    """What the opening found at once; what the committee found when the result is public."""
    if bid.finding or bid.pk in facts.rejected:
        return "disqualified"
    if bid.pk in facts.left:
        return "withdrawn"
    return "valid" if bid.pk in facts.judged else "pending"


def _statistics(facts: Facts, lot: Lot) -> list[Section]:
    here = [one for one in facts.bids if one.lot_id == lot.pk]
    if not here:
        return []
    told: list[tuple[str, Any]] = [("bids", len(here)), ("bidders", len({one.bidder_id for one in here}))]
    valid = [one for one in here if _bid_status(facts, one) == "valid"]
    if any(one.pk in facts.judged for one in here):
        out = [one for one in here if _bid_status(facts, one) == "disqualified"]
        told += [("validBids", len(valid)), ("disqualifiedBids", len(out))]
        prices = [price for one in valid if (price := facts.final.get(one.pk, one.price_fen)) is not None]
        if prices:
            told += [("lowestValidBidValue", min(prices)), ("highestValidBidValue", max(prices))]
    return [_statistic(lot, measure, number) for measure, number in told]


def _statistic(lot: Lot, measure: str, number: int) -> Section:
    said: Section = {
        "id": f"{lot.number}-{measure}",
        "measure": measure,
        "value": number,
        "relatedLot": str(lot.number),
    }
    return said | ({"value": yuan(number), "currency": "CNY"} if measure.endswith("Value") else {})


# --- awards -------------------------------------------------------------------------------------------------------------


def awards(facts: Facts, parties: Parties) -> list[Section]:
    """Each award with the ones before it that did not last; a lot that nobody got is an unsuccessful award."""
    found = []
    number = facts.project.number
    for lot in facts.lots:
        gone = facts.withdrawn.get(lot.pk, [])
        for turn, one in enumerate(gone, start=1):
            found.append(_award(facts, award_id(number, lot, turn), lot, one, "cancelled", parties))
        following = award_id(number, lot, len(gone) + 1)
        if lot.pk in facts.awards:
            found.append(_award(facts, following, lot, facts.awards[lot.pk], "active", parties))
        elif lot.pk in facts.failed_lots:
            found.append({"id": following, "status": "unsuccessful", "title": lot.name, "items": [_item(lot)]})
    return found


def _award(facts: Facts, name: str, lot: Lot, award: Any, status: str, parties: Parties) -> Section:
    bid = next((one for one in facts.bids if one.lot_id == lot.pk and one.bidder_id == award.bidder_id), None)
    said: Section = {
        "id": name, "title": lot.name, "status": status, "date": midnight(award.awarded_on),
        "value": value(award.price_fen),
        "suppliers": [parties.named(one, "supplier") for one in facts.firms(lot.pk, award.bidder)],
        "items": [_item(lot)],
    }  # fmt: skip
    return said | ({"relatedBids": [bid_id(bid)]} if bid else {})


def _item(lot: Lot) -> Section:
    return {"id": str(lot.number), "description": lot.name, "quantity": 1}


# --- contracts ----------------------------------------------------------------------------------------------------------


def contracts(facts: Facts, parties: Parties) -> list[Section]:
    """Published contracts with their approved changes and what is recorded of their performance."""
    return [_contract(facts, one, parties) for one in facts.contracts]


def _contract(facts: Facts, contract: Contract, parties: Parties) -> Section:
    said: Section = {
        "id": contract.number,
        "awardID": _award_of(facts, contract),
        "title": contract.lot.name,
        "status": CONTRACT_STATUS[contract.state],
        "value": value(contract.total_fen),
        "items": [_item(contract.lot)],
        "amendments": [_change(one) for one in facts.changes.get(contract.pk, [])],
    }
    if contract.starts_on and contract.ends_on:
        said["period"] = {"startDate": midnight(contract.starts_on), "endDate": midnight(contract.ends_on)}
    if contract.signed_on:
        said["dateSigned"] = midnight(contract.signed_on)
    said["implementation"] = _performance(facts, contract, parties)
    return {name: one for name, one in said.items() if one}


def _performance(facts: Facts, contract: Contract, parties: Parties) -> Section:
    """Milestones, met or scheduled, and what was paid. Opinions, references and names of people stay inside."""
    milestones = [_milestone(one) for one in facts.milestones.get(contract.pk, [])]
    paid = facts.paid.get(contract.pk, [])
    said: Section = {"milestones": milestones} if milestones else {}
    if paid:
        payer = parties.named(facts.project.buyer, "payer")
        payee = parties.named(contract.bidder.organisation, "payee")
        said["transactions"] = [
            {
                "id": f"payment-{one.pk}", "date": midnight(one.paid_on), "value": value(one.amount_fen),
                "payer": payer, "payee": payee,
            }
            for one in paid if one.paid_on
        ]  # fmt: skip
    return said


def _milestone(one: Milestone) -> Section:
    """A milestone is met on the day of its acceptance; one that is late is still scheduled until then."""
    said: Section = {
        "id": f"milestone-{one.pk}", "title": one.name, "type": "delivery", "dueDate": midnight(one.due_on),
        "status": "met" if one.accepted_on else "scheduled",
    }  # fmt: skip
    return said | ({"dateMet": midnight(one.accepted_on)} if one.accepted_on else {})


def _award_of(facts: Facts, contract: Contract) -> str:
    """The award that the contract was made for: the standing one, or the one of its bidder that was taken back."""
    number, lot = facts.project.number, contract.lot
    gone = facts.withdrawn.get(lot.pk, [])
    standing = facts.awards.get(lot.pk)
    if standing is not None and standing.bidder_id == contract.bidder_id:
        return award_id(number, lot, len(gone) + 1)
    turns = [turn for turn, one in enumerate(gone, start=1) if one.bidder_id == contract.bidder_id]
    return award_id(number, lot, turns[-1] if turns else len(gone) + 1)


def _change(change: Any) -> Section:
    said = {"id": f"change-{change.pk}", "description": f"合同金额调整 {yuan(change.amount_fen)} 元"}
    return said | ({"date": moment(change.decided_at)} if change.decided_at else {})
