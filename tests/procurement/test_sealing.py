"""Sealed bids: two officers open, one alone cannot; each bid that does not open says whose fault it is."""

import hashlib
import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from procurement import sealing
from procurement.sealing import CHUNK, CannotOpen, Fault, Finding, LotKey, Sent

pytestmark = pytest.mark.once

LOT = LotKey.generate()
BOUND = sealing.bound_to("HZ-2026-001/1", "91330000TEST")
FIELDS = {"price_fen": 1_234_567_00, "days": 90, "name": "海州路桥"}


def envelope(
    documents: Iterable[bytes] = (b"drawing " * 30_000,),
    *,
    public: bytes = LOT.public,
    bound: bytes = BOUND,
    opening: bytes | None = None,
) -> tuple[bytes, Sent]:
    text = sealing.opening_text(FIELDS, b"n" * 32) if opening is None else opening
    sealed = b"".join(sealing.seal_bid(public, bound, text, documents))
    return sealed, Sent(hashlib.sha256(sealed).hexdigest(), len(sealed), sealing.commitment(text))


def opened(sealed: bytes, sent: Sent, *, private: bytes = LOT.private, bound: bytes = BOUND) -> Any:
    written: list[bytes] = []
    result = sealing.open_bid(lambda: [sealed[:100], sealed[100:]], sent, private, bound, written.append)
    return result, b"".join(written)


def sent_as(sealed: bytes, sent: Sent) -> Sent:
    """The bidder sent exactly this: the receipt names it."""
    return Sent(hashlib.sha256(sealed).hexdigest(), len(sealed), sent.commitment)


def test_a_bid_opens_to_what_was_sealed() -> None:
    documents = [b"drawing " * 30_000, b"", b"the end"]
    result, written = opened(*envelope(documents))
    assert (result.finding, result.fault, result.fields) == (Finding.OPENED, None, FIELDS)
    assert written == b"".join(documents)
    assert result.documents_sha256 == hashlib.sha256(written).hexdigest()


def test_an_envelope_holds_nothing_in_the_clear_and_differs_each_time() -> None:
    one, _ = envelope([b"secret price list"])
    other, _ = envelope([b"secret price list"])
    assert b"secret" not in one and "海州".encode() not in one
    assert one[7:] != other[7:]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_documents_of_every_length_come_back(size: int) -> None:
    documents = bytes(n % 251 for n in range(size))
    result, written = opened(*envelope([documents]))
    assert result.finding is Finding.OPENED and written == documents


def test_any_two_of_three_officers_open_and_none_alone() -> None:
    keys = {name: PrivateKey.generate() for name in ("chen", "li", "wang")}
    kept = sealing.keep(LOT.private, {name: bytes(key.public_key) for name, key in keys.items()})
    for pair in itertools.combinations(sorted(keys), 2):
        box = kept[sealing.pair_name(*reversed(pair))]
        inner = sealing.peel(box, bytes(keys[pair[0]]))
        assert LOT.private not in inner
        assert sealing.peel(inner, bytes(keys[pair[1]])) == LOT.private
        with pytest.raises(CannotOpen):
            sealing.peel(inner, bytes(keys[pair[0]]))  # the same officer twice
        with pytest.raises(CannotOpen):
            sealing.peel(box, bytes(keys[pair[1]]))  # the second cannot begin


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_officers_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="three opening officers"):
        sealing.keep(LOT.private, {str(n): bytes(PrivateKey.generate().public_key) for n in range(count)})
    same = bytes(PrivateKey.generate().public_key)
    with pytest.raises(ValueError, match="keys of their own"):
        sealing.keep(LOT.private, {"chen": same, "li": same, "wang": same})


def test_the_key_is_known_to_be_the_lots_before_a_bid_is_touched() -> None:
    assert sealing.is_key_of(LOT.private, LOT.public)
    assert not sealing.is_key_of(LotKey.generate().private, LOT.public)
    assert not sealing.is_key_of(b"short", LOT.public)


