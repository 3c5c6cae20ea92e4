"""Sealed bids: what the bidder's browser encrypts, how the key is kept, and what is found when a bid is opened.

Pure of database and clock. All of it is libsodium, on both sides: X25519 sealed boxes for keys, XChaCha20-Poly1305 as a
stream for the bid itself, so that neither browser nor server ever holds a whole bid of hundreds of megabytes.

An envelope is `MAGIC ‖ sealed key (80) ‖ stream header (24) ‖ frames`, each frame a chunk of plain text with 17 bytes
more; the last one carries the stream's final tag. The plain text is `length (4) ‖ opening fields as JSON ‖ documents`.
Every frame is bound to lot and bidder, so that an envelope copied from somebody else does not open.

Where the tender asks for the bidder's own layer, the stream's key is sealed to a key of the bidder first and then to the
lot's: `OWN_MAGIC ‖ doubly sealed key (128) ‖ header ‖ frames`. Then the officers together open nothing; what they uncover
is a box for the bidder, whose browser opens it and hands over the stream's key.
"""

import hashlib
import hmac
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from portal.core.hashing import canonical

MAGIC = b"HZBID1\n"
OWN_MAGIC = b"HZBID2\n"  # with the bidder's own layer
DOMAIN = b"haizhou.bid.v1"
CHUNK = 64 * 1024  # bytes of plain text in a frame
KEY_BYTES = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
SEALED_KEY_BYTES = KEY_BYTES + bindings.crypto_box_SEALBYTES
OWN_KEY_BYTES = SEALED_KEY_BYTES + bindings.crypto_box_SEALBYTES  # sealed twice
HEADER_BYTES = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
FRAME_MORE = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
NONCE_BYTES = 32
OPENING_LIMIT = 64 * 1024  # bytes of the opening fields
OPENERS = 2


class Fault(StrEnum):
    """Whose doing it is that a bid cannot be opened."""

    CENTRE = "centre"
    BIDDER = "bidder"


class Finding(StrEnum):
    """What opening a bid found; everything but OPENED keeps it out of the evaluation."""

    OPENED = "opened"
    LOST = "lost"  # the file is not there
    CHANGED = "changed"  # the file is not the one that the receipt names
    NOT_A_BID = "not_a_bid"  # the file is what was sent, but no envelope
    OTHER_KEY = "other_key"  # sealed to another lot's key
    OTHER_BIDDER = "other_bidder"  # sealed for another lot or by somebody else, or damaged before it was sent
    DAMAGED = "damaged"  # begins well and then breaks: sent incomplete, or with something behind it
    OPENING_UNREADABLE = "opening_unreadable"  # no opening fields in it
    OTHER_COMMITMENT = "other_commitment"  # the fields are not those that were committed to


FAULT = {
    Finding.LOST: Fault.CENTRE,
    Finding.CHANGED: Fault.CENTRE,
    **dict.fromkeys(
        (
            Finding.NOT_A_BID,
            Finding.OTHER_KEY,
            Finding.OTHER_BIDDER,
            Finding.DAMAGED,
            Finding.OPENING_UNREADABLE,
            Finding.OTHER_COMMITMENT,
        ),
        Fault.BIDDER,
    ),
}


class CannotOpen(Exception):
    """The envelope does not open; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.value)
        self.finding = finding


# --- the lot's key, and the officers who open ---------------------------------------------------------------------------


@dataclass(frozen=True)
class LotKey:
    """The key pair of a lot. The private half exists in memory only until `keep` has sealed it to the officers."""

    private: bytes
    public: bytes

    @classmethod
    def generate(cls) -> "LotKey":
        key = PrivateKey.generate()
        return cls(bytes(key), bytes(key.public_key))


def pair_name(one: str, other: str) -> tuple[str, str]:
    """The two officers of a pair in the one order in which their boxes are nested."""
    return (one, other) if one < other else (other, one)


def keep(private: bytes, officers: Mapping[str, bytes]) -> dict[tuple[str, str], bytes]:
    """The private key sealed for every pair of officers, by their public keys: both of a pair must act to get it.

    The box of the first of a pair holds the box of the second. With three officers any two can open and none alone,
    and one lost key loses no bid. Raises ValueError for fewer than three officers or one key held twice.
    """
    if len(officers) < OPENERS + 1 or len(set(officers.values())) != len(officers):
        raise ValueError("a lot needs three opening officers with keys of their own")
    return {
        (one, other): _seal(officers[one], _seal(officers[other], private))
        for one, other in itertools.combinations(sorted(officers), OPENERS)
    }


def peel(box: bytes, private: bytes) -> bytes:
    """Take one layer off with an officer's private key. Raises CannotOpen for a key that is not the box's."""
    try:
        return bytes(SealedBox(PrivateKey(private)).decrypt(box))
    except (CryptoError, ValueError, TypeError):
        raise CannotOpen(Finding.OTHER_KEY) from None


def is_key_of(private: bytes, public: bytes) -> bool:
    """Does this private key belong to the lot's public key? Asked before any bid is touched."""
    return len(private) == PrivateKey.SIZE and hmac.compare_digest(bytes(PrivateKey(private).public_key), public)


