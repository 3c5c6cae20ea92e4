"""What the statistics engine needs from each database: locks on shards, a snapshot, set-based filling of cells."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from portal.core.db import is_postgres

KEPT = "kept_rows"


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
    """Inside a refreshing transaction: compiling the aggregates of one day takes longer than running them."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")


def plan_for_all_rows() -> None:
    """Inside a rebuilding transaction: groups of millions of rows are kept in memory instead of being sorted on disk."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")


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
    """Keep these columns of the rows beside, inside a transaction, for several `fill_cells(…, kept=…)` to count from.

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
    yield rows.model
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {KEPT}")


def fill_cells(
    cell: type[models.Model],
    sources: "Sequence[tuple[models.QuerySet[Any, Any], Sequence[str]]]",
    keys: Sequence[str],
    *,
    kept: type[models.Model] | None = None,
) -> None:
    """Insert the cells that several aggregates add up to; cells of zeros alone are left out.

    Each source gives the key columns and then its figures, in this order. No cell of these keys may be there yet.
    Sources over the model `kept` count the rows that `read_once` keeps.
    PostgreSQL reads for an INSERT with one process and for a new table with several, so there is one between.
    """
    figures = list(dict.fromkeys(name for _rows, names in sources for name in names))
    select, params = _sum_of(sources, figures, keys, zeros=_zeros(cell, figures, keys), kept=kept)
    insert = f"INSERT INTO {_columns_of(cell, figures, keys)}"
    with connection.cursor() as cursor:
        if kept or not is_postgres():  # what is kept is read by one process only
            cursor.execute(f"{insert} {select}", params)
            return
        cursor.execute(f"CREATE TEMPORARY TABLE counted_cells ON COMMIT DROP AS {select}", params)
        cursor.execute(f"{insert} SELECT * FROM counted_cells")  # noqa: S608
        cursor.execute("DROP TABLE counted_cells")


def add_up_cells(
    cell: type[models.Model], finer: "models.QuerySet[Any]", keys: Sequence[str], figures: Sequence[str]
) -> None:
    """Insert the cells that these finer cells of the same figures add up to; cells of zeros alone are left out.

    The finer cells are summed as 64-bit integers, as they are stored.
    """
    quote = connection.ops.quote_name
    key_names = ", ".join(map(quote, keys))
    source, params = finer.values(*keys, *figures).query.sql_with_params()
    sums = [f"SUM({quote(name)})" for name in figures]
    some = " OR ".join(f"{one} <> 0" for one in sums)
    zeros = ["0"] * len(_zeros(cell, figures, keys))
    statement = (
        f"INSERT INTO {_columns_of(cell, figures, keys)} SELECT {key_names}, {', '.join(sums + zeros)}"  # noqa: S608
        f" FROM ({source}) s GROUP BY {key_names} HAVING {some}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


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


def _sum_of(
    sources: "Sequence[tuple[models.QuerySet[Any, Any], Sequence[str]]]",
    figures: Sequence[str],
    keys: Sequence[str],
    *,
    zeros: Sequence[str],
    kept: type[models.Model] | None,
) -> tuple[str, list[Any]]:
    """One SELECT of keys, figures and zeros over all sources."""
    quote = connection.ops.quote_name
    key_names = ", ".join(map(quote, keys))
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
    named = ", ".join(f"{total} AS {quote(name)}" for total, name in zip(totals, figures, strict=True))
    named += "".join(f", 0 AS {quote(name)}" for name in zeros)
    statement = (
        f"WITH {', '.join(counted)} SELECT {key_names}, {named}"  # noqa: S608
        f" FROM ({' UNION ALL '.join(parts)}) s GROUP BY {key_names} HAVING {some}"
    )
    return statement, params
