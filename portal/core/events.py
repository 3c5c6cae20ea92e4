"""Recording what happened: one event for each change of state, inside the action's transaction.

Whoever must react later registers a job for an event type; the job's row is written in the same transaction. Nobody
follows events with a cursor: under load "id greater than the last" misses rows that commit late.
"""

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from portal.core import db, hashing
from portal.core.actors import Actor
from portal.core.db import copy
from portal.core.models import Event, EventPersonal, StreamHead
from portal.core.time import now

_jobs: dict[str, list[str]] = defaultdict(list)
_conditions: dict[str, Callable[[], bool]] = {}


def on_event(event_type: str, job_name: str, *, when: Callable[[], bool] | None = None) -> None:
    """From now on, each event of `event_type` queues the job `job_name` with `{"event": id, "stream_id": id}`.

    Called in an app's `ready()`, by floors above the one that records. `when` says whether anybody wants the job at
    all; it is asked at each event, so it must be cheap.
    """
    if job_name not in _jobs[event_type]:
        _jobs[event_type].append(job_name)
    if when is not None:
        _conditions[job_name] = when


def stream_of(obj: models.Model | type[models.Model]) -> str:
    """The name of a thing's stream, for instance `cases.case`."""
    return obj._meta.label_lower


@dataclass(frozen=True)
class Record:
    """What is to be written of one change; `personal` goes into an erasable row of its own."""

    stream: str
    stream_id: int
    type: str
    from_state: str = ""
    to_state: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)


