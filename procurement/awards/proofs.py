"""Results that nobody changes afterwards: awards, contracts and deals against the chained events that wrote them."""

import json
from collections.abc import Iterator
from typing import Any

from portal.core.events import stream_of
from portal.core.models import Event
from procurement.awards.deals import SOURCE, identifier
from procurement.awards.models import Award, Contract, Penalty, Remedy
from procurement.exchange import derived
from procurement.models import Deal, Status
from procurement.tenders.models import Bond, Project

AMOUNTS = ("base_fen", "savings_fen", "premium_fen")
# What has a life of its own, and the way to the number of its tender.
KEPT: tuple[tuple[Any, str], ...] = (
    (Project, "number"),
    (Bond, "lot__project__number"),
    (Contract, "lot__project__number"),
    (Remedy, "project__number"),
    (Penalty, "project__number"),
)


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


def changed_states(number: str = "") -> Iterator[tuple[str, str]]:
    """Tenders, bonds, contracts, remedies and penalties that stand elsewhere than their last step left them.

    Three queries for each kind. Of a bond the amount, too, is that of its declaration.
    """
    for model, path in KEPT:
        rows = model._default_manager.order_by("pk")
        found = list(rows.filter(**{path: number}) if number else rows)
        stream = stream_of(model)
        events = Event.objects.filter(stream=stream, stream_id__in=[one.pk for one in found]).exclude(to_state="")
        left = dict(events.order_by("sequence").values_list("stream_id", "to_state"))  # the last of each stays
        for one in found:
            if left.get(one.pk, one.state) != one.state:
                yield (
                    f"{model._meta.verbose_name} {getattr(one, 'number', one)}",
                    "it is not in the state that its last step left",
                )
    yield from _changed_amounts(number)


def _changed_amounts(number: str) -> Iterator[tuple[str, str]]:
    bonds = Bond.objects.filter(lot__project__number=number) if number else Bond.objects.all()
    events = Event.objects.filter(stream=stream_of(Bond), type="bond.declared", stream_id__in=bonds.values("pk"))
    told = {pk: json.loads(body)["data"]["amount_fen"] for pk, body in events.values_list("stream_id", "body")}
    for bond in bonds.order_by("pk"):
        if told.get(bond.pk, bond.amount_fen) != bond.amount_fen:
            yield f"{bond._meta.verbose_name} {bond}", "its amount is not the one that was declared"


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
