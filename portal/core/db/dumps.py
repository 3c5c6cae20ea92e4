"""Copying the whole database out and in: the online backup of SQLite, pg_dump and pg_restore of PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection, connections

from portal.core.db import is_postgres


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
        database = f"--dbname={connection.settings_dict['NAME']}"
        _run("pg_restore", database, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))
        return
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, fresh)
    for suffix in ("-wal", "-shm"):
        target.with_name(f"{target.name}{suffix}").unlink(missing_ok=True)
    os.replace(fresh, target)


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
