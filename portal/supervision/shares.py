"""Percentages that add up: a share and its complement, and the parts of a whole, always make 100."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

DASH = "—"
TENTH = Decimal("0.1")


def rounded(rate: float | None) -> Decimal | None:
    """A rate in percent, to one decimal; None without a denominator."""
    return None if rate is None else (Decimal(str(rate)) * 100).quantize(TENTH, ROUND_HALF_UP)


def complement(rate: float | None) -> str:
    """What is left of 100 %: 98.75 % on time is 98.8 %, so late is 1.2 % and not 1.3 %."""
    shown = rounded(rate)
    return DASH if shown is None else f"{Decimal(100) - shown}%"


def parts_of(counts: Sequence[int]) -> list[str]:
    """The shares of a whole in percent; they make 100.0 exactly (largest remainders). Dashes for a whole of 0."""
    whole = sum(counts)
    if not whole:
        return [DASH] * len(counts)
    tenths = [count * 1000 // whole for count in counts]
    remainders = sorted(range(len(counts)), key=lambda i: (-(counts[i] * 1000 % whole), i))
    for i in remainders[: 1000 - sum(tenths)]:
        tenths[i] += 1
    return [f"{tenth // 10}.{tenth % 10}%" for tenth in tenths]
