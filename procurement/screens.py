"""Signs of collusion over the bids of one lot: findings that the law names, and statistical leads; never verdicts.

The two are never mixed. A finding is a fact that 《招标投标法实施条例》 article 40 deems collusion (one preparer, one agent,
shared staff, regular differences of the prices, a bond from one account) and goes to the supervisor with its evidence. A
lead is a figure that is rarely seen among rivals, or a circumstance that people should look into. Each sign carries its
figures, its formula and its source, and a screen without enough bids, or whose divisor is zero, has no value instead of
a made-up one.

Sources: R. Abrantes-Metz et al., “A variance screen for collusion” (2006); M. Huber, D. Imhof, “Machine learning with
screens for detecting bid-rigging cartels” (2019); Open Contracting Partnership, “Red flags in public procurement”.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

FORMULAS = {
    "cv": "s / mean",
    "spd": "(bn − b1) / b1",
    "diffp": "(b2 − b1) / b1",
    "rd": "(b2 − b1) / s(b2 … bn)",
    "rdnor": "(n − 1)(b2 − b1) / (bn − b1)",
    "rdalt": "(n − 2)(b2 − b1) / (bn − b2)",
    "skew": "√(n(n−1)) / (n−2) · m3 / m2^1.5",
    "kurt": "(n−1) / ((n−2)(n−3)) · ((n+1) · (m4 / m2² − 3) + 6)",
}
Screens = dict[str, float | None]


def screens(prices: Sequence[int]) -> Screens:
    """All screens over the valid prices of a lot, in fen, in any order. None where a screen has no value.

    s is the sample standard deviation; skewness and excess kurtosis are corrected for bias.
    """
    ordered = sorted(prices)
    n = len(ordered)
    found: Screens = dict.fromkeys(FORMULAS)
    if n < 2 or ordered[0] <= 0:
        return found
    low, second, high = ordered[0], ordered[1], ordered[-1]
    gap = second - low
    mean = sum(ordered) / n
    m2, m3, m4 = _moments(ordered, mean)
    found["cv"] = math.sqrt(m2 * n / (n - 1)) / mean
    found["spd"] = (high - low) / low
    found["diffp"] = gap / low
    if n < 3:
        return found
    found["rd"] = _divided(gap, _deviation(ordered[1:]))
    found["rdnor"] = _divided((n - 1) * gap, high - low)
    found["rdalt"] = _divided((n - 2) * gap, high - second)
    if m2:
        found["skew"] = math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5
        if n > 3:
            found["kurt"] = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
    return found


def _moments(values: Sequence[int], mean: float) -> tuple[float, float, float]:
    """Second, third and fourth central moment in one pass."""
    m2 = m3 = m4 = 0.0
    for value in values:
        distance = value - mean
        square = distance * distance
        m2 += square
        m3 += square * distance
        m4 += square * square
    n = len(values)
    return m2 / n, m3 / n, m4 / n


def _deviation(values: Sequence[int]) -> float:
    """The sample standard deviation of at least two values."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _divided(value: float, by: float) -> float | None:
    return value / by if by else None


# --- patterns of prices ---------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """Whether the law names it, or only experience does."""

    FINDING = "finding"
    LEAD = "lead"


@dataclass(frozen=True)
class Sign:
    """What was seen, with every figure that it rests on."""

    code: str
    figures: Mapping[str, float | int | str]
    formula: str
    source: str
    bidders: tuple[str, ...] = ()
    kind: Kind = Kind.LEAD


@dataclass(frozen=True)
class Limits:
    """From where on a figure is a sign: dated settings, versioned by whoever supervises; these are the defaults."""

    cv_under: float = 0.02
    rdnor_over: float = 2.0  # the lowest bid lies apart from an even row of losers
    close_second: float = 0.005
    far_below_second: float = 0.25
    regular_within: float = 0.001  # share of the mean gap, or of the mean ratio
    rejected_share: float = 0.5
    least_items: int = 5  # priced items that two bids have in common, before their unit prices are compared
    equal_share: float = 0.5  # of those items, above which equal unit prices are a sign


@dataclass(frozen=True)
class Bid:
    """A bid as the signs see it."""

    bidder: str
    price_fen: int
    is_rejected: bool = False
    is_winner: bool = False
    unit_prices: Mapping[str, int] = field(default_factory=dict)  # item of the bill of quantities → fen


