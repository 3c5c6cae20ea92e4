"""What a row said when a step was written: its digest in the event, so that whoever changes the row later is named.

Each room declares which columns of which rows stay as they are between two steps; whoever writes a step puts
`facts(row)` into the event's data. `changed` compares. Digests tell nobody what the row says, and each covers a moment
or a text of its own, so that nobody guesses a point or an answer out of a history.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from portal.core import hashing
from portal.core.events import stream_of
from portal.core.models import Event

BATCH = 2_000
KEY = "facts"


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """The columns of one kind of row; `parts` are rows that belong to it, by the way to them and their columns."""

    columns: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # The way to the number of the tender; empty where a row belongs to none.
    number: str = ""
    # In whose history its steps stand, where it has none of its own.
    stream: type[Model] | None = None


_kinds: dict[type[Model], Fixed] = {}


def register(model: type[Model], kind: Fixed) -> None:
    """Called in an app's `ready()`."""
    _kinds[model] = kind


def facts(*rows: Model) -> dict[str, dict[str, str]]:
    """What goes into the event of a step that wrote these rows; they are saved already.

    One query for each kind of row, and one more for each part of it.
    """
    kinds: dict[type[Model], list[Any]] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(row.pk)
    told = {model: _digests(model, pks) for model, pks in kinds.items()}
    return {KEY: {_key(model, pk): digest for model, some in told.items() for pk, digest in some.items()}}


def taken_away(*rows: Model) -> dict[str, dict[str, str]]:
    """What goes into the event of a step that is about to delete these rows."""
    return {KEY: {_key(type(row), row.pk): "" for row in rows}}


def joined(*told: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """What one event tells of rows that it wrote and of rows that it took away."""
    return {KEY: {key: digest for one in told for key, digest in one[KEY].items()}}


def changed(number: str = "") -> Iterator[tuple[str, str]]:
    """Rows that do not say what their last step wrote, each with its place; of one tender, or all and who belongs to none.

    Rows whose steps were written before facts were kept say nothing; a later row without any was put in by hand. Rows
    that are gone are found when all are asked. Meant for inside a snapshot.
    """
    for model, kind in _kinds.items():
        if number and not kind.number:
            continue
        told = _told(model, kind)
        since = min((_pk(key) for key in told), default=None)
        rows = _rows(model, [])
        if number:
            rows = rows.filter(**{kind.number: number})
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pks), BATCH):
            for pk, digest in _digests(model, pks[start : start + BATCH]).items():
                said = told.pop(_key(model, pk), None)
                if said is None and since is not None and pk > since:
                    yield _place(model, kind, pk), "no step wrote it"
                elif said is not None and said != digest:
                    yield _place(model, kind, pk), "it does not say what its last step wrote"
        if not number:
            for key, digest in told.items():
                if digest:
                    yield f"{model._meta.verbose_name} {_pk(key)}", "it is gone, and no step took it away"


def _key(model: type[Model], pk: Any) -> str:
    return f"{stream_of(model)}:{pk}"


def _pk(key: str) -> int:
    return int(key.rpartition(":")[2])


def _rows(model: type[Model], pks: Sequence[Any]) -> QuerySet[Any]:
    rows = model._base_manager.all()
    return rows.filter(pk__in=pks) if pks else rows


def _digests(model: type[Model], pks: Sequence[Any]) -> dict[Any, str]:
    """Read from the table and not from the object, so that what is told is what is stored."""
    kind = _kinds[model]
    read = {
        pk: [_plain(value) for value in values] for pk, *values in _rows(model, pks).values_list("pk", *kind.columns)
    }
    told: dict[Any, dict[str, Any]] = {pk: {"row": values} for pk, values in sorted(read.items())}
    for part, columns in kind.parts.items():
        ways = [f"{part}__{one}" for one in ("pk", *columns)]
        found = _rows(model, pks).filter(**{f"{part}__isnull": False}).order_by("pk", ways[0])
        for pk, *values in found.values_list("pk", *ways):
            told[pk].setdefault(part, []).append([_plain(value) for value in values])
    return {pk: hashlib.sha256(hashing.canonical(said).encode()).hexdigest() for pk, said in told.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _told(model: type[Model], kind: Fixed) -> dict[str, str]:
    """The latest digest of each row of a kind."""
    stream, own = stream_of(kind.stream or model), f"{stream_of(model)}:"
    events = Event.objects.filter(stream=stream, body__contains=f'"{KEY}":{{').order_by("stream_id", "sequence")
    told: dict[str, str] = {}
    for body in events.values_list("body", flat=True).iterator(chunk_size=BATCH):
        said = json.loads(body)["data"].get(KEY, {})
        told |= {key: digest for key, digest in said.items() if key.startswith(own)}
    return told


def _place(model: type[Model], kind: Fixed, pk: Any) -> str:
    row = _rows(model, [pk]).get()
    name = f"{model._meta.verbose_name} {getattr(row, 'number', pk)}"
    number = _rows(model, [pk]).values_list(kind.number, flat=True).first() if kind.number else None
    return f"{number}, {name}" if number else name
