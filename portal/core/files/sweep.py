"""Sweeping: uploads that never became part of a record, and blobs that no row points at."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError

from portal.core import db
from portal.core.models.files import StoredFile
from portal.core.time import now

BLOB_AGE = dt.timedelta(days=1)
ROW_AGE = dt.timedelta(days=7)
BATCH_ROWS = 500


@dataclass
class Swept:
    """How many rows and blobs went."""

    rows: int = 0
    blobs: int = 0


def sweep_orphans() -> Swept:
    """Erase uploads unattached for 7 days, then blobs without a row that nobody touched for a day.

    A blob is looked at again right before it goes: `store` touches a blob before it writes the row.
    """
    return Swept(rows=_sweep_rows(), blobs=_sweep_blobs())


def _sweep_rows() -> int:
    loose = StoredFile.objects.filter(stream_id__isnull=True, created_at__lt=now() - ROW_AGE)
    gone, last = 0, 0
    while pks := list(loose.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_ROWS]):
        last = pks[-1]
        with transaction.atomic():
            # Under the lock: an upload that was attached a moment ago is no longer loose and stays.
            for file in db.lock_rows(loose, pks):
                gone += _erase(file)
    return gone


def _erase(file: StoredFile) -> int:
    try:
        with transaction.atomic():
            return file.delete()[0]
    except ProtectedError:
        return 0  # a record points at it: it is not loose, whatever its stream says


def _sweep_blobs() -> int:
    gone, batch = 0, []
    for path in _blobs():
        batch.append(path)
        if len(batch) == BATCH_ROWS:
            gone += _erase_unknown(batch)
            batch = []
    return gone + _erase_unknown(batch)


def _erase_unknown(paths: list[str]) -> int:
    names = {path.rsplit("/", 1)[-1]: path for path in paths}
    known = set(StoredFile.objects.filter(sha256__in=names).values_list("sha256", flat=True))
    gone = 0
    for name, path in names.items():
        if name not in known and _is_old(path):
            default_storage.delete(path)
            gone += 1
    return gone


def _is_old(path: str) -> bool:
    try:
        return default_storage.get_modified_time(path) < now() - BLOB_AGE
    except FileNotFoundError:
        return False


def _blobs() -> Iterator[str]:
    """Paths of all blobs, also of half-written ones, folder by folder."""
    for first in _folders(""):
        for second in _folders(first):
            for name in default_storage.listdir(second)[1]:
                yield f"{second}/{name}"


def _folders(path: str) -> list[str]:
    try:
        names = default_storage.listdir(path)[0]
    except FileNotFoundError:
        return []
    return [f"{path}/{name}" if path else name for name in sorted(names) if len(name) == 2]
