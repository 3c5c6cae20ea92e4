"""The writer's side: which cells a change touches, marked dirty in the same transaction as the change.

The protocol (tried under kills, see the tests): the row is locked already; its old keys are read under that lock;
the row is written; one dirty row is appended for each old and each new key that the change touches. Bulk writers mark
whole days instead: a key without dimensions means that every cell of its day is to be counted again.
"""

import datetime as dt
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction

from portal.core.db import copy
from portal.core.models.statistics import DirtyKey
from portal.core.statistics.aggregate import Key
from portal.core.statistics.declaration import Group, MeasureSet

SHARDS = 16
SLICE = 500  # rows looked at in one statement
# More cells of one day than this are one mark for the whole day, and so are they counted: by the database alone.
WHOLE_DAY = 100
FEW = 50  # more rows than this are marked by their days, each once, and not by their cells
DAYS_SLICE = 5000  # rows whose days are looked at in one statement

# What one row adds to one group: (group number, row's pk, day, dimensions of every cuboid, columns that decide).
Trace = tuple[int, Any, dt.date, tuple[tuple[Any, ...], ...], tuple[Any, ...]]
CellKey = tuple[str, Key]  # (cuboid, key)


_unwatched: ContextVar[bool] = ContextVar("unwatched", default=False)


@contextmanager
def unwatched() -> Iterator[None]:
    """Inside, this thread's changes mark no cells: for who builds many rows at once and calls `rebuild` afterwards."""
    token = _unwatched.set(True)
    try:
        yield
    finally:
        _unwatched.reset(token)


@contextmanager
def watch(measures: MeasureSet, instance: models.Model) -> Iterator[None]:
    """Mark what the block changes in the figures of `instance` and its parts.

    The caller has locked the row, unless it is new. Raises RuntimeError outside a transaction.
    """
    with watch_many(measures, [instance.pk] if instance.pk else []) as pks:
        yield
        if instance.pk and not pks:
            pks.append(instance.pk)


@contextmanager
def watch_many(measures: MeasureSet, pks: Iterable[Any]) -> Iterator[list[Any]]:
    """The same for several rows, locked by the caller; rows made in the block are appended to the given list."""
    _inside_transaction()
    watched = list(pks)
    if _unwatched.get():
        yield watched
        return
    before = traces(measures, watched)
    yield watched
    _append(measures, _keys(measures, before ^ traces(measures, watched)))


def mark_new(measures: MeasureSet, *instances: models.Model) -> None:
    """Mark what rows that were just made add; they have no parts yet, so the instances are enough: no reading.

    The related rows that the dimensions lead over must be loaded, or are fetched one by one.
    """
    _inside_transaction()
    if not _unwatched.get():
        found = (_traces_of_new(measures, instance) for instance in instances)
        _append(measures, _keys(measures, set().union(*found)))


def _traces_of_new(measures: MeasureSet, instance: models.Model) -> set[Trace]:
    values = tuple(
        tuple(cuboid.none_of(dim) if (value := _reached(instance, path)) is None else value for dim, path in dims)
        for cuboid in measures.cuboids.values()
        for dims in [cuboid.dims.items()]
    )
    return {
        (number, instance.pk, day, values, tuple(_reached(instance, path) for path in group.reads))
        for number, group in enumerate(measures.groups)
        if not group.owner and (day := getattr(instance, group.day)) is not None
    }


def _reached(instance: Any, path: str) -> Any:
    """What `values(path)` would give: a column, or one of a related row."""
    *relations, last = path.split("__")
    for relation in relations:
        instance = getattr(instance, relation)
        if instance is None:
            return None
    return getattr(instance, instance._meta.get_field(last).attname)


def mark_bulk(measures: MeasureSet, rows: "models.QuerySet[Any] | Iterable[Any]") -> int:
    """Mark every cell that these rows (a queryset of the set's model, or keys) stand in; returns how many marks.

    Many rows mark the whole days that they stand on, which is cheap to write and to count. For bulk SQL: lock the
    rows, call it before (the old cells) and after (the new ones); after only, for new rows.
    """
    _inside_transaction()
    pks = list(rows.values_list("pk", flat=True) if isinstance(rows, models.QuerySet) else rows)
    if len(pks) <= FEW:
        marked = _keys(measures, traces(measures, pks))
    else:
        marked = {(name, (day,)) for day in days_of(measures, pks) for name in measures.cuboids}
    _append(measures, marked)
    return len(marked)


def mark_days(measures: MeasureSet, days: Iterable[dt.date]) -> None:
    """Mark whole days, for a bulk writer who knows every day column of the rows that it has written or is to change."""
    _inside_transaction()
    _append(measures, {(name, (day,)) for day in days for name in measures.cuboids})


