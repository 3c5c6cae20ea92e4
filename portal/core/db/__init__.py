"""Everything that differs between SQLite and PostgreSQL; a test looks for vendor words anywhere else."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import DatabaseError, connection, models, transaction

M = TypeVar("M", bound=models.Model)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def is_deadlock(error: DatabaseError) -> bool:
    """True for a deadlock or serialisation failure, which the same transaction may survive when run again."""
    code = getattr(error.__cause__, "pgcode", None)
    return code in {"40P01", "40001"}


def database_now() -> dt.datetime:
    """The database's own clock at this instant, for deadlines that decide between people."""
    if not is_postgres():
        return dt.datetime.now(dt.UTC)  # one machine: its clock is the database's clock
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def lock_row(queryset: "models.QuerySet[M]", pk: Any) -> M:
    """Fetch and lock one row. Raises `DoesNotExist`, and RuntimeError outside a transaction.

    On SQLite the transaction itself is IMMEDIATE, so the database is already ours.
    """
    rows = lock_rows(queryset, [pk])
    if not rows:
        raise queryset.model.DoesNotExist  # type: ignore[attr-defined]  # every model has its own
    return rows[0]


def lock_rows(queryset: "models.QuerySet[M]", pks: Iterable[Any]) -> list[M]:
    """Fetch and lock rows in primary-key order, so that two callers never wait for each other in a circle."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("rows are locked inside a transaction only")
    wanted = queryset.filter(pk__in=list(pks)).order_by("pk")
    if is_postgres():
        wanted = wanted.select_for_update(of=("self",))
    return list(wanted)


def skip_locked(queryset: "models.QuerySet[M]") -> "models.QuerySet[M]":
    """Take rows that nobody else holds (PostgreSQL); on SQLite only one writer exists."""
    if is_postgres():
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset


def increment(model: type[models.Model], column: str, **key: Any) -> int | None:
    """Add one to a counter's row and return the new value; None when there is no such row. One statement.

    The row stays locked until the commit, so the value is ours alone.
    """
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in key]
    where = " AND ".join(f"{quote(field.column)} = %s" for field in fields)
    name = quote(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {name} = {name} + 1 WHERE {where} RETURNING {name}",  # noqa: S608
            [field.get_db_prep_value(value, connection) for field, value in zip(fields, key.values(), strict=True)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None
