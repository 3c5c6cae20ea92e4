"""What the statistics engine needs from each database: locks on shards, a snapshot, set-based filling of cells."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from portal.core.db import is_postgres


def batch_limit() -> int:
    """Dirty rows of one refreshing transaction: on SQLite it holds up every other writer."""
    return 20_000 if is_postgres() else 2_000


def lock_shard(shards: "models.QuerySet[Any]") -> Any | None:
    """Lock and return one of these shard rows that nobody else holds, or None."""
    if is_postgres():
        shards = shards.select_for_update(skip_locked=True)
    return shards.first()


def lock_all_shards(shards: "models.QuerySet[Any]") -> None:
    """Lock all these shard rows, in their order, waiting for whoever holds one."""
    shards = shards.order_by("pk")
    list(shards.select_for_update() if is_postgres() else shards)


def plan_for_few_rows() -> None:
    """Inside a refreshing transaction: compiling the aggregates of one day takes longer than running them."""
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")


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


def fill_cells(
    cell: type[models.Model], sources: "Sequence[tuple[models.QuerySet[Any, Any], Sequence[str]]]", keys: Sequence[str]
) -> None:
    """Insert the cells that several aggregates add up to, in one statement; cells of zeros alone are left out.

    Each source gives the key columns and then its figures, in this order. No cell of these keys may be there yet.
    """
    quote = connection.ops.quote_name
    figures = list(dict.fromkeys(name for _rows, names in sources for name in names))
    zeros = [
        column.name
        for column in cell._meta.local_concrete_fields
        if not column.primary_key and column.name not in (*keys, *figures)
    ]
    key_names = ", ".join(map(quote, keys))
    owners = Counter(name for _rows, names in sources for name in names)
    counted: list[str] = []
    parts: list[str] = []
    params: list[Any] = []
    for number, (rows, names) in enumerate(sources):
        select, more = rows.query.sql_with_params()
        params += more
        counted.append(f"g{number}({', '.join(map(quote, (*keys, *names)))}) AS ({select})")
        cells = ", ".join(
            quote(name) if name in names else f"CAST(NULL AS bigint) AS {quote(name)}" for name in figures
        )
        parts.append(f"SELECT {key_names}, {cells} FROM g{number}")  # noqa: S608
    columns = ", ".join(map(quote, (*keys, *figures, *zeros)))
    # A figure of one source has one value for each key: taking it costs a fifth of adding up, which is done in numerics.
    totals = [f"COALESCE({'MAX' if owners[name] == 1 else 'SUM'}({quote(name)}), 0)" for name in figures]
    sums = ", ".join(totals + ["0"] * len(zeros))
    some = " OR ".join(f"{total} <> 0" for total in totals)
    statement = (
        f"WITH {', '.join(counted)} INSERT INTO {quote(cell._meta.db_table)} ({columns})"  # noqa: S608
        f" SELECT {key_names}, {sums} FROM ({' UNION ALL '.join(parts)}) s GROUP BY {key_names} HAVING {some}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
