"""Pairs of runs, A B A B, and the median of the paired ratios."""

import gc
import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

PAIRS = 5


def nothing() -> None:
    """Needs no preparation."""


@dataclass(frozen=True)
class Pair:
    """Two ways to do the same work.

    `ours` and `other` are timed; `before_ours` and `before_other` run untimed before each of them. `check` gets both
    results of the first pair and raises AssertionError where they differ. `amount` is the work of one run, in the
    row's unit. Work that is over in an instant is repeated `ours_repeats` times, and its time divided by that.
    """

    ours: Callable[[], Any]
    other: Callable[[], Any]
    amount: int
    check: Callable[[Any, Any], None]
    before_ours: Callable[[], None] = nothing
    before_other: Callable[[], None] = nothing
    ours_repeats: int = 1


@dataclass(frozen=True)
class Row:
    """One line of the table; `prepare(size)` is a context manager that yields the pair, for so many cases."""

    name: str
    title: str
    ours: str  # what is measured
    other: str  # the yardstick
    unit: str  # what `Pair.amount` counts
    goal: float | None  # the ratio ours ÷ other, in work for each second, that we want to reach
    prepare: Callable[[int], AbstractContextManager[Pair]]
    pairs: int = PAIRS


@dataclass
class Result:
    """What a row gave: seconds of each run on both sides."""

    row: Row
    amount: int
    ours: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """How many times as much work in a second as the yardstick, for each pair."""
        return [other / ours for ours, other in zip(self.ours, self.other, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def per_second(self, seconds: list[float]) -> float:
        return self.amount / statistics.median(seconds)


REGISTRY: dict[str, Row] = {}


def register(row: Row) -> Row:
    """Put a row into the table; names are unique."""
    if row.name in REGISTRY:
        raise ValueError(f"there are two benchmarks named {row.name}")
    REGISTRY[row.name] = row
    return row


def load_rows() -> dict[str, Row]:
    """Import every module in `tests/bench/rows`; needs Django to be set up."""
    package = importlib.import_module("tests.bench.rows")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"tests.bench.rows.{module.name}")
    return REGISTRY


def measure(row: Row, size: int, say: Callable[[str], None]) -> Result:
    """Run a row: one untimed pair that also compares the results, then `row.pairs` timed ones, starting in turns."""
    say(f"{row.name}: preparing")
    with row.prepare(size) as pair:
        pair.before_ours()
        first = pair.ours()
        pair.before_other()
        pair.check(first, pair.other())
        del first
        result = Result(row, pair.amount)
        for number in range(1, row.pairs + 1):
            for side in sides(number):
                timed(pair, side, result)
            say(f"{row.name}: pair {number} of {row.pairs}: {result.ratios[-1]:.2f}")
    return result


def sides(number: int) -> Iterator[str]:
    yield from ("ours", "other") if number % 2 else ("other", "ours")


def timed(pair: Pair, side: str, result: Result) -> None:
    ours = side == "ours"
    run, before = (pair.ours, pair.before_ours) if ours else (pair.other, pair.before_other)
    repeats = pair.ours_repeats if ours else 1
    before()
    gc.collect()
    started = time.perf_counter()
    for _ in range(repeats):
        run()
    seconds = (time.perf_counter() - started) / repeats
    (result.ours if ours else result.other).append(seconds)
