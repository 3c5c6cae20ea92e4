"""Making the PDF: a job, never a request. It is set outside the transaction and kept while the lease stands."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.documents.letters import ORIGINAL
from portal.core.documents.shelves import may_manage, may_read
from portal.core.documents.signing import KeyUnusable
from portal.core.documents.typesetting import Made, Unprintable, made_with, signed, typeset
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import Record, record_at
from portal.core.files.store import write_blob
from portal.core.jobs import GiveUp, Job, enqueue, job
from portal.core.models.documents import Document, DocumentCopy, Making
from portal.core.models.files import StoredFile, blob_path
from portal.core.time import now

MAKE = "core.make_document"
MAKE_MANY = "core.make_documents"
FILE_KIND = "core.document"
STREAM = "core.document"
BATCH = 100
Row = Document | DocumentCopy


def _failed(payload: dict[str, Any], error: str) -> None:
    """In the transaction that gives the job up: the row says so, for those who wait for the paper."""
    for row in _rows(payload).exclude(making=Making.READY):
        row.making, row.problem = Making.FAILED, error[:2000]
        row.save(update_fields=["making", "problem"])


def _rows(payload: dict[str, Any]) -> "QuerySet[Any]":
    if "copy" in payload:
        return DocumentCopy.objects.filter(pk=payload["copy"])
    return Document.objects.filter(pk=payload["document"])


@job(MAKE, steps=True, lease_seconds=120, max_attempts=5, on_dead=_failed)
def make_job(payload: dict[str, Any], running: Job) -> None:
    """Make one PDF. Killed at any point and run again it gives the same bytes, so nothing is left behind twice."""
    row = _rows(payload).first()
    if row is None or row.making == Making.READY:
        return
    try:
        made = _made(row)
    except Unprintable as error:
        raise GiveUp(_said(error)) from None
    except KeyUnusable as error:
        raise GiveUp(str(error)) from None
    _write(made)
    with running.step():
        keep(row, made)


def _made(row: Row, *, sign: bool = True) -> Made:
    """The PDF of a row. The original is signed, once: what is kept is what was signed, so the bytes stay the same."""
    made = typeset(_document_of(row), _language_of(row))
    return signed(made, row) if sign and isinstance(row, Document) else made


def _said(error: Unprintable) -> str:
    """In the centre's language, for whoever mends it."""
    lacking = _("The fonts lack these characters, so the paper would show empty boxes: %(characters)s")
    return lacking % {"characters": str(error)}


def _document_of(row: Row) -> Document:
    return row if isinstance(row, Document) else row.document


def _language_of(row: Row) -> str:
    return ORIGINAL if isinstance(row, Document) else row.language


def _write(made: Made) -> None:
    """The blob before its row: a row never points at nothing, and a blob without a row is swept."""
    write_blob(io.BytesIO(made.content), blob_path(made.sha256))


def keep(row: Row, made: Made) -> None:
    """Write file and digest to the row, inside a transaction; a row that is ready stays as it is.

    The digest goes into the paper's chain of events, which is sealed every night: nobody puts another file in its place.
    """
    locked: Row = db.lock_row(type(row).objects.all(), row.pk)
    if locked.making == Making.READY:
        return
    document, language = _document_of(locked), _language_of(locked)
    locked.file = StoredFile.objects.create(
        sha256=made.sha256,
        size=len(made.content),
        name=file_name(document, language),
        mime="application/pdf",
        kind=FILE_KIND,
        created_at=now(),
        stream=STREAM,
        stream_id=document.pk,
    )
    locked.sha256, locked.pages, locked.made_at = made.sha256, made.pages, now()
    locked.made_with, locked.signed_by = made_with(), made.signed_by
    locked.making, locked.problem = Making.READY, ""
    locked.save(update_fields=["file", "sha256", "pages", "made_at", "made_with", "signed_by", "making", "problem"])
    told = {"number": document.number, "language": language, "sha256": made.sha256, "made_with": made_with()}
    if made.signed_by:
        told["signed_by"] = made.signed_by
    record_at(Record(STREAM, document.pk, "document.made", data=told), Actor.system("documents"))


