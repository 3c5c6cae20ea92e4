"""What the statistics engine needs from each database: locks on shards, a snapshot, set-based filling of cells."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from portal.core.db import is_postgres

FILLED = 50  # percent of a page of cells
KEPT, COUNTED = "kept_rows", "counted_cells"
Sources = Sequence[tuple[models.QuerySet[Any, Any], Sequence[str]]]  # aggregates, and the figures that each gives


def batch_limit() -> int:
    """Dirty rows of one refreshing transaction: on SQLite it holds up every other writer."""
    return 20_000 if is_postgres() else 2_000


def shards_together() -> int:
    """Shards of one refreshing transaction: several share the reading of their rows, and leave some to others."""
    return 8 if is_postgres() else 1


def lock_shards(shards: "models.QuerySet[Any]") -> list[Any]:
    """Lock and return those of these shard rows that nobody else holds, in their order."""
    shards = shards.order_by("pk")
    return list(shards.select_for_update(skip_locked=True) if is_postgres() else shards)


def lock_all_shards(shards: "models.QuerySet[Any]") -> None:
    """Lock all these shard rows, in their order, waiting for whoever holds one."""
    shards = shards.order_by("pk")
    list(shards.select_for_update() if is_postgres() else shards)


def plan_for_few_rows() -> None:
    """Inside a refreshing transaction: compiling the aggregates of one day takes longer than running them.

    Their groups, wide as they are, are kept in memory.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")


def plan_for_all_rows() -> None:
    """Inside a rebuilding transaction: groups of millions of rows are kept in memory instead of being sorted on disk."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")


def leave_room(cells: "Iterable[type[models.Model]]") -> None:
    """Keep half of each page of these tables empty, for PostgreSQL to write a changed cell beside its old version.

    No index has to learn of it then, which is three quarters of what writing a cell costs.
    """
    if not is_postgres():
        return
    wanted = {cell._meta.db_table for cell in cells}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE oid = ANY(SELECT to_regclass(name) FROM unnest(%s) name)"
            " AND NOT coalesce(reloptions, '{}') @> %s",
            [[connection.ops.quote_name(table) for table in sorted(wanted)], [f"fillfactor={FILLED}"]],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (fillfactor = {FILLED})")


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction whose statements all see the same state of the database, and which holds up no writer.

    Inside an outer transaction (tests) that one is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    if is_postgres():
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    connection.ensure_connection()
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


@contextmanager
def read_once(rows: "models.QuerySet[Any]", columns: Sequence[str]) -> "Iterator[type[models.Model] | None]":
    """Keep these columns of the rows beside, inside a transaction, for several `refill_cells(…, kept=…)` to count from.

    Gives the model whose rows are kept, or None where reading them again costs no more (SQLite has them in its own
    process). On PostgreSQL each row is fetched once, by all the indexes together, instead of once for each aggregate
    of each cuboid, and what is kept is narrow.
    """
    if not is_postgres():
        yield None
        return
    select, params = rows.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {KEPT} ON COMMIT DROP AS {select}", params)
        cursor.execute(f"SET LOCAL default_statistics_target = 3; ANALYZE {KEPT}")
    yield rows.model
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {KEPT}")


def fill_cells(cell: type[models.Model], sources: Sources, keys: Sequence[str]) -> None:
    """Insert the cells that several aggregates add up to; cells of zeros alone are left out.

    Each source gives the key columns and then its figures, in this order. No cell of these keys may be there yet.
    PostgreSQL reads for an INSERT with one process and for a new table with several, so there is one between.
    """
    _insert(cell, keys, *_sum_of(sources, keys), parallel=True)


def add_up_cells(
    cell: type[models.Model], finer: "models.QuerySet[Any]", keys: Sequence[str], figures: Sequence[str]
) -> None:
    """Insert the cells that these finer cells of the same figures add up to; cells of zeros alone are left out."""
    _insert(cell, keys, *_sum_of_finer(finer, keys, figures), parallel=False)


def refill_cells(
    cell: type[models.Model],
    days: Collection[dt.date],
    sources: Sources,
    keys: Sequence[str],
    *,
    kept: type[models.Model] | None = None,
) -> None:
    """Make the cells of these days what several aggregates, of these days only, add up to.

    Sources over the model `kept` count the rows that `read_once` keeps.
    """
    _replace(cell, days, keys, *_sum_of(sources, keys, kept=kept))


def add_up_again(
    cell: type[models.Model],
    days: Collection[dt.date],
    finer: "models.QuerySet[Any]",
    keys: Sequence[str],
    figures: Sequence[str],
) -> None:
    """Make the cells of these days what the finer cells of the same figures, of these days only, add up to."""
    _replace(cell, days, keys, *_sum_of_finer(finer, keys, figures))


def _insert(
    cell: type[models.Model],
    keys: Sequence[str],
    figures: Sequence[str],
    select: str,
    params: list[Any],
    *,
    parallel: bool,
) -> None:
    """Insert keys and figures; columns that no source gives are zero."""
    insert = f"INSERT INTO {_columns_of(cell, figures, keys)}"
    zeros = ", 0" * len(_zeros(cell, figures, keys))
    with connection.cursor() as cursor:
        if parallel and is_postgres():
            cursor.execute(f"CREATE TEMPORARY TABLE {COUNTED} ON COMMIT DROP AS {select}", params)
            cursor.execute(f"{insert} SELECT *{zeros} FROM {COUNTED}")  # noqa: S608
            cursor.execute(f"DROP TABLE {COUNTED}")
        else:
            cursor.execute(f"{insert} SELECT *{zeros} FROM ({select}) counted", params)  # noqa: S608


def _replace(
    cell: type[models.Model],
    days: Collection[dt.date],
    keys: Sequence[str],
    figures: Sequence[str],
    select: str,
    params: list[Any],
) -> None:
    """Write what differs: on PostgreSQL a changed cell stays in its place, and no index learns of it."""
    old = cell._default_manager.filter(day__in=days)
    if not is_postgres():
        old.delete()
        _insert(cell, keys, figures, select, params, parallel=False)
        return
    quote = connection.ops.quote_name
    table = quote(cell._meta.db_table)
    same = " AND ".join(f"cell.{quote(key)} = counted.{quote(key)}" for key in keys)
    written = ", ".join(f"{quote(name)} = counted.{quote(name)}" for name in figures)
    was, now = (", ".join(f"{one}.{quote(name)}" for name in figures) for one in ("cell", "counted"))
    values = ", ".join(f"counted.{quote(name)}" for name in (*keys, *figures)) + ", 0" * len(
        _zeros(cell, figures, keys)
    )
    columns = _columns_of(cell, figures, keys).removeprefix(table)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {COUNTED} ON COMMIT DROP AS {select}", params)
        cursor.execute(
            f"DELETE FROM {table} cell WHERE cell.day = ANY(%s)"  # noqa: S608
            f" AND NOT EXISTS (SELECT 1 FROM {COUNTED} counted WHERE {same})",
            [list(days)],
        )
        cursor.execute(
            f"MERGE INTO {table} cell USING {COUNTED} counted ON {same} AND cell.day = ANY(%s)"  # noqa: S608
            f" WHEN MATCHED AND ({was}) IS DISTINCT FROM ({now}) THEN UPDATE SET {written}"
            f" WHEN NOT MATCHED THEN INSERT {columns} VALUES ({values})",
            [list(days)],
        )
        cursor.execute(f"DROP TABLE {COUNTED}")


def _zeros(cell: type[models.Model], figures: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Columns that no source gives."""
    return [
        column.name
        for column in cell._meta.local_concrete_fields
        if not column.primary_key and column.name not in (*keys, *figures)
    ]