OCP = "Open Contracting Partnership, Red flags in public procurement, {}"
IMHOF = "Huber, Imhof (2019), screens for bid-rigging"
ARTICLE_40 = "《中华人民共和国招标投标法实施条例》第四十条第{}项"
DEFAULTS = Limits()


@dataclass(frozen=True)
class Lot:
    """The bids of a lot with what several looks ask for: the valid ones from the lowest up, and their screens."""

    bids: Sequence[Bid]
    valid: Sequence[Bid]
    figures: Screens


def signs(bids: Sequence[Bid], limits: Limits = DEFAULTS, figures: Screens | None = None) -> list[Sign]:
    """Every sign that the bids of one lot give, in a fixed order. `figures`: their screens, where they are known."""
    valid = _valid(bids)
    lot = Lot(bids, valid, screens([bid.price_fen for bid in valid]) if figures is None else figures)
    return [sign for look in _LOOKS for sign in look(lot, limits)]


def _valid(bids: Iterable[Bid]) -> list[Bid]:
    return sorted((bid for bid in bids if not bid.is_rejected and bid.price_fen > 0), key=lambda bid: bid.price_fen)


def _low_variance(lot: Lot, limits: Limits) -> Iterable[Sign]:
    valid, cv = lot.valid, lot.figures["cv"]
    if len(valid) > 2 and cv is not None and cv < limits.cv_under:
        yield Sign("low_variance", {"cv": cv, "limit": limits.cv_under, "n": len(valid)}, FORMULAS["cv"], IMHOF)


def _lowest_apart(lot: Lot, limits: Limits) -> Iterable[Sign]:
    valid, rdnor = lot.valid, lot.figures["rdnor"]
    if rdnor is not None and rdnor > limits.rdnor_over:
        figures = {"rdnor": rdnor, "limit": limits.rdnor_over, "n": len(valid)}
        yield Sign("lowest_apart", figures, FORMULAS["rdnor"], IMHOF, (valid[0].bidder,))


def _regular_differences(lot: Lot, limits: Limits) -> Iterable[Sign]:
    """Equal gaps or equal ratios between neighbours, from four bids on: three have two gaps, which may well be equal."""
    valid = lot.valid
    prices = [bid.price_fen for bid in valid]
    if len(prices) < 4:
        return
    gaps = [later - earlier for earlier, later in itertools.pairwise(prices)]
    ratios = [later / earlier for earlier, later in itertools.pairwise(prices)]
    names = tuple(bid.bidder for bid in valid)
    for code, steps, flat in (("equal_gaps", gaps, 0.0), ("equal_ratios", ratios, 1.0)):
        mean = sum(steps) / len(steps)
        spread = max(steps) - min(steps)
        if mean > flat and spread <= limits.regular_within * (mean - flat):
            figures = {"mean": mean, "spread": spread, "within": limits.regular_within}
            formula = "max(step) − min(step) ≤ ε · mean(step)"
            yield Sign(code, figures, formula, ARTICLE_40.format("四"), names, Kind.FINDING)


def _identical_prices(lot: Lot, _limits: Limits) -> Iterable[Sign]:
    bids = lot.bids
    together: dict[int, list[str]] = {}
    for bid in bids:
        together.setdefault(bid.price_fen, []).append(bid.bidder)
    for price, names in sorted(together.items()):
        if len(names) > 1:
            yield Sign(
                "R028", {"price_fen": price, "bids": len(names)}, "bi = bj", OCP.format("R028"), tuple(sorted(names))
            )


def _identical_unit_prices(lot: Lot, limits: Limits) -> Iterable[Sign]:
    """Two bids that share most of their unit prices although their totals differ."""
    bids = [bid for bid in lot.bids if bid.unit_prices]
    for place, one in enumerate(bids):
        for other in bids[place + 1 :]:
            common = one.unit_prices.keys() & other.unit_prices.keys()
            equal = sum(one.unit_prices[item] == other.unit_prices[item] for item in common)
            if len(common) >= limits.least_items and equal > limits.equal_share * len(common):
                figures = {"items": len(common), "equal": equal}
                names = tuple(sorted((one.bidder, other.bidder)))
                yield Sign("equal_unit_prices", figures, "equal / items > limit", OCP.format("R028"), names)


def _single_bid(lot: Lot, _limits: Limits) -> Iterable[Sign]:
    bids = lot.bids
    if len(bids) == 1:
        yield Sign("R018", {"bids": 1}, "n = 1", OCP.format("R018"), (bids[0].bidder,))


