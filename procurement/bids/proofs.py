"""What a bidder can prove: the receipt as data, its way to the published root, and what a check of one says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from nacl.signing import VerifyKey

from procurement.bids.models import Book, CentreKey, Submission
from procurement.receipts import Path, Receipt, chain_problems, is_signed, leads_to, path, root

FIELDS = (
    "lot", "bidder", "version", "act", "sha256", "size", "commitment", "received_at", "sequence", "previous",
)  # fmt: skip


def told(one: Submission) -> dict[str, Any]:
    """The receipt with its digest, signature and key, and after the deadline its way to the root."""
    body = one.receipt.body()
    found = {
        **body,
        "received_at": one.received_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "digest": one.digest,
        "signature": one.signature,
        "key": one.key.public,
    }
    if (proof := proof_of(one)) is not None:
        found |= {"root": proof.root, "path": [list(step) for step in proof.path]}
    return found


@dataclass(frozen=True)
class Proof:
    """The way from a receipt to the root of its lot."""

    root: str
    path: Path


def proof_of(one: Submission) -> Proof | None:
    """None before the deadline: there is no root yet."""
    if not one.book.root:
        return None
    return Proof(one.book.root, path(digests_of(one.book), one.sequence - 1))


def digests_of(book: Book) -> list[str]:
    """The leaves of the tree, in their order. They tell nothing about who has bid."""
    return list(book.submissions.order_by("sequence").values_list("digest", flat=True))


@dataclass(frozen=True)
class Verdict:
    """What a check found; `code` is one of valid, pending, unsigned, unknown, other_root, unreadable."""

    code: str
    receipt: Receipt | None = None
    root: str = ""


def check(given: Any, books: Mapping[str, Book]) -> Verdict:
    """Check a receipt that somebody holds against what the portal has published for the tender."""
    receipt = _read(given)
    if receipt is None:
        return Verdict("unreadable")
    keys = list(CentreKey.objects.values_list("public", flat=True))
    signature = str(given.get("signature", ""))
    if not any(is_signed(receipt, signature, VerifyKey(bytes.fromhex(key))) for key in keys):
        return Verdict("unsigned", receipt)
    book = books.get(receipt.lot)
    digests = digests_of(book) if book is not None else []
    if book is None or receipt.digest not in digests:
        return Verdict("unknown", receipt)
    if not book.root:
        return Verdict("pending", receipt)
    way = path(digests, digests.index(receipt.digest))
    return Verdict("valid" if leads_to(receipt.digest, way, book.root) else "other_root", receipt, book.root)


def _read(given: Any) -> Receipt | None:
    """The receipt of a file, or None for what is none."""
    if not isinstance(given, dict) or any(name not in given for name in FIELDS):
        return None
    values = {name: given[name] for name in FIELDS}
    counts = ("version", "size", "sequence")
    if any(isinstance(values[name], bool) or not isinstance(values[name], int) for name in counts):
        return None
    if any(not isinstance(values[name], str) for name in FIELDS if name not in counts):
        return None
    try:
        values["received_at"] = dt.datetime.fromisoformat(values["received_at"])
    except (ValueError, ValidationError):
        return None
    return Receipt(**values) if values["received_at"].tzinfo else None


def problems_of(book: Book) -> list[str]:
    """Whatever in a book does not fit: numbers, chain, times, signatures, root. An empty list for an intact one."""
    rows = book.submissions.select_related("book__lot__project", "bidder__organisation", "key").order_by("sequence")
    lines = list(rows)
    found: list[str] = []
    for one in lines:
        if one.receipt.digest != one.digest:
            found.append(f"receipt {one.sequence} does not give its digest")
    keys = {one.key.public for one in lines}
    if len(keys) == 1:
        key = VerifyKey(bytes.fromhex(keys.pop()))
        found += chain_problems([(one.receipt, one.signature) for one in lines], key)
    elif lines:
        found += [
            f"receipt {one.sequence} is not what was signed"
            for one in lines
            if not is_signed(one.receipt, one.signature, VerifyKey(bytes.fromhex(one.key.public)))
        ]
    if book.sequence != len(lines):
        found.append(f"the book counts {book.sequence} receipts and holds {len(lines)}")
    if book.root and book.root != root([one.receipt for one in lines]):
        found.append("the root does not follow from the receipts")
    return found