def _seal(public: bytes, content: bytes) -> bytes:
    return bytes(SealedBox(PublicKey(public)).encrypt(content))


# --- the bidder's side --------------------------------------------------------------------------------------------------


def bound_to(lot: str, bidder: str) -> bytes:
    """What every frame is bound to."""
    return hashlib.sha256(b"\x00".join([DOMAIN, lot.encode(), bidder.encode()])).digest()


def opening_text(fields: Mapping[str, Any], nonce: bytes) -> bytes:
    """The opening fields (price in fen, days, name …) as they are committed to and sealed.

    The nonce hides them: without it a commitment to a price would be found by trying prices.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"the nonce has {len(nonce)} bytes instead of {NONCE_BYTES}")
    return canonical({"fields": dict(fields), "nonce": nonce.hex()}).encode()


def commitment(opening: bytes) -> str:
    """SHA-256 over the opening fields, sent along with the envelope and named in the receipt."""
    return hashlib.sha256(DOMAIN + b"\x00opening\x00" + opening).hexdigest()


def seal_bid(
    lot_public: bytes, bound: bytes, opening: bytes, documents: Iterable[bytes], *, own_public: bytes | None = None
) -> Iterator[bytes]:
    """The envelope, piece by piece: what the browser does, for tests and for other systems' clients.

    With `own_public` the key of the stream is sealed to the bidder before it is sealed to the lot.
    """
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    if own_public is None:
        yield MAGIC + _seal(lot_public, key) + header
    else:
        yield OWN_MAGIC + _seal(lot_public, _seal(own_public, key)) + header
    plain = itertools.chain([len(opening).to_bytes(4, "big") + opening], documents)
    for chunk, is_last in _marked(_chunks(plain)):
        tag = FINAL if is_last else MESSAGE
        yield bindings.crypto_secretstream_xchacha20poly1305_push(state, chunk, bound, tag)


# --- opening ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """What the receipt says of an envelope."""

    sha256: str
    size: int
    commitment: str


@dataclass(frozen=True)
class Opened:
    """What came of one bid. `fields` and `documents_sha256` only when it opened."""

    finding: Finding
    fields: Mapping[str, Any] | None = None
    documents_sha256: str = ""

    @property
    def fault(self) -> Fault | None:
        """Whose fault it is; None for a bid that opened."""
        return FAULT.get(self.finding)


def open_bid(
    stored: Callable[[], Iterable[bytes]],
    sent: Sent,
    lot_private: bytes,
    bound: bytes,
    write: Callable[[bytes], object] = lambda _chunk: None,
) -> Opened:
    """Check the stored file against its receipt, then open it; documents go to `write` as they come.

    `stored` gives the file's bytes afresh each time; it is read twice, because nothing of a file that is not the one
    of the receipt may be decrypted. What was written is to be thrown away unless the finding is OPENED.
    """
    return _opened(stored, sent, lambda pieces: decrypted(pieces, lot_private, bound), write)


def uncover(stored: Callable[[], Iterable[bytes]], sent: Sent, lot_private: bytes) -> bytes:
    """Take the lot's layer off an envelope with the bidder's own one: the box that only the bidder opens.

    Nothing of the bid is read. Raises CannotOpen for a file that is not the receipt's, or not sealed so.
    """
    _check_file(stored, sent)
    reader = _Reader(stored())
    if reader.take(len(OWN_MAGIC)) != OWN_MAGIC:
        raise CannotOpen(Finding.NOT_A_BID)
    box = peel(reader.take(OWN_KEY_BYTES), lot_private)
    if len(box) != SEALED_KEY_BYTES:
        raise CannotOpen(Finding.NOT_A_BID)
    return box


def fits(pieces: Iterable[bytes], key: bytes, bound: bytes) -> bool:
    """Whether this is the key of an envelope's stream, asked of its first frame alone."""
    try:
        next(own_decrypted(pieces, key, bound))
    except CannotOpen:
        return False
    return True


def open_own(
    stored: Callable[[], Iterable[bytes]],
    sent: Sent,
    key: bytes,
    bound: bytes,
    write: Callable[[bytes], object] = lambda _chunk: None,
) -> Opened:
    """As `open_bid`, for an envelope with the bidder's own layer: with the key that the bidder's browser handed over."""
    return _opened(stored, sent, lambda pieces: own_decrypted(pieces, key, bound), write)