def _winner_and_second(lot: Lot, limits: Limits) -> Iterable[Sign]:
    valid = lot.valid
    winner = next((bid for bid in valid if bid.is_winner), None)
    others = [bid for bid in valid if not bid.is_winner]
    if winner is None or not others:
        return
    second = others[0]
    distance = (second.price_fen - winner.price_fen) / winner.price_fen
    figures = {"winner_fen": winner.price_fen, "second_fen": second.price_fen, "distance": distance}
    names = (winner.bidder, second.bidder)
    formula = "(second − winner) / winner"
    if 0 <= distance <= limits.close_second:
        yield Sign("R024", {**figures, "limit": limits.close_second}, formula, OCP.format("R024"), names)
    if distance >= limits.far_below_second:
        yield Sign("R058", {**figures, "limit": limits.far_below_second}, formula, OCP.format("R058"), names)


def _rejections(lot: Lot, limits: Limits) -> Iterable[Sign]:
    bids = lot.bids
    rejected = [bid for bid in bids if bid.is_rejected]
    if not rejected:
        return
    names = tuple(sorted(bid.bidder for bid in rejected))
    figures = {"bids": len(bids), "rejected": len(rejected)}
    winner = next((bid for bid in bids if bid.is_winner), None)
    if winner is not None and len(rejected) == len(bids) - 1:
        yield Sign("R035", figures, "rejected = n − 1", OCP.format("R035"), names)
    lowest = min(bids, key=lambda bid: bid.price_fen)
    if winner is not None and lowest.is_rejected:
        prices = {"lowest_fen": lowest.price_fen, "winner_fen": winner.price_fen}
        yield Sign("R036", prices, "b1 is rejected", OCP.format("R036"), (lowest.bidder,))
    if len(bids) > 2 and len(rejected) / len(bids) >= limits.rejected_share:
        share = {**figures, "limit": limits.rejected_share}
        yield Sign("R038", share, "rejected / n ≥ limit", OCP.format("R038"), names)


# Facts that two bids share: which the law names, and by which item of its article 40.
NAMED_FACTS = {
    "preparer": "一",  # author of the documents, machine code of the pricing software
    "agent": "二",
    "staff": "三",
    "mixed_files": "五",
    "bond_account": "六",
}
OTHER_FACTS = frozenset({"address", "device", "phone", "legal_person", "shareholder"})
Facts = Mapping[str, Mapping[str, Iterable[str]]]  # bidder → fact → values


def shared_facts(facts: Facts) -> list[Sign]:
    """Every value of a fact that two or more bidders share: a finding where the law names it, else a lead.

    Values are compared as given: whoever collects them normalises them, and gives digests of personal data. Raises
    ValueError for a fact that is in neither list.
    """
    if unknown := {fact for known in facts.values() for fact in known} - NAMED_FACTS.keys() - OTHER_FACTS:
        raise ValueError(f"no such fact: {', '.join(sorted(unknown))}")
    holders: dict[tuple[str, str], set[str]] = {}
    for bidder, known in facts.items():
        for fact, values in known.items():
            for value in values:
                holders.setdefault((fact, value), set()).add(bidder)
    found = []
    for (fact, value), bidders in sorted(holders.items()):
        if len(bidders) < 2 or not value:
            continue
        named = NAMED_FACTS.get(fact)
        source = ARTICLE_40.format(named) if named else OCP.format("shared details of bidders")
        kind = Kind.FINDING if named else Kind.LEAD
        figures: dict[str, float | int | str] = {"value": value, "bidders": len(bidders)}
        found.append(Sign(f"shared_{fact}", figures, "value(i) = value(j)", source, tuple(sorted(bidders)), kind))
    return found


def fences(values: Sequence[float]) -> tuple[float, float]:
    """Q1 − 1.5·IQR and Q3 + 1.5·IQR, quartiles by linear interpolation. Raises ValueError for fewer than four values."""
    if len(values) < 4:
        raise ValueError("quartiles of fewer than four values say nothing")
    ordered = sorted(values)
    low, high = _quantile(ordered, 0.25), _quantile(ordered, 0.75)
    return low - 1.5 * (high - low), high + 1.5 * (high - low)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


_LOOKS = (
    _single_bid,
    _low_variance,
    _lowest_apart,
    _regular_differences,
    _identical_prices,
    _identical_unit_prices,
    _winner_and_second,
    _rejections,
)
