"""Copying the whole database out and in: the online backup of SQLite, pg_dump and pg_restore of PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection, connections, transaction

from portal.core.db import is_postgres

ASIDE = "before_restore"  # the schema of the living tables while a dump is loaded


class DumpFailed(Exception):
    """The database's tool is missing or refused; the text says what to do."""


def engine() -> str:
    return "postgresql" if is_postgres() else "sqlite"


def dump(target: Path) -> None:
    """Write a consistent copy of the database to `target` while the portal runs on. Raises DumpFailed."""
    if is_postgres():
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return
    connection.ensure_connection()
    with sqlite3.connect(target) as copy:
        connection.connection.backup(copy)
    copy.close()


def load(source: Path) -> None:
    """Replace the database's content by a dump. The portal must not run. Raises DumpFailed."""
    connections.close_all()
    if is_postgres():
        _load_into_postgres(source)
        return
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, fresh)
    for suffix in ("-wal", "-shm"):
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
    os.replace(fresh, target)


def _load_into_postgres(source: Path) -> None:
    """The living tables stand aside under another name until the restored ones are complete.

    Dropping and making two thousand tables and indexes in one transaction asks for more locks than a server keeps by
    default; renaming their schema asks for one.
    """
    _stand_aside()
    database = f"--dbname={connection.settings_dict['NAME']}"
    try:
        _run("pg_restore", database, "--schema=public", "--no-owner", "--single-transaction", str(source))
    except DumpFailed:
        _bring_back()
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")
    connections.close_all()


def _stand_aside() -> None:
    """What an interrupted restoration has left is settled first: its tables come back where nothing took their place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.schemata WHERE schema_name = %s", [ASIDE])
        if cursor.fetchone()[0]:
            if connection.introspection.table_names():
                cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")
            else:
                _bring_back()
        with transaction.atomic():
            cursor.execute(f"ALTER SCHEMA public RENAME TO {ASIDE}")
            cursor.execute("CREATE SCHEMA public")
    connections.close_all()


def _bring_back() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute(f"ALTER SCHEMA {ASIDE} RENAME TO public")
    connections.close_all()


def is_empty() -> bool:
    """True when the database has no tables."""
    if not is_postgres() and not Path(connection.settings_dict["NAME"]).exists():
        return True
    return not connection.introspection.table_names()


def _run(tool: str, *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise DumpFailed(f"{tool} is missing. Install it with: apt-get install postgresql-client")
    values = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": values["HOST"] or "",
        "PGPORT": str(values["PORT"] or ""),
        "PGUSER": values["USER"] or "",
        "PGPASSWORD": values["PASSWORD"] or "",
        "PGDATABASE": values["NAME"],
    }
    environment = {name: value for name, value in environment.items() if value or not name.startswith("PG")}
    done = subprocess.run([tool, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-3:]
        raise DumpFailed(f"{tool} did not succeed: {' '.join(last)}")
