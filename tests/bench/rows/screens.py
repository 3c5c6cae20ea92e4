"""Row `screens`: the statistical screens of 5,000 tenders with eight bids, and the same figures by numpy."""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from procurement.screens import screens
from tests.bench.harness import Pair, Row, register

TENDERS, BIDS = 5_000, 8
Prices = list[list[int]]


def tenders() -> Prices:
    """The same ones on every run."""
    source = random.Random(40)
    return [[source.randrange(80_000_000, 120_000_000) for _ in range(BIDS)] for _ in range(TENDERS)]


def by_numpy(every: Prices) -> list[tuple[float, ...]]:
    """All eight screens, written down from their formulas."""
    found = []
    for prices in every:
        b = np.sort(np.array(prices, dtype=np.float64))
        n, mean, gap = len(b), b.mean(), b[1] - b[0]
        apart = b - mean
        m2, m3, m4 = (np.mean(apart**power) for power in (2, 3, 4))
        found.append(
            (
                np.std(b, ddof=1) / mean,
                (b[-1] - b[0]) / b[0],
                gap / b[0],
                gap / np.std(b[1:], ddof=1),
                (n - 1) * gap / (b[-1] - b[0]),
                (n - 2) * gap / (b[-1] - b[1]),
                math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5,
                (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6),
            )
        )
    return found


def same(ours: list[dict[str, float]], other: list[tuple[float, ...]]) -> None:
    assert np.allclose([list(one.values()) for one in ours], other, rtol=1e-9)


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    every = tenders()
    yield Pair(
        lambda: [screens(prices) for prices in every],
        lambda: by_numpy(every),
        amount=TENDERS,
        check=same,
        ours_repeats=5,
    )


register(
    Row(
        name="screens",
        title=f"The statistical signs of tenders with {BIDS} bids each",
        ours="`procurement.screens.screens`",
        other="the same eight formulas with numpy, tender by tender",
        unit="tenders",
        goal=1.0,
        prepare=prepare,
    )
)