def _check_file(stored: Callable[[], Iterable[bytes]], sent: Sent) -> None:
    try:
        digest, size = _digest(stored())
    except (FileNotFoundError, OSError):
        raise CannotOpen(Finding.LOST) from None
    if size != sent.size or not hmac.compare_digest(digest, sent.sha256):
        raise CannotOpen(Finding.CHANGED)


def _opened(
    stored: Callable[[], Iterable[bytes]],
    sent: Sent,
    frames: Callable[[Iterable[bytes]], Iterator[bytes]],
    write: Callable[[bytes], object],
) -> Opened:
    documents = hashlib.sha256()
    try:
        _check_file(stored, sent)
        opening, rest = _split_opening(frames(stored()))
        if not hmac.compare_digest(commitment(opening), sent.commitment):
            return Opened(Finding.OTHER_COMMITMENT)
        fields = _fields(opening)
        for chunk in rest:
            documents.update(chunk)
            write(chunk)
    except CannotOpen as stopped:
        return Opened(stopped.finding)
    return Opened(Finding.OPENED, fields, documents.hexdigest())


def decrypted(pieces: Iterable[bytes], lot_private: bytes, bound: bytes) -> Iterator[bytes]:
    """The plain text of an envelope, chunk by chunk. Raises CannotOpen."""
    reader = _Reader(pieces)
    if reader.take(len(MAGIC)) != MAGIC:
        raise CannotOpen(Finding.NOT_A_BID)
    key = peel(reader.take(SEALED_KEY_BYTES), lot_private)
    yield from _frames(reader, key, bound)


def own_decrypted(pieces: Iterable[bytes], key: bytes, bound: bytes) -> Iterator[bytes]:
    """The plain text of an envelope with the bidder's own layer, by the key of its stream. Raises CannotOpen."""
    reader = _Reader(pieces)
    if reader.take(len(OWN_MAGIC)) != OWN_MAGIC:
        raise CannotOpen(Finding.NOT_A_BID)
    reader.take(OWN_KEY_BYTES)
    yield from _frames(reader, key, bound)


def _frames(reader: "_Reader", key: bytes, bound: bytes) -> Iterator[bytes]:
    header = reader.take(HEADER_BYTES)
    if len(key) != KEY_BYTES or len(header) != HEADER_BYTES:
        raise CannotOpen(Finding.NOT_A_BID)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    begun = False
    while True:
        frame = reader.take(CHUNK + FRAME_MORE)
        try:
            chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, frame, bound)
        except (CryptoError, RuntimeError, ValueError):
            raise CannotOpen(Finding.DAMAGED if begun else Finding.OTHER_BIDDER) from None
        begun = True
        yield chunk
        if tag == FINAL:
            if reader.take(1):
                raise CannotOpen(Finding.DAMAGED)
            return


def new_nonce() -> bytes:
    return os.urandom(NONCE_BYTES)


class _Reader:
    """Takes exact numbers of bytes from pieces of any size."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = bytearray()

    def take(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end."""
        while len(self._left) < count:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        taken = bytes(self._left[:count])
        del self._left[:count]
        return taken


def _digest(pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _split_opening(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The opening fields, which may reach over several chunks, and what follows them."""
    head = bytearray(next(chunks, b""))
    length = int.from_bytes(head[:4], "big")
    if len(head) < 4 or not 0 < length <= OPENING_LIMIT:
        raise CannotOpen(Finding.OPENING_UNREADABLE)
    while len(head) < 4 + length:
        more = next(chunks, None)
        if more is None:
            raise CannotOpen(Finding.OPENING_UNREADABLE)
        head += more
    rest = bytes(head[4 + length :])
    return bytes(head[4 : 4 + length]), itertools.chain([rest] if rest else [], chunks)


def _fields(opening: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(opening)["fields"]
    except (ValueError, KeyError, TypeError):
        raise CannotOpen(Finding.OPENING_UNREADABLE) from None
    if not isinstance(fields, dict):
        raise CannotOpen(Finding.OPENING_UNREADABLE)
    return fields


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of exactly CHUNK, the last one shorter; at least one."""
    reader = _Reader(pieces)
    chunk = reader.take(CHUNK)
    yield chunk
    while len(chunk) == CHUNK:
        chunk = reader.take(CHUNK)
        if chunk:
            yield chunk


def _marked(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last one."""
    previous = next(chunks)
    for chunk in chunks:
        yield previous, False
        previous = chunk
    yield previous, True


def findings_at_fault(results: Sequence[Opened], fault: Fault) -> list[Finding]:
    """The findings that are this side's fault, for the record of the opening."""
    return [one.finding for one in results if one.fault is fault]