def _columns_of(cell: type[models.Model], figures: Sequence[str], keys: Sequence[str]) -> str:
    """Table and columns of an INSERT: keys, figures, and what stays zero."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, (*keys, *figures, *_zeros(cell, figures, keys))))
    return f"{quote(cell._meta.db_table)} ({columns})"


def _sum_of_finer(
    finer: "models.QuerySet[Any]", keys: Sequence[str], figures: Sequence[str]
) -> tuple[Sequence[str], str, list[Any]]:
    """Figures, and one SELECT of keys and figures over finer cells, summed as the 64-bit integers that they are."""
    quote = connection.ops.quote_name
    key_names = ", ".join(map(quote, keys))
    source, params = finer.values(*keys, *figures).query.sql_with_params()
    sums = [f"SUM({quote(name)})" for name in figures]
    some = " OR ".join(f"{one} <> 0" for one in sums)
    named = ", ".join(f"CAST({one} AS bigint) AS {quote(name)}" for one, name in zip(sums, figures, strict=True))
    select = f"SELECT {key_names}, {named} FROM ({source}) s GROUP BY {key_names} HAVING {some}"  # noqa: S608
    return figures, select, list(params)


def _sum_of(
    sources: Sources, keys: Sequence[str], *, kept: type[models.Model] | None = None
) -> tuple[Sequence[str], str, list[Any]]:
    """Figures, and one SELECT of keys and figures over all sources."""
    quote = connection.ops.quote_name
    key_names = ", ".join(map(quote, keys))
    figures = list(dict.fromkeys(name for _rows, names in sources for name in names))
    owners = Counter(name for _rows, names in sources for name in names)
    counted: list[str] = []
    parts: list[str] = []
    params: list[Any] = []
    for number, (rows, names) in enumerate(sources):
        select, more = rows.query.sql_with_params()
        params += more
        if rows.model is kept:  # inside these brackets the table's name means what is kept of it
            select = f"WITH {quote(rows.model._meta.db_table)} AS (SELECT * FROM {KEPT}) {select}"  # noqa: S608
        counted.append(f"g{number}({', '.join(map(quote, (*keys, *names)))}) AS ({select})")
        cells = ", ".join(
            quote(name) if name in names else f"CAST(NULL AS bigint) AS {quote(name)}" for name in figures
        )
        parts.append(f"SELECT {key_names}, {cells} FROM g{number}")  # noqa: S608
    # A figure of one source has one value for each key: taking it costs a fifth of adding up, which is done in numerics.
    totals = [f"COALESCE({'MAX' if owners[name] == 1 else 'SUM'}({quote(name)}), 0)" for name in figures]
    some = " OR ".join(f"{total} <> 0" for total in totals)
    named = ", ".join(f"CAST({total} AS bigint) AS {quote(name)}" for total, name in zip(totals, figures, strict=True))
    statement = (
        f"WITH {', '.join(counted)} SELECT {key_names}, {named}"  # noqa: S608
        f" FROM ({' UNION ALL '.join(parts)}) s GROUP BY {key_names} HAVING {some}"
    )
    return figures, statement, params
