"""Reading one sealed bid with the key of its lot: outside of any transaction, nothing of the key is kept."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from portal.core.files.names import clean_name
from portal.core.models.files import StoredFile
from portal.core.time import now
from procurement import sealing
from procurement.bids import findings, vault
from procurement.bids.models import Submission
from procurement.sealing import Finding, Sent

DOCUMENT_KIND = "bids.document"
MOST_FILES = 50
MOST_FEN = 10**16
PDF = b"%PDF-"


@dataclass(frozen=True)
class Read:
    """What came of one bid: the finding ("" when it opened), the fields that are read out, the documents."""

    finding: str
    fields: dict[str, Any] = field(default_factory=dict)
    documents_sha256: str = ""
    files: tuple[StoredFile, ...] = ()


def bound(submission: Submission) -> bytes:
    """What the frames of this envelope are bound to."""
    return sealing.bound_to(submission.book.name, submission.bidder.organisation.uscc)


def read(submission: Submission, private: bytes) -> Read:
    """Check the stored file against its receipt and open it; the documents go to the store of files."""
    return _read(submission, private, sealing.open_bid)


def uncover(submission: Submission, private: bytes) -> bytes | Read:
    """Take the lot's layer off a bid with the bidder's own one: the box for the bidder, or what is wrong with the bid."""
    sent = Sent(submission.sha256, submission.size, submission.commitment)
    try:
        return sealing.uncover(lambda: vault.pieces(submission.sha256), sent, private)
    except sealing.CannotOpen as stopped:
        return Read(str(stopped.finding))


def fits(submission: Submission, key: bytes) -> bool:
    """Whether the key that a bidder handed over opens its bid; reads the first frame only."""
    return sealing.fits(vault.pieces(submission.sha256), key, bound(submission))


def read_own(submission: Submission, key: bytes) -> Read:
    """Open a bid with the bidder's own layer by the key that its bidder handed over."""
    return _read(submission, key, sealing.open_own)


def _read(submission: Submission, private: bytes, opener: Callable[..., sealing.Opened]) -> Read:
    sent = Sent(submission.sha256, submission.size, submission.commitment)
    with ExitStack() as stack:
        plain = stack.enter_context(vault.Draft())
        opened = opener(lambda: vault.pieces(submission.sha256), sent, private, bound(submission), plain.write)
        if opened.finding != Finding.OPENED or opened.fields is None:
            return Read(str(opened.finding))
        fields, listed = clean_fields(opened.fields), list_of_files(opened.fields)
        if listed is None or sum(size for _name, size in listed) != plain.size:
            return Read(findings.FILES_DIFFER, fields, opened.documents_sha256)
        return Read("", fields, opened.documents_sha256, tuple(_split(plain, listed)))


def clean_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are read out, of what the bidder wrote: `price_fen`, `period_days`, `quality`, `leader`.

    Whatever is no whole number of fen is no price; texts are cut where the forms end.
    """
    price, days = given.get("price_fen"), given.get("period_days")
    return {
        "price_fen": price if _is_count(price) and price < MOST_FEN else None,
        "period_days": days if _is_count(days) and days < 100_000 else None,
        "quality": _text(given.get("quality"), 200),
        "leader": _text(given.get("leader"), 100),
    }


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _text(value: Any, longest: int) -> str:
    return value.replace("\0", "").strip()[:longest] if isinstance(value, str) else ""


def list_of_files(given: Mapping[str, Any]) -> list[tuple[str, int]] | None:
    """Name and size of each document, in their order in the envelope; None for a list that cannot be right."""
    listed = given.get("files", [])
    if not isinstance(listed, list) or len(listed) > MOST_FILES:
        return None
    found = []
    for one in listed:
        if not isinstance(one, dict) or not _is_count(one.get("size")):
            return None
        found.append((_text(one.get("name"), 150), one["size"]))
    return found


def _split(plain: vault.Draft, listed: list[tuple[str, int]]) -> list[StoredFile]:
    """Each document as a blob of its own, and its row (not yet written)."""
    rows = []
    plain.flush()
    with plain.path.open("rb") as content:
        for name, size in listed:
            with vault.Draft() as one:
                left, head = size, b""
                while left and (chunk := content.read(min(vault.CHUNK_BYTES, left))):
                    head = head or chunk[: len(PDF)]
                    one.write(chunk)
                    left -= len(chunk)
                digest = one.keep()
            is_pdf = head == PDF
            rows.append(
                StoredFile(
                    sha256=digest,
                    size=size,
                    name=clean_name(name, extension="pdf" if is_pdf else "bin"),
                    mime="application/pdf" if is_pdf else "application/octet-stream",
                    kind=DOCUMENT_KIND,
                    owner_user_id=None,
                    owner_name="",
                    created_at=now(),
                )
            )
    return rows
