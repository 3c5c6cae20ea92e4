"""Results that nobody changes afterwards: awards, contracts and deals against the chained events that wrote them."""

import json
from collections.abc import Iterator

from portal.core.events import stream_of
from portal.core.models import Event
from procurement.awards.deals import SOURCE, identifier
from procurement.awards.models import Award, Contract
from procurement.exchange import derived
from procurement.models import Deal, Status
from procurement.tenders.models import Project

AMOUNTS = ("base_fen", "savings_fen", "premium_fen")


def changed_awards(number: str = "") -> Iterator[tuple[str, str]]:
    """Awards whose winner or price is not that of the event, and contracts whose amount is not; each with its place."""
    awards = Award.objects.select_related("lot__project", "bidder__organisation").order_by("pk")
    for award in awards.filter(lot__project__number=number) if number else awards:
        place = identifier(award.lot)
        told = _award_told(award)
        if told is None:
            yield place, "there is no event of the award"
        elif told != (award.bidder.organisation.uscc, award.price_fen):
            yield place, "the award is not the one that was recorded"
        deal = Deal.objects.filter(source=SOURCE, external_id=place).first()
        if deal is None:
            yield place, "the award is not in the register of deals"
        elif (deal.status, deal.deal_fen, deal.winner) != _registered(award):
            yield place, "the register of deals names another winner or price"
    contracts = Contract.objects.select_related("lot__project").order_by("pk")
    for contract in contracts.filter(lot__project__number=number) if number else contracts:
        begun = _last(stream_of(Contract), contract.pk, "contract.begun")
        if begun is None or json.loads(begun.body)["data"]["award_fen"] != contract.award_fen:
            yield contract.number, "the amount of the contract is not the one that was recorded"


def changed_deals() -> Iterator[tuple[str, str]]:
    """Deals, taken in or our own, whose base, saving or premium does not follow from their amounts."""
    rows = Deal.objects.order_by("pk").iterator(chunk_size=2_000)
    for deal in rows:
        money = derived(
            {
                name: getattr(deal, name)
                for name in ("status", "method", "deal_fen", "budget_fen", "control_price_fen", "start_fen")
            }
        )
        if money != {name: getattr(deal, name) for name in AMOUNTS}:
            yield f"{deal.source} {deal.external_id}", "base, saving and premium do not follow from the amounts"


def _award_told(award: Award) -> tuple[str, int] | None:
    """Winner and price by the latest event of this lot's award."""
    project = award.lot.project
    rows = Event.objects.filter(stream=stream_of(Project), stream_id=project.pk, type="tender.lot_awarded")
    for event in rows.order_by("-sequence"):
        data = json.loads(event.body)["data"]
        if data["lot"] == award.lot.number:
            return data["bidder"], data["price_fen"]
    return None


def _last(stream: str, pk: int, event_type: str) -> Event | None:
    return Event.objects.filter(stream=stream, stream_id=pk, type=event_type).order_by("-sequence").first()


def _registered(award: Award) -> tuple[str, int, str]:
    return Status.AWARDED.value, award.price_fen, award.bidder.organisation.name
