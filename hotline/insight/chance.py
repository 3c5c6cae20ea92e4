"""When is a number of tickets more than chance? The Poisson distribution, pure Python.

With `before` tickets in the `days` before, the mean is taken as (before + 1) ÷ days: what has never been seen may come
once. The bound is the smallest number that chance brings with the probability `chance` at most.
"""

import math


def bound(before: int, days: int, chance: float) -> int:
    """The smallest k with P(X ≥ k) ≤ chance for X ~ Poisson((before + 1) ÷ days). Days and chance above 0."""
    mean = (before + 1) / days
    logarithm = math.log(mean)
    rest, k = 1.0, 0
    while rest > chance:
        rest -= math.exp(k * logarithm - mean - math.lgamma(k + 1))
        k += 1
    return k
