"""What the statistics engine needs from each database: locks on shards, a snapshot, set-based filling of cells."""

from collections.abc import Iterator
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


def add_to_cells(
    cell: type[models.Model], rows: "models.QuerySet[Any, Any]", keys: list[str], figures: list[str]
) -> None:
    """Fill cells from an aggregate, in one statement: new keys are inserted, the figures of known ones grow.

    `rows` gives the key columns and then the figures, in this order.
    """
    quote = connection.ops.quote_name
    select, params = rows.query.sql_with_params()
    zeros = [
        column.name
        for column in cell._meta.local_concrete_fields
        if not column.primary_key and column.name not in (*keys, *figures)
    ]
    table = quote(cell._meta.db_table)
    columns = ", ".join(quote(name) for name in (*keys, *figures, *zeros))
    source = ", ".join([*(f"s.c{number}" for number in range(len(keys) + len(figures))), *("0" for _ in zeros)])
    names = ", ".join(f"c{number}" for number in range(len(keys) + len(figures)))
    grow = ", ".join(f"{quote(name)} = {table}.{quote(name)} + EXCLUDED.{quote(name)}" for name in figures)
    statement = (
        f"WITH s({names}) AS ({select}) INSERT INTO {table} ({columns}) SELECT {source} FROM s WHERE true "  # noqa: S608
        f"ON CONFLICT ({', '.join(quote(name) for name in keys)}) DO UPDATE SET {grow}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
