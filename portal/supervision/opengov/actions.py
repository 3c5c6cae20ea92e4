"""Asking for a large file, noting that a dataset changed, and clearing away what has served its time."""

import datetime as dt
from hashlib import sha256
from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from portal.core.actions import action
from portal.core.datasets import Dataset, Span
from portal.core.jobs import enqueue
from portal.core.time import now, today
from portal.supervision.opengov.models import BEFORE, DatasetEdition, FileState, PreparedFile

JOB = "opengov.prepare"
FOLDER = "opendata"
FRESH = dt.timedelta(hours=6)  # a file that is younger is given to the next one who asks
KEEP_DAYS, ROW_DAYS, EDITION_DAYS = 7, 90, 400
BATCH = 500
UNTOUCHED = dt.timedelta(days=1)  # a file that is written now gets its row a moment later


@action
def prepare(one: Dataset, span: Span, format: str, *, bom: bool = False) -> PreparedFile:
    """The file with this content: the one that is being written or is young enough, else a new one with its job.

    Everybody may ask; the page counts how often.
    """
    language = get_language() or "zh-hans"
    digest = sha256(f"{one.code}\n{span.first}\n{span.last}\n{format}\n{language}\n{bom}".encode()).hexdigest()
    usable = PreparedFile.objects.usable(digest, now() - FRESH)
    if found := usable.first():
        return found
    values: dict[str, Any] = {
        "code": one.code, "first": span.first, "last": span.last, "format": format, "language": language, "bom": bom,
        "digest": digest, "asked_at": now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = PreparedFile.objects.create(**values)
    except IntegrityError:  # somebody else asked in the same moment
        return usable.get()
    enqueue(JOB, {"file": made.pk}, key=str(made.pk))
    return made


def move(file: PreparedFile, state: FileState, **values: Any) -> bool:
    """Bring a file into a state from one that `BEFORE` allows, by one conditional update. False when it is elsewhere."""
    moved = PreparedFile.objects.filter(pk=file.pk, state__in=BEFORE[state]).update(state=state, **values)
    if moved:
        file.state = state
        for name, value in values.items():
            setattr(file, name, value)
    return bool(moved)


@action
def note_rows(code: str, *, rows: int, digest: str) -> DatasetEdition | None:
    """Write an edition when the rows are others than at the last look; None when nothing changed."""
    last = DatasetEdition.objects.filter(code=code).order_by("-changed_at", "-pk").first()
    if last is not None and (last.digest, last.rows) == (digest, rows):
        return None
    return DatasetEdition.objects.create(code=code, digest=digest, rows=rows, changed_at=now())


def watched_span() -> Span:
    """The days that are compared from night to night: the running year and the one before it."""
    return Span(dt.date(today().year - 1, 1, 1), today() - dt.timedelta(days=1))


def purge() -> int:
    """Take old files away, the rows of those that are long gone, and old editions. Returns how many files."""
    gone = 0
    old = PreparedFile.objects.filter(state=FileState.READY, finished_at__lt=now() - dt.timedelta(days=KEEP_DAYS))
    for file in old.order_by("pk")[:BATCH]:
        stored = file.stored_as
        if move(file, FileState.GONE, stored_as=""):
            default_storage.delete(stored)
            gone += 1
    ended = PreparedFile.objects.filter(state__in=(FileState.GONE, FileState.FAILED))
    _delete(ended.filter(asked_at__lt=now() - dt.timedelta(days=ROW_DAYS)))
    editions = DatasetEdition.objects.filter(changed_at__lt=now() - dt.timedelta(days=EDITION_DAYS))
    _delete(editions.exclude(pk__in=DatasetEdition.objects.newest().values("pk")))
    return gone + _sweep_orphans()


def _delete(rows: Any) -> None:
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=pks).delete()


def _sweep_orphans() -> int:
    """Files without a row: what a worker stored before it was lost."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, names = default_storage.listdir(FOLDER)
    known = set(PreparedFile.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    gone = 0
    for path in sorted({f"{FOLDER}/{name}" for name in names} - known):
        if default_storage.get_modified_time(path) < now() - UNTOUCHED:
            default_storage.delete(path)
            gone += 1
    return gone
