"""Sealing the events every night, and proving that nobody touched them."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.core import hashing
from portal.core.actions import action
from portal.core.models import Event, EventPersonal, Seal, SealLeaf, StreamHead
from portal.core.time import now

BATCH = 2000


@action
def seal_events() -> Seal | None:
    """Write one Merkle root over the heads that moved since the last seal. None when nothing moved.

    The root is exported to `SEALS_DIR` before the transaction ends, so that a seal that cannot be exported is none.
    """
    from django.db.models import F

    moved = list(StreamHead.objects.filter(sequence__gt=F("sealed_sequence")).order_by("stream", "stream_id"))
    if not moved:
        return None
    last = Seal.objects.order_by("-id").first()
    previous = last.hash if last else hashing.GENESIS
    root = hashing.merkle_root([head.hash for head in moved])
    seal = Seal.objects.create(
        at=now(), leaves=len(moved), root=root, previous=previous, hash=hashing.chained(previous, root)
    )
    SealLeaf.objects.bulk_create(
        [
            SealLeaf(seal=seal, position=i, stream=h.stream, stream_id=h.stream_id, sequence=h.sequence, hash=h.hash)
            for i, h in enumerate(moved)
        ],
        batch_size=500,
    )
    # A head that moves again meanwhile has a higher sequence: it stays unsealed for the next night.
    for head in moved:
        head.sealed_sequence = head.sequence
    StreamHead.objects.bulk_update(moved, ["sealed_sequence"], batch_size=500)
    _export(seal)
    return seal


def _export(seal: Seal) -> Path:
    folder = Path(settings.SEALS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"seal-{seal.pk:06d}.json"
    path.write_text(
        json.dumps(
            {
                "seal": seal.pk,
                "at": seal.at.isoformat(),
                "leaves": seal.leaves,
                "root": seal.root,
                "previous": seal.previous,
                "hash": seal.hash,
            }
        )
        + "\n",
        encoding="utf-8",
    )
    return path


def differences() -> Iterator[str]:
    """Every break of a chain, a head, a seal or an exported seal, in plain words. Reads the whole trail."""
    yield from _broken_chains()
    yield from _broken_personal()
    yield from _broken_seals()


def _broken_chains() -> Iterator[str]:
    heads = {
        (stream, stream_id): (sequence, digest)
        for stream, stream_id, sequence, digest in StreamHead.objects.values_list(
            "stream", "stream_id", "sequence", "hash"
        ).iterator(chunk_size=BATCH)
    }
    place: tuple[str, int] | None = None
    sequence, previous = 0, hashing.GENESIS
    rows = Event.objects.order_by("stream", "stream_id", "sequence").iterator(chunk_size=BATCH)
    for event in rows:
        if (event.stream, event.stream_id) != place:
            if place is not None:
                yield from _head_difference(place, heads.pop(place, None), sequence, previous)
            place, sequence, previous = (event.stream, event.stream_id), 0, hashing.GENESIS
        sequence += 1
        if problem := _event_difference(event, sequence, previous):
            yield problem
        previous = event.hash
        sequence = event.sequence
    if place is not None:
        yield from _head_difference(place, heads.pop(place, None), sequence, previous)
    for stream, stream_id in heads:
        yield f"{stream}/{stream_id}: the head stands without events"


def _head_difference(place: tuple[str, int], head: tuple[int, str] | None, sequence: int, digest: str) -> Iterator[str]:
    if head != (sequence, digest):
        yield f"{place[0]}/{place[1]}: the last event is #{sequence}, but the head says {head and head[0]}"


def _event_difference(event: Event, sequence: int, previous: str) -> str:
    if event.sequence != sequence:
        return f"{event}: event #{sequence} is missing"
    if event.previous != previous:
        return f"{event}: does not follow the event before it"
    if event.hash != hashing.chained(event.previous, event.body):
        return f"{event}: the body does not match its hash"
    body = json.loads(event.body)
    told = (body["stream"], body["stream_id"], body["sequence"], body["type"], body["from"], body["to"])
    row = (event.stream, event.stream_id, event.sequence, event.type, event.from_state, event.to_state)
    if told != row or body["actor"]["id"] != event.actor_id or body["actor"]["role"] != event.role:
        return f"{event}: the columns do not match the body"
    return ""


def _broken_personal() -> Iterator[str]:
    for personal in EventPersonal.objects.select_related("event").iterator(chunk_size=BATCH):
        digest = json.loads(personal.event.body)["personal"]
        if digest != hashing.salted(personal.salt, str(personal.data)):
            yield f"{personal.event}: the personal data does not match its digest"


def _broken_seals() -> Iterator[str]:
    previous = hashing.GENESIS
    for seal in Seal.objects.order_by("id"):
        leaves = list(seal.sealed.order_by("position"))
        if hashing.merkle_root([leaf.hash for leaf in leaves]) != seal.root or len(leaves) != seal.leaves:
            yield f"seal {seal.pk}: its leaves do not give its root"
        if seal.previous != previous or seal.hash != hashing.chained(previous, seal.root):
            yield f"seal {seal.pk}: does not follow the seal before it"
        yield from _missing_leaves(seal, leaves)
        exported = Path(settings.SEALS_DIR) / f"seal-{seal.pk:06d}.json"
        if exported.exists() and json.loads(exported.read_text(encoding="utf-8"))["hash"] != seal.hash:
            yield f"seal {seal.pk}: differs from the exported one"
        previous = seal.hash


def _missing_leaves(seal: Seal, leaves: list[SealLeaf]) -> Iterator[str]:
    for start in range(0, len(leaves), 400):
        part = leaves[start : start + 400]
        # By stream and id, which the unique index serves; a hash has no index of its own.
        known: set[tuple[str, int, int, str]] = set()
        for stream in {leaf.stream for leaf in part}:
            ids = [leaf.stream_id for leaf in part if leaf.stream == stream]
            known |= set(
                Event.objects.filter(stream=stream, stream_id__in=ids).values_list(
                    "stream", "stream_id", "sequence", "hash"
                )
            )
        for leaf in part:
            if (leaf.stream, leaf.stream_id, leaf.sequence, leaf.hash) not in known:
                yield f"seal {seal.pk}: {leaf.stream}/{leaf.stream_id}#{leaf.sequence} is not what was sealed"