def day_columns(measures: MeasureSet, model: type[models.Model]) -> tuple[str, ...]:
    """The columns of `model`, the set's own or a part's, on whose days something is counted."""
    return tuple(sorted({group.day for group in measures.groups if group.model is model}))


def days_of(measures: MeasureSet, pks: list[Any]) -> set[dt.date]:
    """Every day on which these rows add something, as the database has it now."""
    found: set[dt.date] = set()
    for sources in _by_source(measures):
        one = sources[0][1]
        days = sorted({group.day for _, group in sources})
        for some in _slices(pks, DAYS_SLICE):
            rows = one.model._default_manager.filter(**{f"{one.owner or 'pk'}__in": some}).order_by()
            for row in rows.values_list(*days):
                found.update(row)
    found.discard(None)
    return found


def traces(measures: MeasureSet, pks: list[Any]) -> set[Trace]:
    """What these rows and their parts add, group by group, as the database has it now. One query for a slice."""
    found: set[Trace] = set()
    for some in _slices(pks):
        found |= _traces_of(measures, some)
    return found


def shard_of(measure_set: str, day: dt.date) -> int:
    """All cells of a day are refreshed together: its rows are read once, and coarse cells added up from finer ones."""
    return zlib.crc32(f"{measure_set}:{day}".encode()) % SHARDS


def encode_key(key: Key) -> str:
    """The key as the text of a dirty row; a day without dimensions stands for all its cells."""
    return json.dumps([key[0].isoformat(), *key[1:]], ensure_ascii=False, separators=(",", ":"))


def decode_key(text: str) -> Key:
    """The key from the text of a dirty row."""
    day, *dims = json.loads(text)
    return (dt.date.fromisoformat(day), *dims)


def _by_source(measures: MeasureSet) -> list[list[tuple[int, Group]]]:
    sources: dict[tuple[type[models.Model], str], list[tuple[int, Group]]] = {}
    for number, group in enumerate(measures.groups):
        sources.setdefault((group.model, group.owner), []).append((number, group))
    return list(sources.values())


def _traces_of(measures: MeasureSet, pks: list[Any]) -> set[Trace]:
    """The rows joined with all their parts at once: they have few, so the products stay small."""
    cuboids = measures.cuboids.values()
    dims = [[(path, cuboid.none_of(dim)) for dim, path in cuboid.dims.items()] for cuboid in cuboids]
    groups = [
        (number, _seen("pk", group), _seen(group.day, group), [_seen(name, group) for name in group.reads])
        for number, group in enumerate(measures.groups)
    ]
    columns = {path for paths in dims for path, _ in paths}
    columns.update(path for _, pk, day, reads in groups for path in (pk, day, *reads))
    found: set[Trace] = set()
    for row in measures.model._default_manager.filter(pk__in=pks).order_by().values(*sorted(columns)):
        values = tuple(tuple(none if row[path] is None else row[path] for path, none in paths) for paths in dims)
        for number, pk, day, reads in groups:
            if row[day] is not None:
                found.add((number, row[pk], row[day], values, tuple(row[path] for path in reads)))
    return found


def _seen(path: str, group: Group) -> str:
    """A column of the group's source as seen from the set's model."""
    if not group.owner:
        return path
    if path.startswith(f"{group.owner}__"):
        return path.removeprefix(f"{group.owner}__")
    owner: Any = group.model._meta.get_field(group.owner)
    return f"{owner.related_query_name()}__{path}"


def _keys(measures: MeasureSet, changed: set[Trace]) -> set[CellKey]:
    names = list(measures.cuboids)
    return {(name, (day, *dims)) for _, _, day, every, _ in changed for name, dims in zip(names, every, strict=True)}


def _append(measures: MeasureSet, keys: set[CellKey]) -> None:
    a_day = Counter((cuboid, key[0]) for cuboid, key in keys)
    whole = {pair for pair, number in a_day.items() if number > WHOLE_DAY}
    # Where a day of a finer cuboid is counted as a whole, the coarser cells are added up from it: one mark is enough.
    whole |= {(cuboid, day) for cuboid, day in a_day for finer in measures.finer[cuboid] if (finer, day) in whole}
    keys = {(cuboid, key[:1] if (cuboid, key[0]) in whole else key) for cuboid, key in keys}
    copy.copy_rows(
        DirtyKey,
        ("shard", "measure_set", "cuboid", "key"),
        [(shard_of(measures.name, key[0]), measures.name, cuboid, encode_key(key)) for cuboid, key in keys],
    )


def _inside_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("cells are marked inside the transaction that changes the rows")


def _slices(pks: list[Any], size: int = SLICE) -> Iterator[list[Any]]:
    for start in range(0, len(pks), size):
        yield pks[start : start + size]
