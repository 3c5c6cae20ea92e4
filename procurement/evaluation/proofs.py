"""Scores that nobody changes afterwards: what a member handed in is digested, and the digest is bound to the event chain."""

import hashlib
import json
from collections.abc import Iterator

from portal.core import hashing
from portal.core.events import stream_of
from portal.core.models import Event
from procurement.evaluation.models import Evaluation, Scorecard


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


def kept(card: Scorecard) -> dict[str, str]:
    """What is kept beside the event."""
    return {"sha256": card_digest(card)}
