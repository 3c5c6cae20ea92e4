"""Receipts: signed, chained, and provably among those that were counted."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from portal.core.hashing import GENESIS
from procurement import receipts
from procurement.receipts import Receipt

pytestmark = pytest.mark.once

KEY = SigningKey.generate()
NOON = dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)
Register = list[tuple[Receipt, str]]


def register(count: int) -> Register:
    made: Register = []
    previous = GENESIS
    for n in range(1, count + 1):
        receipt = Receipt(
            lot="HZ-2026-001/1", bidder=f"B{n}", version=1, act="submitted", sha256=f"{n:064x}", size=n,
            commitment=f"{n + 1:064x}", received_at=NOON + dt.timedelta(seconds=n), sequence=n, previous=previous,
        )  # fmt: skip
        made.append((receipt, receipts.sign(receipt, KEY)))
        previous = receipt.digest
    return made


def problems(rows: Register) -> list[str]:
    return receipts.chain_problems(rows, KEY.verify_key)


def test_an_intact_register_has_no_problem() -> None:
    assert problems(register(7)) == []
    assert problems([]) == []


@pytest.mark.parametrize(
    "field", [{"size": 9}, {"sha256": "0" * 64}, {"bidder": "X"}, {"received_at": NOON}, {"act": "withdrawn"}]
)
def test_a_changed_receipt_is_found_by_its_signature_and_by_its_successor(field: dict[str, Any]) -> None:
    rows = register(5)
    rows[2] = (dataclasses.replace(rows[2][0], **field), rows[2][1])
    found = problems(rows)
    assert "receipt 3 is not what was signed" in found
    assert "receipt 4 does not follow the one before it" in found


def test_a_receipt_taken_out_or_put_in_is_found() -> None:
    rows = register(5)
    assert problems(rows[:2] + rows[3:])
    assert problems([*rows[:3], rows[1], *rows[3:]])
    assert problems([rows[1], rows[0], *rows[2:]])


def test_somebody_elses_signature_is_none() -> None:
    receipt, _ = register(1)[0]
    assert problems([(receipt, receipts.sign(receipt, SigningKey.generate()))])
    assert problems([(receipt, "no signature")])


@given(st.integers(1, 40), st.data())
def test_every_receipt_leads_to_the_root_and_no_other_does(count: int, data: st.DataObject) -> None:
    rows = [receipt for receipt, _signature in register(count)]
    digests = [receipt.digest for receipt in rows]
    place = data.draw(st.integers(0, count - 1))
    way = receipts.path(digests, place)
    assert receipts.leads_to(digests[place], way, receipts.root(rows))
    assert not receipts.leads_to("f" * 64, way, receipts.root(rows))
    if count > 1:
        assert not receipts.leads_to(digests[place - 1], way, receipts.root(rows))


def test_a_place_that_does_not_exist_has_no_path() -> None:
    with pytest.raises(IndexError):
        receipts.path([], 0)
