"""A database for the benchmarks alone: on PostgreSQL where it answers, else an SQLite file; gone afterwards."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def bench_database(kind: str, kept: str = "") -> Iterator[str]:
    """Set Django up on a new, migrated and seeded database; yields what it is. `kind`: auto, postgres or sqlite.

    `kept` is the address of one that stays afterwards: the rows about cases fill it once (ten million take a quarter of
    an hour) and find their cases the next time.
    """
    sys.path.insert(0, str(ROOT / ".ci"))
    import services

    problem = services.postgres_problem()
    if kind == "postgres" and problem:
        raise SystemExit(problem)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ["PORTAL_DATA_DIR"] = folder
        os.environ.pop("REDIS_URL", None)
        os.environ.setdefault("SECRET_KEY", "only for the benchmarks")
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        if kind == "sqlite" or problem:
            os.environ.pop("DATABASE_URL", None)
            yield prepared()
            return
        if kept:
            os.environ["DATABASE_URL"] = kept
            yield prepared()
            return
        with services.own_database() as url:
            os.environ["DATABASE_URL"] = url
            yield prepared()


def prepared() -> str:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    write_keys()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed", verbosity=0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def write_keys() -> None:
    """Keys for this run only; personal data in a benchmark is made up."""
    import base64

    from django.conf import settings

    settings.FIELD_KEYS = ["1:" + base64.b64encode(os.urandom(32)).decode()]
    settings.BLIND_KEYS = ["1:" + base64.b64encode(os.urandom(32)).decode()]
