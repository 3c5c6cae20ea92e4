"""The public check: what a paper really says, for whoever holds its number and check code, and whether a file is ours.

Nobody signs in, so nothing personal is shown whole, and guessing is slowed down by sender and by paper.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.documents.letters import ORIGINAL
from portal.core.documents.numbering import normalise_document_number
from portal.core.documents.standing import Standing, standing_of
from portal.core.documents.validating import ALTERED, FOREIGN, UNREADABLE, VALID, Finding, examine
from portal.core.errors import DomainError
from portal.core.identity import mask_name
from portal.core.models.documents import Document, DocumentCopy
from portal.core.numbers import normalise_query_code

TRIES, MINUTES = 10, 15


class TooManyTries(DomainError):
    """Wrong codes over and over."""

    code = "too_many_tries"
    status = 429
    default_message = _("Too many wrong tries. Please wait 15 minutes and try again.")


class NotOurs(DomainError):
    """No such paper, or not with this code: the answer is the same."""

    code = "paper_not_found"
    status = 422
    default_message = _(
        "Number and check code do not go together. Please compare both with the paper. If they are right, the paper"
        " was not issued here."
    )


@dataclass(frozen=True)
class Checked:
    """What everybody with the code may know of a paper."""

    document: Document
    holder: str
    rows: list[tuple[str, str]]
    standing: Standing | None = None  # where the thing that the paper is of has a life of its own


def by_number(number: str, code: str, *, sender: str) -> Checked:
    """The paper with this number, as printed or typed. Raises NotOurs, TooManyTries."""
    wanted = normalise_document_number(number)[:60]
    found = Document.objects.filter(number=wanted).first() if "\0" not in wanted else None
    return _checked(found, code, sender=sender, name=sha256(wanted.encode()).hexdigest())


def by_key(pk: int, code: str, *, sender: str) -> Checked:
    """The paper of a QR code. Raises NotOurs, TooManyTries."""
    found = Document.objects.filter(pk=pk).first() if pk < 2**63 else None
    name = sha256(found.number.encode()).hexdigest() if found else f"key:{pk}"
    return _checked(found, code, sender=sender, name=name)


def _checked(found: Document | None, code: str, *, sender: str, name: str) -> Checked:
    keys = [f"check:ip:{sender}", f"check:paper:{name}"]
    if any(cache.get(key, 0) >= TRIES for key in keys):
        raise TooManyTries()
    known = found.check_code if found is not None else ""
    right = constant_time_compare(known.encode(), normalise_query_code(code).encode()) and bool(known)
    if found is None or not right:
        for key in keys:
            _count(key)
        raise NotOurs()
    return _seen(found)


def _seen(found: Document) -> Checked:
    holder = mask_name(found.holder) if found.holder_is_person else found.holder
    return Checked(found, holder, _rows(found), standing_of(found))


def _rows(document: Document) -> list[tuple[str, str]]:
    """The days and limits that the paper names, in the reader's language: an altered one is seen at once."""
    letters = json.loads(document.data)["letters"]
    english = (get_language() or "").startswith("en") and "en" in letters
    return [(label, value) for label, value in letters["en" if english else ORIGINAL]["public"]]


def _count(key: str) -> None:
    """One wrong try more; the time begins with the first."""
    if cache.add(key, 1, MINUTES * 60):
        return
    try:
        cache.incr(key)
    except ValueError:  # it ran out a moment ago
        cache.set(key, 1, MINUTES * 60)


# --- the file -----------------------------------------------------------------------------------------------------------

IDENTICAL, COPY, OTHER, NOT_MADE = "identical", "copy", "other", "not_made"
FILES = 30  # files that one sender may have examined in `MINUTES`: each costs a second of our time


def compare(document: Document, uploaded: Any) -> tuple[str, str]:
    """What the file is to the paper, and its SHA-256. The file is read in pieces and kept nowhere."""
    found = _digest(uploaded)
    if document.sha256 and found == document.sha256:
        return IDENTICAL, found
    if document.copies.filter(sha256=found).exists():
        return COPY, found
    return (OTHER if document.sha256 else NOT_MADE), found


def _digest(uploaded: Any) -> str:
    digest = sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True)
class Examined:
    """What a file without number and code turned out to be. `document` is the paper that it is, or was made from."""

    verdict: str  # identical, copy, altered, unknown, foreign, unreadable
    digest: str
    document: Document | None = None
    signature: Finding | None = None


def by_file(uploaded: Any, *, sender: str) -> Examined:
    """Find the paper that a file is, by its digest; else what its signature says of it. Raises TooManyTries.

    A file that is not on record is never called genuine, whatever its signature says.
    """
    key = f"check:files:{sender}"
    if cache.get(key, 0) >= FILES:
        raise TooManyTries(_("Too many files. Please wait 15 minutes and try again."))
    _count(key)
    digest = _digest(uploaded)
    uploaded.seek(0)
    finding = examine(uploaded.read())
    if (document := _with_digest(digest)) is not None:
        verdict = IDENTICAL if document.sha256 == digest else COPY
        return Examined(verdict, digest, document, finding)
    base = next((found for one in finding.signed_digests if (found := _with_digest(one))), None)
    if base is not None:
        return Examined("altered", digest, base, finding)
    names = {VALID: "altered", ALTERED: "altered", FOREIGN: "foreign", UNREADABLE: "unreadable"}
    return Examined(names.get(finding.verdict, "unknown"), digest, None, finding)


def _with_digest(digest: str) -> Document | None:
    found = Document.objects.filter(sha256=digest).first()
    if found is not None:
        return found
    copy = DocumentCopy.objects.filter(sha256=digest).select_related("document").first()
    return copy.document if copy is not None else None


def shown(document: Document) -> Checked:
    """What the check page shows of a paper whose own file was shown: the same as for its number and code."""
    return _seen(document)
