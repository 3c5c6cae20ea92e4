"""What an administrator does with an import on the page: send a file, look at its start, let it run, cancel it."""

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.exchange.forms import Rejected, form_named
from portal.core.exchange.jobs import SOURCE_LENGTH, begin, fingerprint, new_job, opened
from portal.core.exchange.reader import Unreadable, chunks, read_head
from portal.core.exchange.runner import ChunkRunner
from portal.core.exchange.steps import NAME, actor_of
from portal.core.files.scan import scan
from portal.core.files.store import write_blob
from portal.core.jobs import enqueue
from portal.core.models.exchange import ImportJob, ImportState
from portal.core.models.files import Scan
from portal.core.policies import is_administrator
from portal.core.time import now

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PREVIEW_LINES = 200
PREVIEW_ROWS = 10
FOLDER = "imports"  # of the storage, where files lie under their digests
LARGEST_BYTES = 2 * 1024**3
may_import = is_administrator


def _check_may(actor: Actor) -> None:
    if actor.user is None or not may_import(actor.user):
        raise NotAllowed()


def _system_of(actor: Actor) -> str:
    """The code of the department's system that acts; "" for people."""
    return actor.user.access.system if actor.user is not None else ""


def receive(
    actor: Actor,
    upload: "UploadedFile[Any]",
    *,
    form_name: str,
    source: str,
    timezone: str,
    only_department: str = "",
) -> ImportJob:
    """Keep an uploaded file and write its job, which does nothing yet. The blob is written before the row.

    A department's system sends records of `only_department` under its own source, in the forms made for that.
    Raises NotAllowed, Invalid with the field it speaks of, Unreadable for a file that is not the form.
    """
    if not only_department:
        _check_may(actor)
    elif not (_system_of(actor) and source == _system_of(actor)):
        raise NotAllowed()
    form = form_named(form_name)
    if only_department and not form.by_departments:
        raise Invalid(fields={"form": _("This form is sent in by the centre's administrators only.")})
    source = source.strip()
    if not source or len(source) > SOURCE_LENGTH or not source.isprintable():
        raise Invalid(fields={"source": _("Give the source a name of 1 to 40 characters.")})
    if (upload.size or 0) > getattr(settings, "IMPORT_MAX_BYTES", LARGEST_BYTES):
        raise Invalid(fields={"file": _("This file is too large for the page. Please use the import command.")})
    content = cast(BinaryIO, upload.file)
    try:
        read_head(content, key=form.key)
    except Unreadable as error:
        raise Invalid(fields={"file": error.message}, code="unreadable") from None
    if scan(content) == Scan.INFECTED:
        raise Invalid(fields={"file": _("A virus was found in this file. It was not kept.")}, code="file_infected")
    path = _keep(content)
    with transaction.atomic():
        job, _head = new_job(
            form,
            content,
            source=source,
            timezone=timezone,
            file_name=upload.name or "",
            stored_as=path,
            owner_id=actor.user_id,
            only_department=only_department,
        )
    return job


def _keep(content: IO[bytes]) -> str:
    digest, _length = fingerprint(content)
    path = f"{FOLDER}/{digest}"
    write_blob(content, path)
    return path


@dataclass(frozen=True)
class Preview:
    """What the start of the file would become."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]
    rejected: list[Rejected]
    unknown: list[str]
    missing: list[str]
    looked_at: int


def preview(job: ImportJob) -> Preview:
    """Read and check the first lines of a stored file; writes nothing. Raises NotFound when the file is gone."""
    form = form_named(job.form)
    try:
        with opened(job) as file:
            head = read_head(file, key=form.key)
            first = next(chunks(file, head, size=PREVIEW_LINES), None)
            runner = ChunkRunner(form, job, head, actor_of(job))
            found = runner.reader.read(first) if first else None
    except FileNotFoundError:
        raise NotFound(_("The file of this import is no longer here.")) from None
    if found is None:
        return Preview([], [], [], [], [], 0)
    valid, refused = form.validate(found.rows, runner.run)
    given = [column for column in form.columns if not job.header or column.name in job.header]
    places = [place for place, column in enumerate(form.columns) if column in given]
    shown = [(row.line, [row.texts[place] for place in places]) for row in valid[:PREVIEW_ROWS]]
    rejected = sorted([*found.rejected, *refused], key=lambda one: one.line)
    missing = [column.name for column in form.columns if column not in given]
    looked_at = len(found.rows) + len(found.rejected)
    return Preview([c.name for c in given], shown, rejected[:PREVIEW_ROWS], sorted(found.unknown), missing, looked_at)


@action
def start(actor: Actor, job_id: int) -> ImportJob:
    """Let an uploaded or broken-off import run. Raises NotAllowed, NotFound, WrongState."""
    job = _locked(actor, job_id)
    if job.state not in (ImportState.UPLOADED, ImportState.FAILED):
        raise WrongState()
    if not default_storage.exists(job.stored_as):
        raise NotFound(_("The file of this import is no longer here."))
    begin(job)
    enqueue(NAME, {"import": job.pk}, key=str(job.pk))
    return job


@action
def cancel(actor: Actor, job_id: int) -> ImportJob:
    """Stop an import after the chunk it is at; what is in stays in. Raises NotAllowed, NotFound, WrongState."""
    job = _locked(actor, job_id)
    if not job.is_open:
        raise WrongState()
    job.state, job.finished_at = ImportState.CANCELLED, now()
    job.save(update_fields=["state", "finished_at"])
    return job


def _locked(actor: Actor, job_id: int) -> ImportJob:
    jobs = ImportJob.objects.exclude(stored_as="")
    if _system_of(actor):
        jobs = jobs.filter(owner_id=actor.user_id)
    else:
        _check_may(actor)
    try:
        return db.lock_row(jobs, job_id)
    except ImportJob.DoesNotExist:
        raise NotFound() from None
