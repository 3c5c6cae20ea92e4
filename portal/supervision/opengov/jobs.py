"""The job that writes a large file: row by row to the disk, stored, and only then ready."""

import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import translation

from portal.core.datasets import Dataset, Span, Value, dataset
from portal.core.jobs import GiveUp, Job, job
from portal.core.time import now
from portal.supervision.opengov.actions import FOLDER, JOB, move
from portal.supervision.opengov.models import FileState, PreparedFile
from portal.supervision.opengov.writers import write_rows

RENEW_ROWS = 5_000  # the lease is prolonged after so many rows


def _gave_up(payload: dict[str, Any], error: str) -> None:
    file = PreparedFile.objects.filter(pk=payload["file"]).first()
    if file is not None:
        move(file, FileState.FAILED, finished_at=now())


@job(JOB, lease_seconds=120, max_attempts=3, steps=True, on_dead=_gave_up)
def write_file(payload: dict[str, Any], task: Job) -> None:
    """Write one file; one that is there already is left alone. A worker that is lost leaves nothing half written."""
    asked = PreparedFile.objects.filter(pk=payload["file"]).first()
    if asked is None or not move(asked, FileState.RUNNING, started_at=now(), rows=0):
        return
    one = dataset(asked.code)
    if one is None:
        raise GiveUp(f"no dataset {asked.code}")
    with translation.override(asked.language), tempfile.TemporaryFile() as file:
        rows, digest = write_rows(one, _renewing(one, asked, task), asked.format, file, bom=asked.bom)
        size = file.tell()
        file.seek(0)
        stored = default_storage.save(f"{FOLDER}/{asked.uid.hex}.{asked.format}", File(file))
    with task.step():
        values = {"stored_as": stored, "file_bytes": size, "rows": rows, "content_digest": digest}
        if not move(asked, FileState.READY, finished_at=now(), **values):
            default_storage.delete(stored)


def _renewing(one: Dataset, asked: PreparedFile, task: Job) -> Iterator[tuple[Value, ...]]:
    """The rows, with the lease prolonged and the progress noted on the way."""
    for count, values in enumerate(one.rows(Span(asked.first, asked.last)), start=1):
        yield values
        if count % RENEW_ROWS == 0:
            task.renew()
            PreparedFile.objects.filter(pk=asked.pk, state=FileState.RUNNING).update(rows=count)