def test_a_file_that_was_changed_in_the_store_is_the_centres_fault() -> None:
    sealed, sent = envelope()
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    result, written = opened(flipped, sent)
    assert (result.finding, result.fault, written) == (Finding.CHANGED, Fault.CENTRE, b"")
    assert opened(sealed[:-10], sent)[0].finding is Finding.CHANGED


def test_a_file_that_is_gone_is_the_centres_fault() -> None:
    def gone() -> Iterable[bytes]:
        raise FileNotFoundError

    result = sealing.open_bid(gone, envelope()[1], LOT.private, BOUND)
    assert (result.finding, result.fault) == (Finding.LOST, Fault.CENTRE)


def _broken_off() -> tuple[bytes, Sent]:
    sealed, sent = envelope()
    return sealed[: CHUNK + 5_000], sent


def _broken_off_between_frames() -> tuple[bytes, Sent]:
    sealed, sent = envelope()
    head = len(sealing.MAGIC) + sealing.SEALED_KEY_BYTES + sealing.HEADER_BYTES
    return sealed[: head + CHUNK + sealing.FRAME_MORE], sent


def _not_a_bid() -> tuple[bytes, Sent]:
    return b"%PDF-1.7 a bid in the clear", envelope()[1]


def _with_a_tail() -> tuple[bytes, Sent]:
    sealed, sent = envelope()
    return sealed + b"more", sent


def _other_opening() -> tuple[bytes, Sent]:
    sealed, _ = envelope()
    return sealed, Sent("", 0, sealing.commitment(b"another price"))


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        (_not_a_bid, Finding.NOT_A_BID),
        (_with_a_tail, Finding.DAMAGED),
        (_broken_off, Finding.DAMAGED),
        (_broken_off_between_frames, Finding.DAMAGED),
        (lambda: envelope(public=LotKey.generate().public), Finding.OTHER_KEY),
        (lambda: envelope(bound=sealing.bound_to("HZ-2026-001/1", "somebody else")), Finding.OTHER_BIDDER),
        (lambda: envelope(bound=sealing.bound_to("HZ-2026-001/2", "91330000TEST")), Finding.OTHER_BIDDER),
        (lambda: envelope(opening=b"no json"), Finding.OPENING_UNREADABLE),
        (lambda: envelope(opening=b'{"fields": 1}'), Finding.OPENING_UNREADABLE),
        (lambda: envelope(opening=b""), Finding.OPENING_UNREADABLE),
        (_other_opening, Finding.OTHER_COMMITMENT),
    ],
)
def test_what_the_bidder_sent_wrongly_is_the_bidders_fault(made: Any, finding: Finding) -> None:
    sealed, sent = made()
    result, _written = opened(sealed, sent_as(sealed, sent))
    assert (result.finding, result.fault, result.fields) == (finding, Fault.BIDDER, None)


def test_every_finding_but_an_opened_bid_has_somebody_to_answer_for_it() -> None:
    assert set(sealing.FAULT) == set(Finding) - {Finding.OPENED}


def test_a_price_cannot_be_found_by_trying_prices() -> None:
    one = sealing.commitment(sealing.opening_text({"price_fen": 1}, sealing.new_nonce()))
    other = sealing.commitment(sealing.opening_text({"price_fen": 1}, sealing.new_nonce()))
    assert one != other
    with pytest.raises(ValueError, match="nonce"):
        sealing.opening_text({"price_fen": 1}, b"")


@given(st.lists(st.binary(max_size=3 * CHUNK), max_size=4), st.integers(1, 200_000))
def test_pieces_of_any_size_open_to_the_same(documents: list[bytes], piece: int) -> None:
    sealed, sent = envelope(documents)
    written: list[bytes] = []
    pieces = [sealed[start : start + piece] for start in range(0, len(sealed), piece)]
    result = sealing.open_bid(lambda: pieces, sent, LOT.private, BOUND, written.append)
    assert result.finding is Finding.OPENED
    assert b"".join(written) == b"".join(documents)
