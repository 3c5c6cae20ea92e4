"""Ciphertext on its way to the disk: written as it comes, hashed as it is written, moved to its place as a whole."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError
from portal.core.models.files import StoredFile, blob_path

CHUNK_BYTES = 256 * 1024
DRAFT_SECONDS = 24 * 3600


class TooLarge(DomainError):
    """More bytes than the rule allows."""

    code = "bid_too_large"
    status = 413
    default_message = _(
        "A sealed bid has at most %(limit)s MB. Please make your documents smaller and seal them again."
    )


class Draft:
    """A file that is being written. Left without `keep` it is gone."""

    def __init__(self) -> None:
        folder = Path(settings.DATA_DIR) / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="bid-")
        self.path, self._out = Path(name), os.fdopen(handle, "wb")
        self._digest, self.size = sha256(), 0

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._out.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """Behind what is there."""
        self._out.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def flush(self) -> None:
        """So that others who open the path see all of it."""
        self._out.flush()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def keep(self) -> str:
        """Put the whole file under its hash, where the store of files keeps it; returns the hash."""
        self._out.flush()
        os.fsync(self._out.fileno())
        digest = self.sha256
        place = blob_path(digest)
        if not isinstance(default_storage, FileSystemStorage) and not hasattr(default_storage, "path"):
            with open(self.path, "rb") as content:
                default_storage.save(place, File(content))
            return digest
        target = default_storage.path(place)
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        if os.path.exists(target):
            os.utime(target)  # no sweep takes what was just sent again
            return digest
        try:
            os.replace(self.path, target)
        except OSError:  # another disk
            shutil.move(self.path, target)
        return digest


@dataclass(frozen=True)
class Envelope:
    """A sealed bid that lies in the store, before anybody has decided whether it came in time."""

    sha256: str
    size: int
    commitment: str
    own_key: str = ""  # the public half of the bidder's own key


def take_in(read: Callable[[int], bytes], *, limit_bytes: int) -> tuple[str, int]:
    """Write a request's body to the store; gives its SHA-256 and size. Memory stays at one chunk. Raises TooLarge."""
    with Draft() as draft:
        while chunk := read(CHUNK_BYTES):
            draft.write(chunk)
            if draft.size > limit_bytes:
                raise TooLarge(limit=limit_bytes // (1024 * 1024))
        return draft.keep(), draft.size


def pieces(digest: str) -> Iterator[bytes]:
    """The stored bytes, chunk by chunk. Raises FileNotFoundError."""
    with default_storage.open(blob_path(digest), "rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk


def head(digest: str, count: int) -> bytes:
    """The first bytes of a stored file. Raises FileNotFoundError."""
    with default_storage.open(blob_path(digest), "rb") as content:
        return bytes(content.read(count))


def new_file(digest: str, size: int, *, name: str, kind: str, mime: str, **more: Any) -> StoredFile:
    """The row of a blob that lies in the store already."""
    return StoredFile.objects.create(
        sha256=digest, size=size, name=name, kind=kind, mime=mime, owner_user_id=None, owner_name="", **more
    )


def sweep_drafts() -> int:
    """Remove what broken uploads left behind a day ago; returns how many."""
    gone = 0
    folder = Path(settings.DATA_DIR) / "incoming"
    limit = time.time() - DRAFT_SECONDS
    for path in folder.glob("bid-*") if folder.exists() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                gone += 1
    return gone
