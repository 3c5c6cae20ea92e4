"""Everything that differs between SQLite and PostgreSQL; a test looks for vendor words anywhere else."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import DatabaseError, connection, models, transaction

M = TypeVar("M", bound=models.Model)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def may_run_again(error: DatabaseError) -> bool:
    """True for what the same transaction may survive when run again, nothing of it being done.

    On PostgreSQL a deadlock or serialisation failure; on SQLite that the whole timeout went by while others wrote, for
    it serves those who wait in no order.
    """
    cause = error.__cause__
    if getattr(cause, "pgcode", None) in {"40P01", "40001"}:
        return True
    return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF == sqlite3.SQLITE_BUSY


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


def lock_name(name: str) -> None:
    """Let one transaction at a time go on under this name, where there is no row yet to lock; until the commit.

    Raises RuntimeError outside a transaction. On SQLite the transaction itself is IMMEDIATE.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("names are locked inside a transaction only")
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def skip_locked(queryset: "models.QuerySet[M]") -> "models.QuerySet[M]":
    """Take rows that nobody else holds (PostgreSQL); on SQLite only one writer exists."""
    if is_postgres():
        return queryset.select_for_update(skip_locked=True, of=("self",))
    return queryset


def insert_once(row: models.Model) -> bool:
    """Insert a row unless one with the same unique key is there; False then. One statement, no savepoint.

    Another transaction that is inserting the same key is waited for, so after False its row is committed and readable.
    """
    quote = connection.ops.quote_name
    fields: list[Any] = [field for field in row._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    key = str(row._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(row._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
            f" ON CONFLICT DO NOTHING RETURNING {quote(key)}",
            [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields],
        )
        found = cursor.fetchone()
    if found:
        row.pk = found[0]
    return found is not None


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