def record(
    obj: models.Model,
    event_type: str,
    actor: Actor,
    *,
    from_state: str = "",
    to_state: str = "",
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event to the stream of `obj` and queue the jobs registered for its type.

    Runs inside the caller's transaction, after the caller has locked `obj`. `data` holds no personal data and no
    floats. Raises RuntimeError outside a transaction.
    """
    return record_at(
        Record(stream_of(obj), obj.pk, event_type, from_state, to_state, data or {}, personal or {}), actor
    )


def record_at(what: Record, actor: Actor) -> Event:
    """Like `record`, for a stream that is no row, such as the calendar."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    return _append(what, actor, _head(what.stream, what.stream_id))


def record_new(
    obj: models.Model,
    event_type: str,
    actor: Actor,
    *,
    to_state: str = "",
    from_state: str = "",
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Like `record`, for the first event of a row that this very transaction has made: no head is there to lock."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    stream = stream_of(obj)
    what = Record(stream, obj.pk, event_type, from_state, to_state, data or {})
    return _append(what, actor, StreamHead(stream=stream, stream_id=obj.pk, sequence=0, hash=""))


def record_new_many(whats: Sequence[Record], actor: Actor) -> list[Event]:
    """First events of several rows that this very transaction has made, with the jobs registered for them.

    Three statements, however many rows; no personal data. Raises RuntimeError outside a transaction.
    """
    from portal.core.jobs import enqueue_each

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    if any(what.personal for what in whats):
        raise ValueError("personal data of an event needs a row of its own: record them one by one")
    events = [_compose(what, actor, sequence=1, previous=hashing.GENESIS)[0] for what in whats]
    Event.objects.bulk_create(events)
    StreamHead.objects.bulk_create(
        StreamHead(stream=one.stream, stream_id=one.stream_id, sequence=1, hash=one.hash) for one in events
    )
    enqueue_each([(name, _payload(one)) for one in events for name in _wanted(one)])
    return events


def _append(what: Record, actor: Actor, head: StreamHead) -> Event:
    event, salt, personal = _compose(what, actor, sequence=head.sequence + 1, previous=head.hash or hashing.GENESIS)
    event.save(force_insert=True)
    if personal:
        EventPersonal.objects.create(event=event, salt=salt, data=personal)
    head.sequence, head.hash = event.sequence, event.hash
    head.save()
    _queue(event)
    return event


def record_bulk(whats: Sequence[Record], actor: Actor) -> None:
    """First events of many new streams at once, for imports: two bulk writes, no jobs, no personal data."""
    rows, heads = _bulk(whats, actor, {})
    copy.copy_rows(Event, _EVENT_COLUMNS, rows)
    copy.copy_rows(StreamHead, _HEAD_COLUMNS, heads)


def record_bulk_next(whats: Sequence[Record], actor: Actor) -> None:
    """The next event of many streams of one name, one each, for imports: four statements, no jobs, no personal data.

    The caller has locked the things themselves, or is the only one who writes them; a stream that has no event yet
    begins. Raises RuntimeError outside a transaction, ValueError for two names or two events of one stream.
    """
    if not whats:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    ids = {what.stream_id for what in whats}
    if len(ids) < len(whats) or len({what.stream for what in whats}) > 1:
        raise ValueError("one event for each stream, and all streams of one name")
    found = StreamHead.objects.filter(stream=whats[0].stream, stream_id__in=ids).order_by("stream_id")
    if db.is_postgres():
        found = found.select_for_update()
    known = {head.stream_id: head for head in found}
    rows, heads = _bulk(whats, actor, known)
    copy.copy_rows(Event, _EVENT_COLUMNS, rows)
    copy.copy_rows(StreamHead, _HEAD_COLUMNS, [head for head in heads if head[1] not in known])
    moved = [(known[stream_id].pk, sequence, digest) for _s, stream_id, sequence, digest in heads if stream_id in known]
    copy.update_rows(StreamHead, ("id", "sequence", "hash"), moved)


_Head = tuple[str, int, int, str]


def _bulk(
    whats: Sequence[Record], actor: Actor, known: Mapping[int, StreamHead]
) -> tuple[list[tuple[Any, ...]], list[_Head]]:
    """The rows of events and of heads, each event behind the head that is known of its stream."""
    at = now()
    told_at = at.astimezone(dt.UTC).isoformat(timespec="microseconds")  # as the canonical text writes it
    doer = _doer(actor)
    rows: list[tuple[Any, ...]] = []
    heads: list[_Head] = []
    for what in whats:
        head = known.get(what.stream_id)
        sequence, previous = (head.sequence + 1, head.hash) if head else (1, hashing.GENESIS)
        body = _body(what, doer, at=told_at, sequence=sequence, personal="")
        digest = hashing.chained(previous, body)
        rows.append(
            (what.stream, what.stream_id, sequence, what.type, at, actor.user_id, actor.role, what.from_state,
             what.to_state, body, previous, digest)
        )  # fmt: skip
        heads.append((what.stream, what.stream_id, sequence, digest))
    return rows, heads


def record_histories(histories: Sequence[Sequence[tuple[dt.datetime, Record, Actor]]]) -> None:
    """Whole chains of new streams at once, each event with its own moment, for a past that is built: no jobs, no
    personal data. The events of one history belong to one stream, the oldest first."""
    rows, heads = [], []
    for history in histories:
        previous = hashing.GENESIS
        for sequence, (at, what, actor) in enumerate(history, start=1):
            told_at = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
            body = _body(what, _doer(actor), at=told_at, sequence=sequence, personal="")
            digest = hashing.chained(previous, body)
            rows.append(
                (what.stream, what.stream_id, sequence, what.type, at, actor.user_id, actor.role, what.from_state,
                 what.to_state, body, previous, digest)
            )  # fmt: skip
            previous = digest
        if history:
            heads.append((history[0][1].stream, history[0][1].stream_id, len(history), previous))
    copy.copy_rows(Event, _EVENT_COLUMNS, rows)
    copy.copy_rows(StreamHead, _HEAD_COLUMNS, heads)


_EVENT_COLUMNS = (
    "stream", "stream_id", "sequence", "type", "at", "actor_id", "role", "from_state", "to_state", "body", "previous",
    "hash",
)  # fmt: skip
_HEAD_COLUMNS = ("stream", "stream_id", "sequence", "hash")


def _head(stream: str, stream_id: int) -> StreamHead:
    """The locked head of a stream, or a fresh one. The thing itself is locked by the caller, so no two are made."""
    found = StreamHead.objects.filter(stream=stream, stream_id=stream_id)
    if db.is_postgres():
        found = found.select_for_update()
    return found.first() or StreamHead(stream=stream, stream_id=stream_id, sequence=0, hash="")


def _compose(what: Record, actor: Actor, *, sequence: int, previous: str) -> tuple[Event, str, str]:
    at = now()
    salt, personal, digest = "", "", ""
    if what.personal:
        salt = secrets.token_hex(16)
        personal = hashing.canonical(what.personal)
        digest = hashing.salted(salt, personal)
    body = _body(what, _doer(actor), at=at, sequence=sequence, personal=digest)
    event = Event(
        stream=what.stream,
        stream_id=what.stream_id,
        sequence=sequence,
        type=what.type,
        at=at,
        actor_id=actor.user_id,
        role=actor.role,
        from_state=what.from_state,
        to_state=what.to_state,
        body=body,
        previous=previous,
        hash=hashing.chained(previous, body),
    )
    return event, salt, personal


def _doer(actor: Actor) -> dict[str, Any]:
    return {"id": actor.user_id, "role": actor.role, "name": actor.name, "request": actor.request_id}


def _body(what: Record, doer: Mapping[str, Any], *, at: dt.datetime | str, sequence: int, personal: str) -> str:
    """The canonical text that is chained."""
    return hashing.canonical(
        {
            "stream": what.stream,
            "stream_id": what.stream_id,
            "sequence": sequence,
            "type": what.type,
            "at": at,
            "actor": doer,
            "from": what.from_state,
            "to": what.to_state,
            "data": what.data,
            "personal": personal,
        }
    )


def _queue(event: Event) -> None:
    from portal.core.jobs import enqueue_all

    enqueue_all(_wanted(event), _payload(event))


def _wanted(event: Event) -> list[str]:
    return [name for name in _jobs.get(event.type, []) if name not in _conditions or _conditions[name]()]


def _payload(event: Event) -> dict[str, Any]:
    return {"event": event.pk, "stream_id": event.stream_id}


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One event read back: the row, and its body as data."""

    event: Event
    data: dict[str, Any]
    actor_name: str


def events_of(obj: models.Model) -> list[Told]:
    """All events of a thing, oldest first. One query."""
    rows = Event.objects.filter(stream=stream_of(obj), stream_id=obj.pk).order_by("sequence")
    return [tell(row) for row in rows]


def tell(event: Event) -> Told:
    """The event with its body read."""
    body = json.loads(event.body)
    return Told(event, body["data"], body["actor"]["name"])


def erase_personal(stream: str, stream_ids: Iterable[int]) -> int:
    """Erase the personal data of whole streams; the chains stay whole. Returns how many rows went."""
    rows = EventPersonal.objects.filter(event__stream=stream, event__stream_id__in=list(stream_ids))
    return rows.delete()[0]
