"""What a bidder can prove: the receipt as data, its way to the published root, and what a check of one says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from nacl.signing import VerifyKey

from procurement.bids.models import Book, CentreKey, PastRoot, Submission, TakingAgain
from procurement.receipts import Path, Receipt, chain_problems, is_signed, leads_to, path, root

FIELDS = (
    "lot", "bidder", "version", "act", "sha256", "size", "commitment", "received_at", "sequence", "previous",
)  # fmt: skip


def told(one: Submission) -> dict[str, Any]:
    """The receipt with its digest, signature and key, and after the deadline its way to each root that covers it."""
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
    if earlier := earlier_proofs(one):
        found["earlier_roots"] = [
            {"root": proof.root, "path": [list(step) for step in proof.path]} for proof in earlier
        ]
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


def earlier_proofs(one: Submission) -> list[Proof]:
    """The ways to the roots that were public before bids were taken again, as far as they cover the receipt."""
    covering = [past for past in past_roots(one.book) if one.sequence <= past.count]
    digests = digests_of(one.book) if covering else []
    return [Proof(past.root, path(digests[: past.count], one.sequence - 1)) for past in covering]


def past_roots(book: Book) -> list[PastRoot]:
    """The roots of former deadlines, the oldest first. One query at most."""
    return list(book.past_roots.all())


def public_digests(book: Book) -> list[str]:
    """What everybody may see: all of them once the book is closed; while bids are taken again, those of the last root.

    Never how many came after it: that would tell how many have bid.
    """
    if book.closed_at is not None:
        return digests_of(book)
    past = past_roots(book)
    return digests_of(book)[: past[-1].count] if past else []


def digests_of(book: Book) -> list[str]:
    """The leaves of the tree, in their order. They tell nothing about who has bid."""
    return list(book.submissions.order_by("sequence").values_list("digest", flat=True))


@dataclass(frozen=True)
class Verdict:
    """What a check found; `code` is one of valid, earlier, pending, unsigned, unknown, other_root, unreadable.

    `earlier`: it leads to the root of a former deadline, and bids are being taken again.
    """

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
    return _by_roots(book, receipt, digests)


def _by_roots(book: Book, receipt: Receipt, digests: list[str]) -> Verdict:
    """The receipt must lead to every published root that covers it, those of former deadlines too."""
    place = digests.index(receipt.digest)
    published = [(past.count, past.root) for past in past_roots(book) if place < past.count]
    if book.root:
        published.append((len(digests), book.root))
    for count, public in published:
        if count > len(digests) or not leads_to(receipt.digest, path(digests[:count], place), public):
            return Verdict("other_root", receipt, public)
    if not published:
        return Verdict("pending", receipt)
    return Verdict("valid" if book.root else "earlier", receipt, published[-1][1])


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
    return found + _past_problems(book, lines)


def _past_problems(book: Book, lines: list[Submission]) -> list[str]:
    """Whether each former root is the root of the receipts until then, and every decision left its root."""
    found: list[str] = []
    kept = {one.decision_id: one for one in past_roots(book)}
    least = 0
    for decision in TakingAgain.objects.filter(opening__project=book.lot.project_id):
        past = kept.get(decision.pk)
        at = decision.decided_at.astimezone(dt.UTC).isoformat(timespec="seconds")
        if past is None:
            found.append(f"the root that was public until {at} is missing")
            continue
        if not least <= past.count <= len(lines):
            found.append(f"the root that was public until {at} counts {past.count} receipts")
        elif past.root != root([one.receipt for one in lines[: past.count]]):
            found.append(f"the root that was public until {at} is not that of the first {past.count} receipts")
        found += [
            f"receipt {one.sequence} came in while the book was closed"
            for place, one in enumerate(lines, start=1)
            if (place <= past.count and one.received_at > past.closed_at)
            or (place > past.count and one.received_at < decision.decided_at)
        ]
        least = past.count
    return found
