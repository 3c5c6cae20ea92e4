"""Copies of the embedded database that several processes fill side by side, and their joining into one again.

SQLite has one writer. Who builds much that does not overlap works in copies, whose new rows get keys of ranges that the
caller gives out; joined, they are what one process would have written. Copies may only add rows: a changed one is refused.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection


class PartChangedRows(Exception):
    """A copy changed or deleted rows that were there before, or two copies made the same row."""


def copy_database(target: Path) -> None:
    """Write the present embedded database to `target`."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)


def highest_key() -> int:
    """The highest key that any table of the embedded database has given out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence")
        found: int = cursor.fetchone()[0]
    return found


def number_from(key: int) -> None:
    """From now on the new rows of all tables get keys above `key`, where they have not come so far already."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s)", [key])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, %s FROM sqlite_master"
            " WHERE type = 'table' AND sql LIKE '%%AUTOINCREMENT%%' AND name NOT IN (SELECT name FROM sqlite_sequence)",
            [key],
        )


@contextmanager
def working_in(target: Path) -> Iterator[None]:
    """Inside, Django's connection of this process is to the copy."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(target)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def join_databases(parts: Sequence[Path]) -> None:
    """Add the new rows of all copies to the present database, all or nothing. Raises PartChangedRows."""
    connection.close()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as whole:
        for number, part in enumerate(parts):
            whole.execute(f"ATTACH ? AS part{number}", [str(part)])
        whole.execute("PRAGMA foreign_keys = OFF")
        whole.execute("BEGIN IMMEDIATE")
        for table in _tables(whole):
            _join_table(whole, table, len(parts))
        whole.execute("COMMIT")


def _join_table(whole: sqlite3.Connection, table: str, parts: int) -> None:
    before = _count(whole, f'main."{table}"')
    # What stood in the table when the copies were made, and what each of them has beside it.
    new = [
        _count(whole, f'(SELECT * FROM part{n}."{table}" EXCEPT SELECT * FROM main."{table}")')  # noqa: S608
        for n in range(parts)
    ]
    for number in range(parts):
        if new[number]:
            whole.execute(f'INSERT OR IGNORE INTO main."{table}" SELECT * FROM part{number}."{table}"')  # noqa: S608
    after = _count(whole, f'main."{table}"')
    if after != before + sum(new):
        raise PartChangedRows(f"{table}: {before} rows and {new} new ones gave {after}")


def _count(whole: sqlite3.Connection, rows: str) -> int:
    found: int = whole.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]  # noqa: S608
    return found


def _tables(whole: sqlite3.Connection) -> list[str]:
    """The tables with rows of their own; what belongs to a search index is written while founding only."""
    rows = whole.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    virtual = [name for name, sql in rows if sql and sql.upper().startswith("CREATE VIRTUAL")]
    return [
        name for name, _sql in rows if name not in virtual and not any(name.startswith(f"{one}_") for one in virtual)
    ]
