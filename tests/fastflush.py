"""Empties the tables after a test with `transaction=True`: only those that hold rows, and the seeds come back as a copy.

Django's flush truncates every table and lets `post_migrate` write all seeds anew: one to three seconds a test.
"""

from typing import Any

from django.db import connection

COPY = "seed_copy_of_"
_known: dict[str, list[str]] = {}  # what `remember` found: all tables, and those with seeds


def remember() -> None:
    """Once for each test database, when the seeds are in it: keep a copy of every table that holds rows."""
    _known["all"] = connection.introspection.django_table_names(only_existing=True, include_views=False)
    _known["seeded"] = _with_rows(_known["all"])
    with connection.cursor() as cursor:
        for table in _known["seeded"]:
            copy = _quoted(COPY + table)
            cursor.execute(f"DROP TABLE IF EXISTS {copy}")
            cursor.execute(f"CREATE TABLE {copy} AS SELECT * FROM {_quoted(table)}")


def restore() -> None:
    """Bring every table back to what `remember` found."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # no trigger, no look-up of foreign keys
        for table in _with_rows(_known["all"]):
            cursor.execute(f"DELETE FROM {_quoted(table)}")
        for table in _known["seeded"]:
            cursor.execute(f"INSERT INTO {_quoted(table)} SELECT * FROM {_quoted(COPY + table)}")
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")


def _with_rows(tables: list[str]) -> list[str]:
    """Of these tables, those that are not empty; one statement for some of them at a time."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for start in range(0, len(tables), 100):
            some = tables[start : start + 100]
            asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(name)})" for name in some)
            cursor.execute(asked)
            found += [row[0] for row in cursor.fetchall()]
    return found


def _quoted(name: str) -> Any:
    return connection.ops.quote_name(name)
