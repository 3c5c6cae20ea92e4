"""Reading the documents of opened bids once: traces and priced items become rows, so that no later pass opens a file."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portal.core import crypto, db, files
from portal.core.errors import DomainError
from portal.core.identity import mask_resident
from portal.core.time import now
from procurement.bids.models import OpenedBid, OpenedFile
from procurement.oversight import documents
from procurement.oversight.documents import Content
from procurement.oversight.facts import IDENTITY
from procurement.oversight.models import Reading, Trace

LONGEST_SHOWN = 200


def unread(project_id: int) -> list[OpenedBid]:
    """The opened bids of a tender whose documents nobody has read yet."""
    rows = OpenedBid.objects.filter(lot__project=project_id, reading__isnull=True)
    return list(rows.select_related("bidder__organisation").prefetch_related("files__file").order_by("pk"))


def read_bid(bid: OpenedBid) -> Reading:
    """Read the documents of one bid, outside of any transaction, and write down what they gave, in one of its own.

    Read twice at once, it is written once.
    """
    rivals = _rivals(bid)
    traces: dict[tuple[str, str], Trace] = {}
    items: documents.Items = {}
    lost = 0
    opened = list(bid.files.all())
    for one in opened:
        found = _content(one)
        lost += not found.readable
        items.update(found.items)
        for trace in _traces(bid, one, found, rivals):
            traces.setdefault((trace.kind, trace.digest), trace)
    with transaction.atomic():
        held = db.lock_row(OpenedBid.objects.all(), bid.pk)
        reading, made = Reading.objects.get_or_create(
            bid=held, defaults={"read_at": now(), "documents": len(opened), "unread": lost, "items": items}
        )
        if made:
            Trace.objects.bulk_create(traces.values())
    return reading


def _rivals(bid: OpenedBid) -> list[tuple[int, str, str]]:
    """The other bidders of the lot: key, name, credit code."""
    rows = OpenedBid.objects.filter(lot=bid.lot_id).exclude(bidder=bid.bidder_id).order_by("pk")
    columns = ("bidder__organisation_id", "bidder__organisation__name", "bidder__organisation__uscc")
    return list(rows.values_list(*columns))


def _content(one: OpenedFile) -> Content:
    """What a document says; a blob that is gone, or in which a virus was found, counts as unread."""
    try:
        with files.open_file(one.file) as content:
            return documents.read(content, one.file.size)
    except DomainError:
        return Content(readable=False)


def _traces(bid: OpenedBid, one: OpenedFile, found: Content, rivals: Iterable[tuple[int, str, str]]) -> Iterable[Trace]:
    for author in sorted(found.authors):
        yield _trace(bid, one, Trace.Kind.AUTHOR, _digest(author.casefold()), author)
    for machine in sorted(found.machines):
        yield _trace(bid, one, Trace.Kind.MACHINE, _digest(machine), machine)
    for number in sorted(found.residents()):
        yield _trace(bid, one, Trace.Kind.PERSON, crypto.blind_now(IDENTITY, number), mask_resident(number))
    for organisation, name, uscc in rivals:
        if found.names(name, uscc):
            yield _trace(bid, one, Trace.Kind.OTHER, str(organisation), name)


def _trace(bid: OpenedBid, one: OpenedFile, kind: Any, digest: str, shown: str) -> Trace:
    return Trace(bid=bid, file=one, kind=kind, digest=digest, shown=shown[:LONGEST_SHOWN])


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
