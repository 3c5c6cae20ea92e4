"""Row `import`: cases of another system through every rule, and the same rows copied in without any."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, models, transaction

from approvals.cases.models import Case, CaseStop
from portal.core.models import DirtyKey, Event, ImportChunk, ImportedRow, ImportJob, ImportNote, StreamHead
from tests.bench.casefile import write_cases
from tests.bench.harness import Pair, Row, register

ROWS, SHARE = 200_000, 5  # at the default size of a million cases
# What an import writes, in an order in which the rows may come back.
TABLES: list[type[models.Model]] = [Case, CaseStop, Event, StreamHead, ImportedRow, DirtyKey]
PROCESSES = 2


class Copied:
    """The rows that an import wrote, kept as text to be copied in again without rules."""

    def __init__(self, folder: Path) -> None:
        self.files = {model: folder / f"{model._meta.db_table}.copy" for model in TABLES}
        self.bytes = 0

    def keep(self) -> None:
        with connection.cursor() as cursor:
            for model, path in self.files.items():
                with path.open("wb") as out:
                    cursor.copy_expert(f'COPY "{model._meta.db_table}" TO STDOUT', out)
        self.bytes = sum(path.stat().st_size for path in self.files.values())

    def copy_in(self) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            for model, path in self.files.items():
                with path.open("rb") as data:
                    cursor.copy_expert(f'COPY "{model._meta.db_table}" FROM STDIN', data)
        return Case.objects.count()


def empty() -> None:
    """Take out what either side wrote; items and departments stay, so that both sides find the same."""
    tables = [*TABLES, ImportChunk, ImportNote, ImportJob]
    if connection.vendor == "postgresql":
        names = ", ".join(f'"{model._meta.db_table}"' for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names} CASCADE")
        return
    for model in (*reversed(TABLES), ImportChunk, ImportNote, ImportJob):
        model._default_manager.all()._raw_delete(using="default")


def take_in(path: Path, processes: int) -> int:
    out = io.StringIO()
    call_command(
        "import_cases", str(path), "--source", "bench", "--processes", str(processes), "--restart",
        stdout=out, stderr=io.StringIO(),
    )  # fmt: skip
    return int(out.getvalue().split("created ")[1].split(",")[0])


def insert_again() -> int:
    """The yardstick where there is no COPY: the same rows, moved from tables without indexes."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in TABLES:
            table = model._meta.db_table
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "kept_{table}"')
    return Case.objects.count()


def keep_beside() -> None:
    with connection.cursor() as cursor:
        for model in TABLES:
            table = model._meta.db_table
            cursor.execute(f'CREATE TABLE "kept_{table}" AS SELECT * FROM "{table}"')


def drop_kept() -> None:
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f'DROP TABLE IF EXISTS "kept_{model._meta.db_table}"')


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    count = max(1000, min(ROWS, size // SHARE))
    with tempfile.TemporaryDirectory(prefix="portal-bench-import-") as folder:
        path = Path(folder) / "cases.csv"
        write_cases(path, count)
        many = connection.vendor == "postgresql"
        processes = PROCESSES if many else 1
        empty()
        take_in(path, processes)
        kept = Copied(Path(folder))
        if many:
            kept.keep()
        else:
            keep_beside()

        def same(ours: int, other: int) -> None:
            assert ours == other == count

        try:
            yield Pair(
                ours=lambda: take_in(path, processes),
                other=kept.copy_in if many else insert_again,
                amount=count,
                check=same,
                before_ours=empty,
                before_other=empty,
            )
        finally:
            empty()
            if not many:
                drop_kept()


register(
    Row(
        name="import",
        title="Cases of another system: validation, deadlines, dedupe, one event and the cells' marks for each row",
        ours=f"`import_cases` with {PROCESSES} processes (one on SQLite), all indexes on",
        other="the rows that it wrote, copied into the same tables (COPY on PostgreSQL), all indexes on",
        unit="cases",
        goal=0.5,
        prepare=prepare,
    )
)
