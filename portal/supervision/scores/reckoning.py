"""How figures become points and points become ranks: pure arithmetic in exact fractions, hundredths of a point.

A full score is 100.00 points. An indicator whose sample is too small is left out and its weight is spread over the
others, so that the weights that count are always 100.00 together, and points plus what was lost are too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from portal.supervision.scores.figures import Reading

FULL = 10_000  # hundredths of a point
NOTHING, SAMPLE = "nothing", "sample"  # why an indicator is left out


@dataclass(frozen=True)
class Rule:
    """How one indicator gives points: none at `floor`, all of its weight at `target`, in a straight line between.

    The target of an indicator where less is better lies below its floor. Shares are in percent.
    """

    code: str
    weight: int
    target: Fraction
    floor: Fraction
    minimum: int = 0
    share: bool = True


@dataclass(frozen=True)
class Part:
    """What one indicator gave: weight and points in hundredths; `left_out` says why it counts for nothing."""

    code: str
    reading: Reading
    weight: int = 0
    points: int = 0
    left_out: str = ""

    @property
    def lost(self) -> int:
        return self.weight - self.points

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        found = self.reading
        return {
            "code": self.code, "numerator": found.numerator, "denominator": found.denominator, "sample": found.sample,
            "weight": self.weight, "points": self.points, "lost": self.lost, "left_out": self.left_out,
        }  # fmt: skip


@dataclass(frozen=True)
class Score:
    """The points of one department, None where nothing was measured; `measured` is the weight that could be."""

    points: int | None
    measured: int
    parts: list[Part] = field(default_factory=list)


def fulfilment(rule: Rule, value: Fraction) -> Fraction:
    """How much of the weight a value is worth, from 0 to 1; linear between floor and target."""
    shown = value * 100 if rule.share else value
    reached = (shown - rule.floor) / (rule.target - rule.floor)
    return min(max(reached, Fraction(0)), Fraction(1))


def left_out(rule: Rule, reading: Reading) -> str:
    """Why a reading says nothing about the department; "" where it does."""
    if reading.value is None:
        return NOTHING
    return SAMPLE if reading.sample is not None and reading.sample < rule.minimum else ""


def spread(weights: Sequence[int]) -> list[int]:
    """Weights as hundredths that are 100.00 together; what rounding leaves goes to the largest remainders."""
    total = sum(weights)
    shares = [divmod(weight * FULL, total) for weight in weights]
    found = [whole for whole, _rest in shares]
    order = sorted(range(len(weights)), key=lambda place: (-shares[place][1], place))
    for place in order[: FULL - sum(found)]:
        found[place] += 1
    return found


def score(rules: Sequence[Rule], readings: Mapping[str, Reading]) -> Score:
    """The points of one department by these rules."""
    reasons = {rule.code: left_out(rule, readings[rule.code]) for rule in rules}
    counted = [rule for rule in rules if not reasons[rule.code]]
    weights = dict(zip((rule.code for rule in counted), spread([rule.weight for rule in counted]), strict=True))
    parts = [_part(rule, readings[rule.code], weights.get(rule.code, 0), reasons[rule.code]) for rule in rules]
    points = sum(part.points for part in parts) if counted else None
    return Score(points, sum(rule.weight for rule in counted), parts)


def _part(rule: Rule, reading: Reading, weight: int, reason: str) -> Part:
    value = reading.value
    if reason or value is None:
        return Part(rule.code, reading, left_out=reason)
    return Part(rule.code, reading, weight, int(fulfilment(rule, value) * weight + Fraction(1, 2)))


def ranks(points: Mapping[Any, int]) -> dict[Any, int]:
    """Ranks by points, the most first; equal points share a rank, and the next rank is as far down as there are people
    above it (1, 2, 2, 4)."""
    ordered = sorted(points.values(), reverse=True)
    return {key: ordered.index(value) + 1 for key, value in points.items()}