def file_name(document: Document, language: str = ORIGINAL) -> str:
    """What the download is called."""
    return f"{document.title[:60]} {document.number}{'' if language == ORIGINAL else f' ({language})'}.pdf"


# --- many at once -------------------------------------------------------------------------------------------------------


@job(MAKE_MANY, steps=True, lease_seconds=600)
def make_many_job(payload: dict[str, Any], running: Job) -> None:
    """Make all papers that wait to be opened, in batches; a kill loses one batch at most."""
    last = int(running.progress.get("last", 0))
    while rows := list(_on_request().filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        pairs = _set(rows)
        with running.step(progress={"last": last}):
            for row, made in pairs:
                keep(row, made)


def _on_request() -> "QuerySet[Document]":
    return Document.objects.filter(making=Making.ON_REQUEST)


def _set(rows: Iterable[Document], *, sign: bool = True) -> list[tuple[Document, Made]]:
    pairs = []
    for row in rows:
        try:
            made = _made(row, sign=sign)
        except Unprintable as error:
            _failed({"document": row.pk}, _said(error))
            continue
        except KeyUnusable as error:
            _failed({"document": row.pk}, str(error))
            continue
        _write(made)
        pairs.append((row, made))
    return pairs


def make_now(rows: "QuerySet[Document]", *, sign: bool = True) -> int:
    """Make these papers in this process, in transactions of a batch. Returns how many.

    Without `sign` they stay unsigned: for the many papers of a demonstration's past.
    """
    count, last = 0, 0
    while batch := list(rows.exclude(making=Making.READY).filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        pairs = _set(batch, sign=sign)
        with transaction.atomic(durable=True):
            for row, made in pairs:
                keep(row, made)
        count += len(pairs)
    return count


# --- asked for by a reader ------------------------------------------------------------------------------------------


@action
def ask_making(actor: Actor, document_id: int) -> Document:
    """A reader opens a paper whose PDF is not made yet: it is made now. Raises NotFound."""
    document = _locked(actor, document_id, may_read)
    if document.making == Making.ON_REQUEST:
        _queue(document, {"document": document.pk})
    return document


@action
def ask_copy(actor: Actor, document_id: int, language: str) -> DocumentCopy:
    """Have a reading copy made, once for each language. Raises NotFound, also for a language it is not written in."""
    document = _locked(actor, document_id, may_read)
    if not document.title_en or language != "en":
        raise NotFound()
    copy, new = DocumentCopy.objects.get_or_create(
        document=document, language=language, defaults={"asked_at": now(), "making": Making.WAITING}
    )
    if new:
        enqueue(MAKE, {"copy": copy.pk}, key=f"copy:{copy.pk}")
    return copy


@action
def make_again(actor: Actor, document_id: int) -> Document:
    """A paper and its copies that could not be made are tried once more. Raises NotFound, NotAllowed, WrongState."""
    document = _locked(actor, document_id, may_read)
    if actor.user is None or not may_manage(actor.user, document):
        raise NotAllowed()
    copies = list(document.copies.filter(making=Making.FAILED))
    if document.making != Making.FAILED and not copies:
        raise WrongState()
    if document.making == Making.FAILED:
        _queue(document, {"document": document.pk})
    for copy in copies:
        _queue(copy, {"copy": copy.pk})
    return document


def _locked(actor: Actor, document_id: int, may: Callable[[Any, Document], bool]) -> Document:
    """The paper, locked; NotFound for a missing one and for one that the person may not read, alike."""
    try:
        document = db.lock_row(Document.objects.all(), document_id)
    except Document.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not may(actor.user, document):
        raise NotFound()
    return document


def _queue(row: Row, payload: dict[str, Any]) -> None:
    row.making, row.problem = Making.WAITING, ""
    row.save(update_fields=["making", "problem"])
    kind = "copy" if "copy" in payload else "document"
    enqueue(MAKE, payload, key=f"{kind}:{row.pk}")


__all__ = ["BATCH", "MAKE", "MAKE_MANY", "ask_copy", "ask_making", "keep", "make_again", "make_now"]
