"""The draw of experts: fair, bound by commitments, and replayable from what is published."""

import copy
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import draw
from portal.core.draw import Candidate, DrawError, Exclusion, Place, Pool

pytestmark = pytest.mark.once

ROAD, COST = "道路工程", "工程造价"
SEEDS = {"tenderer": b"t" * 32, "supervisor": b"s" * 32}
PLACES = [Place(ROAD, 3), Place(COST, 2)]


def pool(count: int = 12) -> Pool:
    """Every second one knows both specialities."""
    people = [Candidate(f"E{n:03}", (ROAD, COST) if n % 2 else (ROAD,)) for n in range(count)]
    return Pool("HZ-2026-001", tuple(people), (Exclusion("E900", "employed_within_3_years"),))


def published() -> dict[str, Any]:
    return json.loads(json.dumps(draw.record(pool(), PLACES, SEEDS)))


def test_an_honest_draw_replays_without_a_difference() -> None:
    assert draw.replay(published()) == []


def test_the_order_in_which_the_pool_was_read_does_not_matter() -> None:
    turned = Pool(pool().tender, tuple(reversed(pool().candidates)), pool().exclusions)
    assert turned.digest() == pool().digest()
    assert draw.record(turned, PLACES, SEEDS) == draw.record(pool(), PLACES, SEEDS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r["orders"][ROAD].reverse(), "order is not the one"),
        (lambda r: r["parties"][0].update(seed="00" * 32), "another seed"),
        (lambda r: r["pool"]["candidates"].pop(), "pool is not the one"),
        (lambda r: r["pool"]["exclusions"].clear(), "pool is not the one"),
        (lambda r: r["orders"].update({"园林": []}), "not wanted"),
        (lambda r: r.update(version="other"), "unknown version"),
        (lambda r: r.pop("places"), "not complete"),
        (lambda r: r["parties"].pop(), "two parties"),
    ],
)
def test_whatever_is_changed_in_the_record_is_found(change: Any, said: str) -> None:
    record = published()
    change(record)
    assert any(said in problem for problem in draw.replay(record)), draw.replay(record)


def test_the_last_to_reveal_cannot_choose_another_seed() -> None:
    digest = pool().digest()
    committed = draw.commitment("supervisor", digest, SEEDS["supervisor"])
    assert draw.is_revealed(committed, "supervisor", digest, SEEDS["supervisor"])
    assert not draw.is_revealed(committed, "supervisor", digest, b"x" * 32)
    assert not draw.is_revealed(committed, "supervisor", "0" * 64, SEEDS["supervisor"])  # nor use it for another pool
    assert not draw.is_revealed(committed, "tenderer", digest, SEEDS["supervisor"])  # nor copy the other's commitment


def test_either_seed_alone_changes_the_order() -> None:
    digest = pool(40).digest()
    found = {
        tuple(draw.order(pool(40), draw.joint_seed(digest, seeds), ROAD))
        for seeds in (SEEDS, {**SEEDS, "tenderer": b"u" * 32}, {**SEEDS, "supervisor": b"u" * 32})
    }
    assert len(found) == 3


def test_nobody_sits_twice_and_a_refusal_takes_the_next_in_order() -> None:
    drawn = draw.orders(pool(), draw.joint_seed(pool().digest(), SEEDS), PLACES)
    first = draw.seats(drawn, PLACES)
    assert len({seat.code for seat in first}) == 5
    assert [seat.code for seat in first[:3]] == drawn[ROAD][:3]
    refused = first[1].code
    second = draw.seats(drawn, PLACES, {refused})
    assert refused not in {seat.code for seat in second}
    assert [seat.code for seat in second[:3]] == [drawn[ROAD][0], drawn[ROAD][2], drawn[ROAD][3]]


def test_without_reserves_the_draw_says_so() -> None:
    drawn = draw.orders(pool(), draw.joint_seed(pool().digest(), SEEDS), PLACES)
    with pytest.raises(DrawError, match="no reserve"):
        draw.seats(drawn, PLACES, set(drawn[COST][:5]))
    with pytest.raises(DrawError, match="wanted"):
        draw.orders(pool(2), b"s" * 32, PLACES)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Pool("x", (Candidate("A", (ROAD,)), Candidate("A", (COST,)))),
        lambda: Pool("x", (Candidate("A", (ROAD,)),), (Exclusion("A", "kinship"),)),
        lambda: draw.commitment("tenderer", "0" * 64, b"short"),
        lambda: draw.joint_seed("0" * 64, {"tenderer": b"t" * 32}),
        lambda: draw.orders(pool(), b"s" * 32, [Place(ROAD, 1), Place(ROAD, 1)]),
        lambda: draw.orders(pool(), b"s" * 32, [Place(ROAD, 0)]),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: Any) -> None:
    with pytest.raises(DrawError):
        wrong()


def test_each_place_is_as_likely_for_each_candidate() -> None:
    """Chi-square over 6,000 draws of five: 4 degrees of freedom, 18.5 is passed by chance once in a thousand."""
    five, turns = pool(5), 6_000
    firsts = Counter(draw.order(five, n.to_bytes(32, "big"), ROAD)[0] for n in range(turns))
    expected = turns / 5
    assert sum((firsts[one.code] - expected) ** 2 / expected for one in five.candidates) < 18.5


def test_rejection_keeps_the_small_remainders_from_being_likelier() -> None:
    top = (1 << 64) - 1
    assert draw._below(3, iter([top, 7])) == 1  # 2^64 − 1 lies over the last multiple of three
    assert draw._below(3, iter([top - 1, 7])) == 2


@given(st.integers(2, 30), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_an_order_is_a_permutation_and_every_record_replays(count: int, one: bytes, other: bytes) -> None:
    some = pool(count)
    record = draw.record(some, [Place(ROAD, 2)], {"tenderer": one, "supervisor": other})
    assert sorted(record["orders"][ROAD]) == [one.code for one in some.candidates]
    assert draw.replay(copy.deepcopy(record)) == []


def test_what_was_published_once_comes_out_the_same_for_ever() -> None:
    """Digest and orders of a record as it stood when the first draws were held: a changed arithmetic would deny them."""
    candidates = (Candidate(f"{n:02d}", ("A02", "A06") if n % 3 == 0 else ("A02",)) for n in range(9))
    pool = Pool("JY-1/1", tuple(candidates), (Exclusion("x", "term"),))
    record = draw.record(pool, [Place("A02", 3), Place("A06", 1)], {"tenderer": b"t" * 32, "supervisor": b"s" * 32})
    assert record["pool_digest"] == "c438cd4f29710689cc73e97047f9d7a922d2a947ffd0b7625509b3d9c411e00c"
    assert record["orders"] == {
        "A02": ["05", "00", "01", "04", "07", "08", "02", "06", "03"], "A06": ["06", "00", "03"],
    }  # fmt: skip
    assert draw.replay(record) == []
