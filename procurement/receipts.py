"""Receipts of sealed bids: signed, chained, and under one Merkle root that everybody can see at the deadline.

The chain proves that nothing was put in between or taken out; the root, published at the deadline, that nothing came
in later; the path from a receipt to the root, that a bidder's own bid is among those that were counted.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from portal.core.hashing import GENESIS, canonical, chained, merkle_root

# Left or right neighbour and its hash, from the leaf upwards.
Path = list[tuple[str, str]]


@dataclass(frozen=True)
class Receipt:
    """What the centre confirms of one submission. `received_at` is the database's clock under the lot's lock."""

    lot: str
    bidder: str
    version: int  # of this bidder's bid; a withdrawal is a version too
    act: str  # "submitted" or "withdrawn"
    sha256: str
    size: int
    commitment: str
    received_at: dt.datetime
    sequence: int
    previous: str

    def body(self) -> dict[str, Any]:
        """The receipt as it is signed and handed out."""
        return {
            "lot": self.lot,
            "bidder": self.bidder,
            "version": self.version,
            "act": self.act,
            "sha256": self.sha256,
            "size": self.size,
            "commitment": self.commitment,
            "received_at": self.received_at,
            "sequence": self.sequence,
            "previous": self.previous,
        }

    @property
    def digest(self) -> str:
        """SHA-256(previous digest ‖ body): the link of the chain and the leaf of the tree."""
        return chained(self.previous, canonical(self.body()))


def sign(receipt: Receipt, key: SigningKey) -> str:
    """Ed25519 over the digest, hexadecimal."""
    return key.sign(bytes.fromhex(receipt.digest)).signature.hex()


def is_signed(receipt: Receipt, signature: str, key: VerifyKey) -> bool:
    try:
        key.verify(bytes.fromhex(receipt.digest), bytes.fromhex(signature))
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def chain_problems(receipts: Iterable[tuple[Receipt, str]], key: VerifyKey) -> list[str]:
    """Each place where sequence, chain, time or signature do not fit; an empty list for an intact register."""
    problems: list[str] = []
    previous, at = GENESIS, None
    for number, (receipt, signature) in enumerate(receipts, start=1):
        if receipt.sequence != number:
            problems.append(f"receipt {receipt.sequence} stands at place {number}")
        if receipt.previous != previous:
            problems.append(f"receipt {receipt.sequence} does not follow the one before it")
        if at is not None and receipt.received_at < at:
            problems.append(f"receipt {receipt.sequence} is older than the one before it")
        if not is_signed(receipt, signature, key):
            problems.append(f"receipt {receipt.sequence} is not what was signed")
        previous, at = receipt.digest, receipt.received_at
    return problems


def root(receipts: Sequence[Receipt]) -> str:
    """The Merkle root over all receipts of a lot, in their order."""
    return merkle_root([receipt.digest for receipt in receipts])


def path(digests: Sequence[str], place: int) -> Path:
    """What leads from the leaf at `place` to the root. Raises IndexError for a place that does not exist."""
    if not 0 <= place < len(digests):
        raise IndexError(place)
    level = [_leaf(digest) for digest in digests]
    found: Path = []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            found.append(("left" if neighbour < place else "right", level[neighbour].hex()))
        paired = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level, place = paired, place // 2
    return found


def leads_to(digest: str, way: Path, published_root: str) -> bool:
    """Does the path lead from this receipt to the published root?"""
    node = _leaf(digest)
    for side, other in way:
        node = _node(bytes.fromhex(other), node) if side == "left" else _node(node, bytes.fromhex(other))
    return node.hex() == published_root


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
