"""Opened bids that nobody changes afterwards: each is digested at the end of the opening, into the chained event.

The one lawful change is a bond that turns out false later: its event carries the new digest of that one bid.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from portal.core import hashing
from portal.core.events import stream_of
from portal.core.models import Event
from procurement.bids.models import OpenedBid, Opening

ENDINGS = ("opening.finish", "opening.conclude")
JUDGED_ANEW = "opening.judged_anew"


def bid_digest(bid: OpenedBid) -> str:
    """SHA-256 of what the opening left of a bid: whose it is, its receipt, what was read out, what was found."""
    told = {
        "bidder": bid.bidder_id,
        "sequence": bid.submission.sequence if bid.submission else None,
        "price_fen": bid.price_fen,
        "fields": bid.fields,
        "finding": bid.finding,
        "facts": bid.facts,
        "documents": bid.documents_sha256,
    }
    return hashlib.sha256(hashing.canonical(told).encode()).hexdigest()


def digests_of(opening: Opening) -> dict[str, str]:
    """The digest of every opened bid of the tender, by its key, as the database holds them. One query."""
    rows = OpenedBid.objects.filter(lot__project=opening.project_id).select_related("submission")
    return {str(bid.pk): bid_digest(bid) for bid in rows.order_by("pk")}


def changed_bids(number: str = "") -> Iterator[tuple[str, str]]:
    """Opened bids that are not what the opening left, each with the tender's number. Two queries a tender.

    An opening from before digests were kept says nothing.
    """
    openings = Opening.objects.filter(opened_at__isnull=False).select_related("project").order_by("pk")
    for opening in openings.filter(project__number=number) if number else openings:
        told = _told(opening)
        if told is None:
            continue
        found = digests_of(opening)
        for key in sorted(told.keys() | found.keys(), key=int):
            if key not in found:
                yield opening.project.number, f"opened bid {key} is gone"
            elif key not in told:
                yield opening.project.number, f"opened bid {key} was not there at the end of the opening"
            elif found[key] != told[key]:
                yield opening.project.number, f"opened bid {key} is not what the opening left"


def _told(opening: Opening) -> dict[str, str] | None:
    """What the latest ending said of each bid, with what was lawfully found after it."""
    rows = Event.objects.filter(stream=stream_of(Opening), stream_id=opening.pk, type__in=(*ENDINGS, JUDGED_ANEW))
    told: dict[str, str] | None = None
    for event in rows.order_by("sequence"):
        bids: dict[str, str] | None = json.loads(event.body)["data"].get("bids")
        if event.type in ENDINGS:
            told = bids
        elif told is not None:
            told |= bids or {}
    return told


def judged_after(opening: Opening, moment: dt.datetime) -> list[tuple[dt.datetime, str]]:
    """Which bids were judged anew after a moment: when, and the bid's number as the event holds it."""
    rows = Event.objects.filter(stream=stream_of(Opening), stream_id=opening.pk, type=JUDGED_ANEW, at__gt=moment)
    told = rows.order_by("sequence").values_list("at", "body")
    return [(at, pk) for at, body in told for pk in json.loads(body)["data"]["bids"]]
