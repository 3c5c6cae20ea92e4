"""The refresher's side: takes dirty keys shard by shard and computes their cells again from the rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.db import statistics as database
from portal.core.models.statistics import DirtyKey, StatisticsShard
from portal.core.statistics.aggregate import Figures, Key, columns_read, count_keys, group_queryset, rows_of_days
from portal.core.statistics.declaration import Cuboid, MeasureSet, measure_sets
from portal.core.statistics.engine import SHARDS, WHOLE_DAY, decode_key

MANY_READINGS = 6  # aggregates over the same rows: fewer read them themselves


def refresh_all(limit: int | None = None) -> int:
    """Refresh until nothing is dirty, or nobody but others' shards are, or `limit` dirty rows are done.

    Returns the number of dirty rows done. Any number of processes may run it side by side.
    """
    _make_shards()
    done = 0
    waiting = _waiting().filter(shard=OuterRef("number"))
    while limit is None or done < limit:
        turn = 0
        dirty = list(
            StatisticsShard.objects.filter(Exists(waiting)).order_by("number").values_list("number", flat=True)
        )
        together = database.shards_together()
        for start in range(0, len(dirty), together):
            turn += refresh_shards(dirty[start : start + together])
            if limit is not None and done + turn >= limit:
                break
        if not turn:
            break
        done += turn
    return done


def refresh_shards(numbers: Sequence[int]) -> int:
    """One transaction over some shards; returns the number of dirty rows done, 0 if other processes hold all of them.

    The order of the statements is the protocol. The dirty rows are read first and the rows counted by later
    statements, whose snapshots then hold every change whose dirty row was read; what is committed in between stays
    dirty, because exactly the dirty rows that were read are deleted. READ COMMITTED is needed for that: under one
    snapshot for the whole transaction another refresher's cells would be overwritten with older figures.
    """
    with transaction.atomic(durable=True):
        held = [shard.pk for shard in database.lock_shards(StatisticsShard.objects.filter(number__in=numbers))]
        if not held:
            return 0
        database.plan_for_few_rows()
        dirty = list(
            _waiting()
            .filter(shard__in=held)
            .order_by("id")
            .values_list("id", "measure_set", "cuboid", "key")[: database.batch_limit()]
        )
        together: dict[str, dict[str, set[Key]]] = {}
        for _, measure_set, cuboid, key in dirty:
            together.setdefault(measure_set, {}).setdefault(cuboid, set()).add(decode_key(key))
        for measure_set, keys_of in together.items():
            _recount(measure_sets()[measure_set], keys_of)
        _forget([row[0] for row in dirty])
        return len(dirty)


def rebuild(measures: MeasureSet) -> None:
    """Throw all cells of a set away and fill them from the rows, in one transaction; refreshers wait.

    The dirty rows go first and the rows are counted by later statements, as in `refresh_shards`. A cuboid whose
    dimensions a finer one has too is added up from the finer cells: the rows are read once less.
    """
    _make_shards()
    with transaction.atomic(durable=True):
        database.lock_all_shards(StatisticsShard.objects.all())
        database.plan_for_all_rows()
        DirtyKey.objects.filter(measure_set=measures.name).delete()
        counted: list[Cuboid] = []
        for cuboid in _finest_first(measures):
            cuboid.cell._default_manager.all().delete()
            finer = next((one for one in counted if one.name in measures.finer[cuboid.name]), None)
            keys = list(cuboid.key_columns)
            if finer is None:
                sources = [(group_queryset(group, cuboid), list(group.figures)) for group in measures.groups]
                database.fill_cells(cuboid.cell, sources, keys)
                counted.append(cuboid)
            else:
                database.add_up_cells(cuboid.cell, finer.cell._default_manager.all(), keys, list(measures.figures))


def _finest_first(measures: MeasureSet) -> list[Cuboid]:
    return sorted(measures.cuboids.values(), key=lambda one: -len(one.dims))


def _fill(measures: MeasureSet, cuboid: Cuboid, days: set[dt.date], kept: type[models.Model] | None) -> None:
    """Count the cells of these days inside the database."""
    sources = [
        (group_queryset(group, cuboid).filter(**{f"{group.day}__in": days}), list(group.figures))
        for group in measures.groups
    ]
    database.refill_cells(cuboid.cell, days, sources, list(cuboid.key_columns), kept=kept)


def _waiting() -> "QuerySet[DirtyKey]":
    """The dirty rows that this process knows how to count; those of an app that is not loaded stay."""
    known = Q(pk__in=[])
    for measures in measure_sets().values():
        known |= Q(measure_set=measures.name, cuboid__in=list(measures.cuboids))
    return DirtyKey.objects.filter(known)


def _recount(measures: MeasureSet, keys_of: dict[str, set[Key]]) -> None:
    """Count the keys of each cuboid again; a day marked as a whole, or with many keys, as a whole.

    The shards that are held cover whole days of all cuboids. A day whose finer cells are counted as a whole is added
    up from them; the rows of the other whole days are read once for all cuboids, if that spares many readings.
    """
    cuboids = _finest_first(measures)
    whole = {cuboid.name: _whole_days(keys_of.get(cuboid.name, set())) for cuboid in cuboids}
    finer = {
        cuboid.name: next((one for one in cuboids[:place] if one.name in measures.finer[cuboid.name]), None)
        for place, cuboid in enumerate(cuboids)
    }
    known = {name: whole[name] & whole[one.name] if one else set() for name, one in finer.items()}
    with _rows_of(measures, [whole[name] - known[name] for name in whole]) as kept:
        for cuboid in cuboids:
            days, from_finer, one = whole[cuboid.name], known[cuboid.name], finer[cuboid.name]
            if one and from_finer:
                _add_up(measures, cuboid, one, from_finer)
            if days - from_finer:
                _fill(measures, cuboid, days - from_finer, kept)
            single = {key for key in keys_of.get(cuboid.name, set()) if key[0] not in days}
            found = count_keys(measures, cuboid, single)
            _upsert(measures, cuboid, found)
            _clear(cuboid, single - found.keys())


def _whole_days(keys: set[Key]) -> set[dt.date]:
    by_day = Counter(key[0] for key in keys)
    return {key[0] for key in keys if len(key) == 1 or by_day[key[0]] > WHOLE_DAY}


def _rows_of(
    measures: MeasureSet, days_of_cuboids: Sequence[set[dt.date]]
) -> AbstractContextManager[type[models.Model] | None]:
    """What `read_once` keeps of the rows of these days; nothing where few aggregates read them."""
    own = sum(1 for group in measures.groups if not group.owner)
    if own * sum(1 for days in days_of_cuboids if days) < MANY_READINGS:
        return nullcontext()
    return database.read_once(rows_of_days(measures, set().union(*days_of_cuboids)), columns_read(measures))


def _add_up(measures: MeasureSet, cuboid: Cuboid, finer: Cuboid, days: set[dt.date]) -> None:
    """Make the cells of these days what finer cells add up to."""
    cells = finer.cell._default_manager.filter(day__in=days)
    database.add_up_again(cuboid.cell, days, cells, list(cuboid.key_columns), list(measures.figures))


def _upsert(measures: MeasureSet, cuboid: Cuboid, counted: dict[Key, Figures]) -> None:
    cells = []
    for key, figures in sorted(counted.items(), key=lambda item: repr(item[0])):
        values = dict(zip(cuboid.key_columns, key, strict=True))
        cells.append(cuboid.cell(**values, **{name: figures.get(name, 0) for name in measures.figures}))
    cuboid.cell._default_manager.bulk_create(
        cells,
        batch_size=500,
        update_conflicts=True,
        unique_fields=list(cuboid.key_columns),
        update_fields=list(measures.figures),
    )


def _clear(cuboid: Cuboid, keys: set[Key]) -> None:
    """Delete the cells of keys that no row stands in any more."""
    if not keys:
        return
    cells = cuboid.cell._default_manager.filter(day__in={key[0] for key in keys})
    gone = [pk for pk, *key in cells.values_list("pk", *cuboid.key_columns) if tuple(key) in keys]
    for some in _slices(gone):
        cuboid.cell._default_manager.filter(pk__in=some).delete()


def _forget(ids: list[int]) -> None:
    for some in _slices(ids):
        DirtyKey.objects.filter(id__in=some).delete()


def _slices(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + 2000] for start in range(0, len(ids), 2000))


def _make_shards() -> None:
    if StatisticsShard.objects.count() < SHARDS:
        StatisticsShard.objects.bulk_create(
            [StatisticsShard(number=number) for number in range(SHARDS)], ignore_conflicts=True
        )
