"""Taking a file in and giving it out: check, scan, write the blob, write the row."""

import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.files.names import clean_name
from portal.core.files.scan import scan
from portal.core.files.types import check_type
from portal.core.models.files import Scan, StoredFile, blob_path
from portal.core.time import now

CHUNK_BYTES = 256 * 1024
TOO_LARGE = _("This file is larger than %(limit)s MB. Please make it smaller or split it, and send it again.")
INFECTED = _("A virus was found in this file. It was not kept. Please check your device and send a clean file.")
GONE = _("This file is no longer here. Please ask the department that handles the case.")


def store(uploaded: File, *, owner: Actor, kind: str) -> StoredFile:  # type: ignore[type-arg]
    """Check and keep an upload; `kind` ("cases.material") names the policy for reading it.

    The blob is written before the row, so a row never points at nothing; what a crash leaves behind is swept.
    Raises Invalid with a sentence for the sender.
    """
    content = _seekable(uploaded)
    _check_size(uploaded.size or 0)
    size, digest = _measure(content)
    found = check_type(content, name=uploaded.name or "", size=size)
    verdict = scan(content)
    if verdict == Scan.INFECTED:
        raise Invalid(INFECTED, code="file_infected")
    write_blob(content, blob_path(digest))
    return StoredFile.objects.create(
        sha256=digest,
        size=size,
        name=clean_name(uploaded.name or "", extension=found.extensions[0]),
        mime=found.mime,
        kind=kind,
        owner_user_id=owner.user_id,
        owner_name=owner.name[:100],
        created_at=now(),
        scan=verdict,
    )


def _seekable(uploaded: File) -> IO[bytes]:  # type: ignore[type-arg]
    content: Any = getattr(uploaded, "file", uploaded)
    content.seek(0)
    return content  # type: ignore[no-any-return]


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        raise Invalid(TOO_LARGE, code="file_too_large", limit=settings.UPLOAD_MAX_BYTES // (1024 * 1024))


def _measure(content: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 in one pass of small chunks; a stream that is longer than it said is cut off at the limit."""
    size, digest = 0, sha256()
    while chunk := content.read(CHUNK_BYTES):
        size += len(chunk)
        _check_size(size)
        digest.update(chunk)
    return size, digest.hexdigest()


def write_blob(content: IO[bytes], path: str) -> None:
    """Write a blob under its name, whole or not at all. A blob that is there is touched, so that no sweep takes it."""
    content.seek(0)
    if not isinstance(default_storage, FileSystemStorage):
        default_storage.save(path, File(content))  # object stores write whole or not at all, and overwrite
        return
    target = default_storage.path(path)
    if os.path.exists(target):
        os.utime(target)
        return
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(target), prefix="incoming-", delete=False) as draft:
        try:
            while chunk := content.read(CHUNK_BYTES):
                draft.write(chunk)
            draft.flush()
            os.fsync(draft.fileno())
            os.replace(draft.name, target)
        except BaseException:
            os.unlink(draft.name)
            raise


def open_file(file: StoredFile) -> File:  # type: ignore[type-arg]
    """The content, for reading. Raises NotFound when the blob is gone or a virus was found in it later."""
    if file.scan == Scan.INFECTED:
        raise NotFound(INFECTED, code="file_infected")
    try:
        return default_storage.open(file.path, "rb")
    except FileNotFoundError:
        raise NotFound(GONE, code="file_gone") from None


def attach(file_id: int, *, stream: str, stream_id: int, owner: Actor) -> StoredFile:
    """Give an upload of the same person to a record, inside the caller's transaction; only once.

    Raises NotFound for somebody else's or a swept upload, WrongState when it is attached already.
    """
    mine = StoredFile.objects.filter(pk=file_id, owner_user_id=owner.user_id)
    if not mine.filter(stream_id__isnull=True).update(stream=stream, stream_id=stream_id):
        raise WrongState() if mine.exists() else NotFound()
    return mine.get()


def share(wanted: Sequence[tuple[StoredFile, int]], *, kind: str, stream: str, owner: Actor) -> list[StoredFile]:
    """Rows of their own for records that get a content which is kept already: (file, key of the record). One statement.

    The content is stored under its hash and not written again; who may read a row is the business of its own `kind`.
    """
    moment = now()
    return StoredFile.objects.bulk_create(
        StoredFile(
            sha256=file.sha256, size=file.size, name=file.name, mime=file.mime, kind=kind, scan=file.scan,
            owner_user_id=owner.user_id, owner_name=owner.name[:100], created_at=moment, stream=stream, stream_id=pk,
        )
        for file, pk in wanted
    )  # fmt: skip


def scan_pending(*, limit: int = 100) -> int:
    """Scan what could not be scanned when it came in. Returns how many now have a verdict."""
    if not settings.VIRUS_SCANNER:
        return 0
    done = 0
    for file in StoredFile.objects.filter(scan=Scan.NOT_SCANNED).order_by("pk")[:limit]:
        try:
            with open_file(file) as content:
                verdict = scan(_seekable(content))
        except NotFound:
            continue
        if verdict == Scan.NOT_SCANNED:
            return done  # the scanner is still away: ask again at the next turn
        done += StoredFile.objects.filter(pk=file.pk, scan=Scan.NOT_SCANNED).update(scan=verdict)
    return done
