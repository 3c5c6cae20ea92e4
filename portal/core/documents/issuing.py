"""Issuing a paper, and ending one: plain functions inside the transaction of the step that the paper tells of."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.db import models, transaction

from portal.core.actors import Actor
from portal.core.documents.letters import ORIGINAL, Letter
from portal.core.documents.lifecycle import DOCUMENT
from portal.core.documents.making import MAKE
from portal.core.documents.numbering import Series, next_document_number
from portal.core.errors import WrongState
from portal.core.events import record, stream_of
from portal.core.jobs import enqueue
from portal.core.models.documents import Document, Making
from portal.core.numbers import query_code
from portal.core.time import local_date, now

_on_request: ContextVar[bool] = ContextVar("on_request", default=False)


@dataclass(frozen=True)
class Authority:
    """Who issues: the name on the head and in the seal."""

    name: str
    name_en: str = ""


@dataclass(frozen=True)
class Addressee:
    """To whom; a person's name is shown masked on the check page, an organisation's is public."""

    name: str
    is_person: bool = True


@dataclass(frozen=True)
class Paper:
    """Everything that a paper is made of. `letters` holds the original under "zh", copies under their language."""

    kind: str
    series: Series
    authority: Authority
    addressee: Addressee
    letters: Mapping[str, Letter]
    occasion: str = ""
    key: str = ""  # one paper for each key of a thing: a repeated call finds the first
    subject: str = ""
    subject_en: str = ""
    seal: str = "行政审批专用章"  # the words below the star; empty = no seal
    more: Mapping[str, str] = field(default_factory=dict)
    # A thing that is numbered and coded already (a receipt) keeps both: one paper has one number.
    number: str = ""
    check_code: str = ""


def issued_before(thing: models.Model, key: str) -> Document | None:
    """The paper with this key, when there is one."""
    return Document.objects.filter(stream=stream_of(thing), stream_id=thing.pk, key=key).first()


def issue(thing: models.Model, paper: Paper) -> Document:
    """Write the paper of `thing` with its number and codes, and the job that makes its PDF.

    Inside the transaction of the step, with `thing` locked; the number is taken last. Called again with the same key
    it gives back the first one. Raises RuntimeError outside a transaction, ValueError without an original.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a paper is issued in the transaction of the step that it tells of")
    if ORIGINAL not in paper.letters:
        raise ValueError("a paper needs its original language")
    key = paper.key or f"{paper.kind}:{now().isoformat()}"
    if paper.key and (first := issued_before(thing, key)):
        return first
    document = _row(thing, paper, key)
    document.number = paper.number or next_document_number(paper.series, document.issued_on)
    document.save(force_insert=True)
    if document.making == Making.WAITING:
        enqueue(MAKE, {"document": document.pk})
    return document


def _row(thing: models.Model, paper: Paper, key: str) -> Document:
    moment = now()
    original, english = paper.letters[ORIGINAL], paper.letters.get("en")
    return Document(
        kind=paper.kind,
        check_code=paper.check_code or query_code(),
        stream=stream_of(thing),
        stream_id=thing.pk,
        occasion=paper.occasion,
        key=key,
        title=original.title,
        title_en=english.title if english else "",
        authority=paper.authority.name,
        authority_en=paper.authority.name_en,
        subject=paper.subject,
        subject_en=paper.subject_en,
        holder=paper.addressee.name,
        holder_is_person=paper.addressee.is_person,
        data=json.dumps(_kept(paper), ensure_ascii=False),
        issued_at=moment,
        issued_on=local_date(moment),
        making=Making.ON_REQUEST if _on_request.get() else Making.WAITING,
    )


def _kept(paper: Paper) -> dict[str, object]:
    """All that the PDF needs besides the row: whatever changes later, it is set again to the same bytes."""
    return {
        "letters": {language: letter.as_data() for language, letter in paper.letters.items()},
        "seal": paper.seal,
        "site": settings.SITE_URL.rstrip("/"),
        "demo": bool(settings.DEMO),
        **paper.more,
    }


@contextmanager
def made_on_request() -> Iterator[None]:
    """Inside, papers are issued without a job: their PDF is made when somebody first opens it."""
    token = _on_request.set(True)
    try:
        yield
    finally:
        _on_request.reset(token)


# --- ending one -------------------------------------------------------------------------------------------------------


def supersede(old: Document, by: Document, actor: Actor, *, reason: str = "") -> None:
    """A later paper takes the place of an earlier one. Raises WrongState for one that no longer holds."""
    old.superseded_by = by
    _end(old, "supersede", actor, reason)


def withdraw(document: Document, actor: Actor, *, reason: str = "") -> None:
    """The step that the paper tells of was undone under supervision. Raises WrongState."""
    _end(document, "withdraw", actor, reason)


def revoke(document: Document, actor: Actor, *, reason: str = "") -> None:
    """What the paper grants was revoked by a decision. Raises WrongState."""
    _end(document, "revoke", actor, reason)


def _end(document: Document, code: str, actor: Actor, reason: str) -> None:
    """The thing that the paper is about is locked by the caller, so no two end it at once."""
    transition = DOCUMENT.transitions[code]
    if not transition.possible(document):
        raise WrongState()
    portal = Actor.system(actor.role or "portal")
    step = DOCUMENT.begin(document, code, portal, {"reason": reason[:300]}, state_version=None)
    before, after = step.apply()
    document.save(update_fields=["state", "state_version", "state_on", "state_reason", "superseded_by"])
    record(document, f"document.{code}", actor, from_state=before, to_state=after, data=step.data)
