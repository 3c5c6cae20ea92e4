"""Takes a file in, chunk by chunk: read → known? → check → one transaction that writes rows, refusals and checkpoint.

A chunk's row in `ImportChunk` is written in the transaction of its rows. After a crash at any point the chunks that
have no row are done again, so nothing is lost and nothing is there twice, whoever does them and in whatever order.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.db import copy
from portal.core.errors import Invalid
from portal.core.exchange.forms import ImportForm, ImportRun, Note, Rejected, Row
from portal.core.exchange.reader import Chunk, Head, Reader, chunks
from portal.core.models.exchange import ImportChunk, ImportedRow, ImportJob, ImportNote, ImportReject

ATTEMPTS = 3  # the first and two more after a deadlock
_MEMORY = ("form", "source", "external_id", "row_hash", "object_id", "job_number", "line")

Transaction = Callable[[], AbstractContextManager[object]]


@dataclass
class Counts:
    """What became of the rows. `read` is the sum of the others."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected


def chunk_lines() -> int:
    """How many lines one transaction takes in: few on SQLite, whose one writer must not hold the others up."""
    return 5000 if db.is_postgres() else 250


def zone_named(name: str) -> ZoneInfo:
    """Raises Invalid for a time zone that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(_("There is no time zone “%(name)s”. Names look like Asia/Shanghai."), name=name) from None


def durable() -> AbstractContextManager[object]:
    """The transaction of a chunk where no job's lease is to be kept."""
    return transaction.atomic(durable=True)


