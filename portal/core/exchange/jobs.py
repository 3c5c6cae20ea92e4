"""The life of an import job: opened from a file, run in this process or in several, or step by step by a worker."""

import contextlib
import ctypes
import gc
import hashlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import connections
from django.utils import translation

from portal.core.actors import Actor
from portal.core.exchange.forms import ImportForm, form_named
from portal.core.exchange.reader import Chunk, Head, read_head
from portal.core.exchange.runner import ChunkRunner, Counts, chunk_lines, open_chunks, zone_named
from portal.core.models.exchange import ImportJob, ImportState
from portal.core.time import now

Progress = Callable[[int], None]
SOURCE_LENGTH = 40


def fingerprint(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and length of a file, read in blocks."""
    digest, length = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
        length += len(block)
    file.seek(0)
    return digest.hexdigest(), length


def new_job(
    form: ImportForm,
    file: BinaryIO,
    *,
    source: str,
    timezone: str,
    file_name: str,
    is_dry_run: bool = False,
    stored_as: str = "",
    owner_id: int | None = None,
    only_department: str = "",
) -> tuple[ImportJob, Head]:
    """Write the job of a file that can be read. Raises Unreadable, or Invalid for the time zone."""
    zone_named(timezone)
    head = read_head(file, key=form.key)
    sha256, length = fingerprint(file)
    job = ImportJob.objects.create(
        form=form.name,
        source=source,
        timezone=timezone,
        file_name=file_name[:255],
        stored_as=stored_as,
        file_sha256=sha256,
        file_bytes=length,
        kind=head.kind,
        header=head.header,
        chunk_lines=chunk_lines(),
        is_dry_run=is_dry_run,
        owner_id=owner_id,
        only_department=only_department,
    )
    return job, head


def broken_off(form: ImportForm, file: BinaryIO, *, source: str, timezone: str) -> ImportJob | None:
    """The latest run of a command over this very file that did not come to its end."""
    sha256, _length = fingerprint(file)
    return (
        ImportJob.objects.filter(
            form=form.name,
            source=source,
            timezone=timezone,
            file_sha256=sha256,
            stored_as="",
            is_dry_run=False,
            state__in=[ImportState.RUNNING, ImportState.FAILED],
        )
        .order_by("-id")
        .first()
    )


def begin(job: ImportJob) -> None:
    """Note that the job runs (again)."""
    job.state, job.failure, job.started_at = ImportState.RUNNING, "", job.started_at or now()
    job.save(update_fields=["state", "failure", "started_at"])


def finish(job: ImportJob, *, failure: str = "") -> None:
    """Note how the job ended."""
    job.state = ImportState.FAILED if failure else ImportState.DONE
    job.failure, job.finished_at = failure, now()
    job.save(update_fields=["state", "failure", "finished_at"])


def run_here(job: ImportJob, file: BinaryIO, head: Head, actor: Actor, *, progress: Progress) -> None:
    """Do every open chunk in this process. `progress` is told the bytes that are behind us."""
    runner = ChunkRunner(form_named(job.form), job, head, actor)
    for chunk in open_chunks(job, file, head):
        runner.take_in(chunk)
        progress(chunk.next_offset)


# --- side by side ---------------------------------------------------------------------------------------------------

_here: ChunkRunner | None = None


def run_side_by_side(
    job: ImportJob, file: BinaryIO, head: Head, actor: Actor, *, processes: int, progress: Progress
) -> None:
    """Do the open chunks in several processes, each with its own connection. PostgreSQL only.

    Only a few chunks wait at any time, so memory stays flat.
    """
    context = multiprocessing.get_context("fork")
    todo = open_chunks(job, file, head)
    connections.close_all()  # a forked connection would be one for all
    arguments = (job, head, actor, translation.get_language())
    with ProcessPoolExecutor(processes, context, initializer=_set_up, initargs=arguments) as pool:
        waiting: dict[Future[Counts], int] = {}
        behind = 0
        for chunk in todo:
            waiting[pool.submit(_take_in, chunk)] = len(b"".join(chunk.lines))
            if len(waiting) >= processes * 2:
                behind += _collect(waiting)
                progress(behind)
        while waiting:
            behind += _collect(waiting)
            progress(behind)


def _collect(waiting: dict["Future[Counts]", int]) -> int:
    done, _open = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return sum(waiting.pop(future) for future in done)


def _set_up(job: ImportJob, head: Head, actor: Actor, language: str) -> None:
    global _here
    _end_with_parent()
    translation.activate(language)
    gc.freeze()  # what stands now stays: the collector need not look through it after every few thousand rows
    _here = ChunkRunner(form_named(job.form), job, head, actor)


def _end_with_parent() -> None:
    """On Linux a process whose parent was killed ends too, instead of waiting for work for ever."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _take_in(chunk: Chunk) -> Counts:
    if _here is None:
        raise RuntimeError("the process was not set up")
    return _here.take_in(chunk)


# --- files ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def opened(job: ImportJob) -> Iterator[BinaryIO]:
    """The stored file of a job, for reading."""
    with default_storage.open(job.stored_as, "rb") as file:
        yield cast(BinaryIO, file)


def open_path(path: str) -> BinaryIO:
    """A file of the machine. Raises OSError."""
    return Path(path).open("rb")


def summary(job: ImportJob) -> str:
    """The line of counts, in words that do not change with the language: other programs read it."""
    counts: dict[str, Any] = job.counts()
    return ", ".join(f"{name} {number}" for name, number in counts.items())
