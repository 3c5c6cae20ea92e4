"""Bulk writing: COPY and a stage with INSERT … ON CONFLICT on PostgreSQL, batches on SQLite."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from portal.core.db import is_postgres

# Stands for NULL in the stream. Cells of imports may not hold control characters, so no value can look like it.
NULL = "\x1eN\x1e"
Row = Sequence[Any]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take `count` primary keys that nobody else will get. Inside a transaction on SQLite.

    Raises RuntimeError outside a transaction on SQLite, where the number line belongs to the only writer.
    """
    if count <= 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("keys are reserved inside a transaction only")
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last + count])
    return list(range(last + 1, last + count + 1))


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows that are known to be new; fields left out get their default. Returns how many."""
    fields, full = _with_defaults(model, names, rows)
    if not full:
        return 0
    columns = _columns(fields)
    table = _quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if is_postgres():
            _copy(cursor, table, columns, fields, full)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", _prepared(fields, full))  # noqa: S608
    return len(full)


def insert_missing(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Row], *, key: Sequence[str], returning: str
) -> set[Any]:
    """Insert what is not there yet, in the order of the key; returns `returning` of the rows that went in.

    Another transaction that is inserting the same key is waited for, so what is not returned is committed by somebody.
    """
    fields, full = _with_defaults(model, names, rows)
    if not full:
        return set()
    table, columns = _quote(model._meta.db_table), _columns(fields)
    keys = _columns(_fields(model, key))
    back = _columns(_fields(model, [returning]))
    with connection.cursor() as cursor:
        if is_postgres():
            stage = _stage(cursor, table, columns, fields, full)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage} ORDER BY {keys}"  # noqa: S608
                f" ON CONFLICT ({keys}) DO NOTHING RETURNING {back}"
            )
            return {row[0] for row in cursor.fetchall()}
        went_in = set()
        marks = ", ".join(["%s"] * len(fields))
        place = list(names).index(returning)
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({keys}) DO NOTHING"  # noqa: S608
        for row, raw in zip(_prepared(fields, full), full, strict=True):
            cursor.execute(sql, row)
            if cursor.rowcount == 1:
                went_in.add(raw[place])
    return went_in


def upsert_rows(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    key: Sequence[str],
    update: Sequence[str],
) -> int:
    """Insert rows, or overwrite the fields `update` of the rows that have the same key. Returns how many."""
    fields, full = _with_defaults(model, names, rows)
    if not full:
        return 0
    table, columns = _quote(model._meta.db_table), _columns(fields)
    keys = _columns(_fields(model, key))
    sets = ", ".join(f"{column} = excluded.{column}" for column in map(_column, _fields(model, update)))
    with connection.cursor() as cursor:
        if is_postgres():
            stage = _stage(cursor, table, columns, fields, full)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage} ORDER BY {keys}"  # noqa: S608
                f" ON CONFLICT ({keys}) DO UPDATE SET {sets}"
            )
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({keys}) DO UPDATE SET {sets}",  # noqa: S608
                _prepared(fields, full),
            )
    return len(full)


def update_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> int:
    """Overwrite fields of rows that exist; the first name is the primary key. Returns how many rows were sent."""
    fields = _fields(model, names)
    full = list(rows)
    if not full:
        return 0
    table, columns = _quote(model._meta.db_table), _columns(fields)
    head, *rest = map(_column, fields)
    with connection.cursor() as cursor:
        if is_postgres():
            stage = _stage(cursor, table, columns, fields, full)
            sets = ", ".join(f"{name} = s.{name}" for name in rest)
            cursor.execute(f"UPDATE {table} t SET {sets} FROM {stage} s WHERE t.{head} = s.{head}")  # noqa: S608
        else:
            sets = ", ".join(f"{name} = %s" for name in rest)
            turned = [[*row[1:], row[0]] for row in _prepared(fields, full)]
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {head} = %s", turned)  # noqa: S608
    return len(full)


def _with_defaults(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Row]
) -> tuple[list[Any], list[list[Any]]]:
    """The fields of the whole row, and the rows filled up with the defaults of what was left out; NULL needs no cell."""
    named = _fields(model, names)
    given = {field.attname for field in named}
    rest = [f for f in model._meta.concrete_fields if f.attname not in given and not f.primary_key and not f.generated]
    defaults = [(field, value) for field in rest if (value := field.get_default()) is not None]
    constants = [value for _field, value in defaults]
    return [*named, *(field for field, _value in defaults)], [[*row, *constants] for row in rows]


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _column(field: Any) -> str:
    return _quote(field.column)


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _columns(fields: Sequence[Any]) -> str:
    return ", ".join(map(_column, fields))


def _stage(cursor: Any, table: str, columns: str, fields: Sequence[Any], rows: Sequence[Row]) -> str:
    """A temporary table without constraints, filled; it is gone when the transaction ends."""
    serial = getattr(connection, "portal_stage_serial", 0) + 1
    connection.portal_stage_serial = serial  # type: ignore[attr-defined]
    stage = f"stage_{serial}"
    cursor.execute(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
    _copy(cursor, stage, columns, fields, rows)
    return stage


def _copy(cursor: Any, table: str, columns: str, fields: Sequence[Any], rows: Sequence[Row]) -> None:
    stream = io.StringIO()
    special = {place: turn for place, field in enumerate(fields) if (turn := _copy_form(field))}
    csv.writer(stream, lineterminator="\n").writerows(_cells(rows, special))
    stream.seek(0)
    cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", stream)


def _cells(rows: Sequence[Row], special: Mapping[int, Callable[[Any], str]]) -> Iterator[list[Any]]:
    for row in rows:
        cells = [NULL if cell is None else cell for cell in row]
        for place, turn in special.items():
            if row[place] is not None:
                cells[place] = turn(row[place])
        yield cells


def _copy_form(field: Any) -> Any:
    """How a value that csv would not write as PostgreSQL reads it is turned into text; None for the others."""
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    if isinstance(field, models.BinaryField):
        return lambda value: "\\x" + bytes(value).hex()
    return None


def _prepared(fields: Sequence[Any], rows: Sequence[Row]) -> list[list[Any]]:
    """Rows as SQLite keeps them."""
    plain = (int, str, type(None))
    made = []
    for row in rows:
        made.append(
            [
                cell
                if isinstance(cell, plain) and not isinstance(field, models.JSONField)
                else cell.isoformat()
                if type(cell) is dt.date
                else field.get_db_prep_save(cell, connection)
                for cell, field in zip(row, fields, strict=True)
            ]
        )
    return made