class ChunkRunner:
    """Works on chunks of one job in this process."""

    def __init__(self, form: ImportForm, job: ImportJob, head: Head, actor: Actor) -> None:
        self.form, self.job = form, job
        zone = zone_named(job.timezone)
        self.run = ImportRun(
            job_id=job.pk,
            source=job.source,
            zone=zone,
            actor=actor,
            is_dry_run=job.is_dry_run,
            started_at=job.started_at or job.created_at,
            only_department=job.only_department,
        )
        names = [column.name for column in form.columns]
        self.reader = Reader(head, names, key=form.key, salt=f"{form.name}{form.version} {job.timezone}")

    def take_in(self, chunk: Chunk, in_transaction: Transaction = durable) -> Counts:
        """Do one chunk. A second call for the same chunk, even at the same time, changes nothing."""
        found = self.reader.read(chunk)
        known = self._known(found.rows)
        fresh = [row for row in found.rows if not self._is_unchanged(row, known)]
        valid, refused = self.form.validate(fresh, self.run)
        rejected = sorted([*found.rejected, *refused], key=lambda one: one.line)
        notes = [Note("column", name[:255]) for name in sorted(found.unknown)]
        unchanged = len(found.rows) - len(fresh)
        if not self.run.is_dry_run and valid:
            with durable():
                self._note(self.form.prepare(valid, self.run))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with in_transaction():
                    counts = self._write(chunk, valid, Counts(unchanged=unchanged, rejected=len(rejected)))
                    if counts is None:
                        return Counts()
                    self._refuse(rejected)
                    self._note(notes)
                return counts
            except DatabaseError as error:
                if attempt == ATTEMPTS or not db.may_run_again(error):
                    raise
        raise AssertionError("unreachable")

    def _known(self, rows: Sequence[Row]) -> dict[str, ImportedRow]:
        """What earlier imports remember of these rows; one query."""
        memory = ImportedRow.objects.filter(form=self.form.name, source=self.run.source)
        found: dict[str, ImportedRow] = {}
        ids = [row.external_id for row in rows]
        for start in range(0, len(ids), 5000):
            for one in memory.filter(external_id__in=ids[start : start + 5000]):
                found[one.external_id] = one
        return found

    def _is_unchanged(self, row: Row, known: dict[str, ImportedRow]) -> bool:
        memory = known.get(row.external_id)
        if memory is None:
            return False
        row.object_id, row.is_new = memory.object_id, False
        overtaken = memory.job_number == self.job.pk and memory.line > row.line
        return memory.row_hash == row.row_hash or overtaken

    def _write(self, chunk: Chunk, valid: list[Row], counts: Counts) -> Counts | None:
        """Everything of a chunk in the open transaction; None when somebody else has done it already."""
        names = ("job_id", "number", "next_line", "next_offset")
        row = (self.job.pk, chunk.number, chunk.next_line, chunk.next_offset)
        if not copy.insert_missing(ImportChunk, names, [row], key=("job", "number"), returning="number"):
            return None
        last, repeats = _last_of_each(valid)
        writing = last if self.run.is_dry_run else self._settle(last)
        new = 0 if self.form.updates_only else sum(row.is_new for row in writing)
        counts.created, counts.updated = new, len(writing) - new + repeats
        counts.unchanged += len(last) - len(writing)
        if writing and not self.run.is_dry_run:
            self.form.write(writing, self.run)
        ImportChunk.objects.filter(job=self.job, number=chunk.number).update(
            read=counts.read,
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged,
            rejected=counts.rejected,
        )
        return counts

    def _settle(self, rows: list[Row]) -> list[Row]:
        """Claim the new external ids and lock the known ones; returns the rows that are still to be written.

        New ids are claimed in their order and known ones locked afterwards in theirs, so that two imports of the same
        rows wait for each other and never in a circle.
        """
        new = [row for row in rows if row.is_new]
        for row, object_id in zip(new, copy.reserve_ids(self.form.model, len(new)), strict=True):
            row.object_id = object_id
        mine = copy.insert_missing(
            ImportedRow,
            _MEMORY,
            [self._memory(row) for row in new],
            key=("form", "source", "external_id"),
            returning="external_id",
        )
        others = [row for row in rows if row.external_id not in mine]
        if not others:
            return rows
        memory = ImportedRow.objects.filter(form=self.form.name, source=self.run.source)
        locked = self._known(others)
        known = {one.external_id: one for one in db.lock_rows(memory, [one.pk for one in locked.values()])}
        changed = [row for row in others if not self._is_unchanged(row, known)]
        copy.update_rows(
            ImportedRow,
            ("id", "row_hash", "job_number", "line"),
            [(known[row.external_id].pk, row.row_hash, self.job.pk, row.line) for row in changed],
        )
        kept = {row.external_id for row in changed} | mine
        return [row for row in rows if row.external_id in kept]

    def _memory(self, row: Row) -> tuple[object, ...]:
        return (
            self.form.name,
            self.run.source,
            row.external_id,
            row.row_hash,
            row.object_id,
            self.job.pk,
            row.line,
        )

    def _refuse(self, rejected: Sequence[Rejected]) -> None:
        ImportReject.objects.bulk_create(
            [ImportReject(job=self.job, line=one.line, row=_storable(one.raw), reason=one.reason) for one in rejected],
            batch_size=500,
        )

    def _note(self, notes: Sequence[Note]) -> None:
        ImportNote.objects.bulk_create(
            [ImportNote(job=self.job, kind=n.kind, code=n.code[:255], name=n.name[:255]) for n in notes],
            batch_size=500,
            ignore_conflicts=True,
        )


def _last_of_each(rows: list[Row]) -> tuple[list[Row], int]:
    """Of rows with the same external id only the last one is written; the others count as taken in before it."""
    last = {row.external_id: row for row in rows}
    return list(last.values()), len(rows) - len(last)


def _storable(raw: object) -> object:
    """The row as it stood in the file, as JSON the databases can keep: bytes that are no UTF-8 become U+FFFD."""
    if isinstance(raw, str):
        return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")
    if isinstance(raw, list):
        return [_storable(cell) for cell in raw]
    if isinstance(raw, dict):
        return {str(_storable(name)): _storable(value) for name, value in raw.items()}
    return raw


def open_chunks(job: ImportJob, file: BinaryIO, head: Head) -> Iterator[Chunk]:
    """The chunks of the file that are not done yet, in order, read from the last gapless checkpoint on.

    The database is asked at once, the file only as the chunks are taken.
    """
    done = sorted(job.chunks.values_list("number", "next_line", "next_offset"))
    number, line, offset = 0, 0, 0
    for place, (finished, next_line, next_offset) in enumerate(done):
        if finished != place:
            break
        number, line, offset = finished + 1, next_line, next_offset
    later = {finished for finished, _line, _offset in done[number:]}
    todo = chunks(file, head, size=job.chunk_lines, number=number, line=line, offset=offset)
    return (chunk for chunk in todo if chunk.number not in later)
