"""Scores that nobody changes afterwards: what a member handed in is digested, and the digest is bound to the event chain."""

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from portal.core import hashing
from portal.core.events import stream_of
from portal.core.models import Event
from procurement.evaluation.models import Candidate, Evaluation, FinalOffer, Scorecard


def card_digest(card: Scorecard) -> str:
    """SHA-256 of every score and opinion on a card, in a fixed order."""
    rows = card.scores.order_by("bid_id", "criterion_id").values_list("bid_id", "criterion_id", "points", "opinion")
    lines = [
        [bid, criterion, None if points is None else f"{points:.2f}", opinion]
        for bid, criterion, points, opinion in rows
    ]
    return hashlib.sha256(hashing.canonical({"scores": lines}).encode()).hexdigest()


def changed_cards(cards: Iterator[Scorecard]) -> Iterator[tuple[Scorecard, str]]:
    """The cards that are handed in and are not what was handed in, each with what is wrong.

    Only the digest stands beside the event, salted into its body: nobody reads scores out of a history. Cards that were
    handed in before digests were kept say nothing.
    """
    for card in cards:
        event = (
            Event.objects.filter(
                stream=stream_of(Evaluation), stream_id=card.evaluation_id, type="evaluation.handed_in",
                body__contains=f'"data":{{"seat":{card.member_id}}}',
            )
            .select_related("personal")
            .order_by("-sequence")
            .first()
        )  # fmt: skip
        if event is None:
            yield card, "there is no event of its being handed in"
        elif not hasattr(event, "personal"):
            if json.loads(event.body)["personal"]:
                yield card, "what was kept of it is gone"
        elif event.personal.data != hashing.canonical(kept(card)):
            yield card, "the scores are not the ones that were handed in"


def result_digest(one: Evaluation) -> str:
    """SHA-256 of what an evaluation came to: every bid's price, points and place, and the candidates that were named."""
    bids = one.bids.order_by("pk").values_list(
        "bid_id", "price_fen", "rejected", "price_points", "points", "technical", "total", "place"
    )
    named = Candidate.every.filter(evaluation=one).order_by("pk")
    told = {
        "bids": [[_written(value) for value in row] for row in bids],
        "candidates": [
            [_written(value) for value in row]
            for row in named.values_list("bid_id", "bidder_id", "rank", "score", "price_fen")
        ],
    }
    offers = FinalOffer.objects.filter(negotiation__evaluation=one, current=True).order_by("sequence")
    if found := [list(row) for row in offers.values_list("bid__bid_id", "act", "digest")]:
        told["offers"] = found  # only where there are some: what was concluded without a negotiation stays as it was
    return hashlib.sha256(hashing.canonical(told).encode()).hexdigest()


def _written(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def kept_result(one: Evaluation) -> dict[str, str]:
    """What is kept beside the event that concludes an evaluation."""
    return {"sha256": result_digest(one)}


def changed_results(number: str = "") -> Iterator[tuple[str, str]]:
    """Concluded evaluations whose bids or candidates are not what was concluded, each with its place.

    An evaluation that was concluded before digests were kept says nothing.
    """
    rows = Evaluation.objects.filter(ended_at__isnull=False).select_related("lot__project").order_by("pk")
    for one in rows.filter(lot__project__number=number) if number else rows:
        events = Event.objects.filter(stream=stream_of(Evaluation), stream_id=one.pk, type="evaluation.conclude")
        event = events.select_related("personal").order_by("-sequence").first()
        if event is None or not json.loads(event.body)["personal"]:
            continue
        place = f"{one.lot.project.number}/{one.lot.number}"
        if not hasattr(event, "personal"):
            yield place, "what was kept of the result is gone"
        elif event.personal.data != hashing.canonical(kept_result(one)):
            yield place, "prices, points or candidates are not the ones that were concluded"


def kept(card: Scorecard) -> dict[str, str]:
    """What is kept beside the event."""
    return {"sha256": card_digest(card)}
