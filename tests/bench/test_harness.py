"""The harness itself: both sides in turns, compared once, and the median of the paired ratios."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.bench.harness import Pair, Result, Row, measure

pytestmark = pytest.mark.once


def same(ours: int, other: int) -> None:
    assert ours == other


def row(pair: Pair, pairs: int = 3) -> Row:
    @contextmanager
    def prepare(size: int) -> Iterator[Pair]:
        yield pair

    make: Callable[[int], AbstractContextManager[Pair]] = prepare
    return Row("x", "A title", "ours", "other", "things", None, make, pairs)


def test_the_sides_take_turns_to_start() -> None:
    order: list[str] = []

    def ours() -> int:
        order.append("A")
        return 1

    def other() -> int:
        order.append("B")
        return 1

    measure(row(Pair(ours, other, amount=1, check=same)), 1, order.append)
    assert [step for step in order if len(step) == 1] == list("AB" + "AB" + "BA" + "AB")


def test_two_sides_with_different_results_are_not_compared() -> None:
    with pytest.raises(AssertionError):
        measure(row(Pair(lambda: 1, lambda: 2, amount=1, check=same)), 1, lambda text: None)


def test_the_ratio_is_the_median_of_the_pairs_not_the_ratio_of_the_medians() -> None:
    result = Result(row(Pair(int, int, amount=6, check=same)), 6, ours=[1.0, 2.0, 3.0], other=[10.0, 4.0, 9.0])
    assert result.ratio == 3.0
    assert result.per_second(result.ours) == 3.0
