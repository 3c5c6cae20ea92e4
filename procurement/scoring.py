"""Evaluation arithmetic: price scores by method, ranking, abnormally low prices, and scores that stand apart.

Everything is exact: prices are whole fen, shares are fractions, and only the published score is rounded, half up, to two
places (the form of evaluation reports). A method never sees more than the valid bids of one lot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

PLACES = Decimal("0.01")
Prices = Mapping[str, int]  # bidder → fen
Scores = dict[str, Decimal]


class CannotScore(ValueError):
    """The method cannot be applied to these bids; the text says why."""


def rounded(value: Fraction) -> Decimal:
    """Half up to two places, away from zero for negative values; exact, no binary fraction comes in between."""
    hundredths, rest = divmod(abs(value.numerator) * 100, value.denominator)
    if 2 * rest >= value.denominator:
        hundredths += 1
    return (Decimal(hundredths if value >= 0 else -hundredths) / 100).quantize(PLACES)


def lowest_price_scores(prices: Prices, weight: Fraction, discounts: Mapping[str, Fraction] | None = None) -> Scores:
    """Government procurement: lowest ÷ bid × weight, over the evaluation prices (评标价).

    `discounts` are the shares taken off for evaluation only (small and micro enterprises); the contract keeps the bid.
    Source: 《政府采购货物和服务招标投标管理办法》 (财政部令第87号), article 55.
    """
    evaluated = evaluation_prices(prices, discounts or {})
    lowest = min(evaluated.values())
    return {bidder: rounded(lowest / price * weight) for bidder, price in evaluated.items()}


def evaluation_prices(prices: Prices, discounts: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Prices less the discount for evaluation. Raises CannotScore for a price that is none, or a discount over all."""
    _check(prices)
    wrong = [bidder for bidder, share in discounts.items() if not 0 <= share < 1]
    if wrong:
        raise CannotScore(f"a discount is a share under 1: {', '.join(sorted(wrong))}")
    return {bidder: price * (1 - discounts.get(bidder, Fraction(0))) for bidder, price in prices.items()}


@dataclass(frozen=True)
class Benchmark:
    """A benchmark method of tendering, as the documents of the tender set it before anybody bids.

    Benchmark = mean of the valid prices × (1 − float), with the highest and lowest left out from `trim_from` bids on;
    or, with `ceiling_share`, mean × (1 − share) + ceiling × share. Deductions are points for one percent of deviation.
    """

    weight: Fraction
    above: Fraction  # points off for each percent over the benchmark
    below: Fraction  # points off for each percent under it
    floating: Fraction = Fraction(0)
    trim_from: int = 5
    ceiling_fen: int | None = None
    ceiling_share: Fraction = Fraction(0)

    def price(self, prices: Prices) -> Fraction:
        """The benchmark price in fen, unrounded. Raises CannotScore."""
        _check(prices)
        ordered = sorted(prices.values())
        if len(ordered) >= max(self.trim_from, 3):
            ordered = ordered[1:-1]
        mean = Fraction(sum(ordered), len(ordered))
        if self.ceiling_share:
            if self.ceiling_fen is None:
                raise CannotScore("the method counts the ceiling in, and the lot has none")
            mean = mean * (1 - self.ceiling_share) + self.ceiling_fen * self.ceiling_share
        return mean * (1 - self.floating)

    def scores(self, prices: Prices) -> Scores:
        """Weight less the deduction for the deviation, never under zero."""
        benchmark = self.price(prices)
        return {bidder: rounded(self._score(Fraction(price), benchmark)) for bidder, price in prices.items()}

    def _score(self, price: Fraction, benchmark: Fraction) -> Fraction:
        percent = (price - benchmark) / benchmark * 100
        lost = percent * self.above if percent > 0 else -percent * self.below
        return max(Fraction(0), self.weight - lost)


def _check(prices: Prices) -> None:
    if not prices:
        raise CannotScore("there is no valid bid")
    wrong = [bidder for bidder, price in prices.items() if price <= 0]
    if wrong:
        raise CannotScore(f"not a price: {', '.join(sorted(wrong))}")


# --- ranking ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """One bidder's total. `technical` decides between equal totals and equal prices."""

    bidder: str
    total: Decimal
    price_fen: int | Fraction  # the lowest price wins by the evaluation price, which need not be whole
    technical: Decimal = Decimal(0)


@dataclass(frozen=True)
class Rank:
    """A place in the ranking. `tied` names those whom no rule puts before or behind: people decide, and say why."""

    place: int
    bidder: str
    tied: tuple[str, ...] = ()


def ranking(standings: Sequence[Standing]) -> list[Rank]:
    """By total, then by the lower price, then by the technical score; who is still equal shares the place.

    Source of the order: 《政府采购货物和服务招标投标管理办法》, article 57.
    """

    def key(one: Standing) -> tuple[Decimal, int | Fraction, Decimal]:
        return (-one.total, one.price_fen, -one.technical)

    ordered = sorted(standings, key=lambda one: (*key(one), one.bidder))
    ranks = []
    for one in ordered:
        equal = tuple(other.bidder for other in ordered if other is not one and key(other) == key(one))
        place = 1 + sum(key(other) < key(one) for other in ordered)
        ranks.append(Rank(place, one.bidder, equal))
    return ranks


def mean_points(given: Sequence[Decimal]) -> Decimal:
    """The mean of what the members gave, rounded once at the end. Raises CannotScore where nobody gave anything."""
    if not given:
        raise CannotScore("nobody gave points")
    return rounded(Fraction(sum(map(Fraction, given)), len(given)))


# --- what the committee is asked to look at again -----------------------------------------------------------------------


@dataclass(frozen=True)
class LowPrice:
    """A price so low that the bidder has to explain it, with the figures that say so."""

    bidder: str
    price_fen: int
    mean_of_others_fen: Fraction
    share: Fraction  # price ÷ mean of the others


def abnormally_low(prices: Prices, *, under: Fraction) -> list[LowPrice]:
    """Prices under this share of the mean of the other valid ones; asked about, never rejected for it alone.

    Two bids have no mean to stand apart from, so fewer than three are not looked at.
    """
    if len(prices) < 3:
        return []
    _check(prices)
    total = sum(prices.values())
    found = []
    for bidder, price in sorted(prices.items()):
        mean = Fraction(total - price, len(prices) - 1)
        if price < mean * under:
            found.append(LowPrice(bidder, price, mean, price / mean))
    return found


@dataclass(frozen=True)
class OutlyingScore:
    """An expert's score that stands apart from those of the others for the same bidder."""

    expert: str
    bidder: str
    score: Decimal
    mean_of_others: Decimal
    deviation: Decimal  # share of the mean of the others, with its sign


ENOUGH_SCORES = 5


def outlying_scores(given: Mapping[str, Mapping[str, Decimal]], *, over: Fraction) -> list[OutlyingScore]:
    """`given` is expert → bidder → score. The scores that stand apart, for each bidder with three scores or more.

    With M the median of all scores x of a bidder, x stands apart when |x − M| > over · M. With fewer than five scores it
    also has to be the one without which the rest agree: max − min of the others ≤ over · M (leave one out). The median
    and not the mean, since one extreme score moves the mean of everybody else's others, and all would be flagged.
    A sign to ask the expert, not a reason to drop the score. Source: practice of the centre, as the rule says.
    """
    found = []
    for bidder in sorted({name for scores in given.values() for name in scores}):
        scores = {expert: Fraction(card[bidder]) for expert, card in sorted(given.items()) if bidder in card}
        for expert in _apart(scores, over):
            others = [score for name, score in scores.items() if name != expert]
            mean = Fraction(sum(others), len(others))
            deviation = (scores[expert] - mean) / mean if mean else Fraction(0)
            found.append(OutlyingScore(expert, bidder, given[expert][bidder], rounded(mean), rounded(deviation)))
    return sorted(found, key=lambda one: (one.expert, one.bidder))


def _apart(scores: Mapping[str, Fraction], over: Fraction) -> list[str]:
    """Whose score of one bidder stands apart."""
    if len(scores) < 3:
        return []
    middle = median(scores.values())
    limit, found = middle * over, []
    for expert, score in scores.items():
        others = [other for name, other in scores.items() if name != expert]
        agreed = len(scores) >= ENOUGH_SCORES or max(others) - min(others) <= limit
        if agreed and abs(score - middle) > limit:
            found.append(expert)
    return found


Key = tuple[str, str]  # bidder and criterion


def differing(given: Mapping[str, Mapping[Key, Decimal]]) -> list[Key]:
    """Where experts disagree about what is objective. `given` is expert → (bidder, criterion) → points.

    Whoever looks must find the same, so a difference is an error of somebody, never an opinion.
    Source: 《政府采购货物和服务招标投标管理办法》, article 64 (the objective points of the members have to agree).
    """
    found: dict[Key, set[Decimal]] = {}
    for scores in given.values():
        for key, points in scores.items():
            found.setdefault(key, set()).add(points)
    return sorted(key for key, points in found.items() if len(points) > 1)


# --- savings ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saving:
    """What a deal saved, or for a listing what it brought over its start. Ratios are derived from sums, never stored."""

    base_fen: int | None
    savings_fen: int | None
    premium_fen: int | None


def saving(
    *, deal_fen: int, budget_fen: int | None, control_price_fen: int | None, start_fen: int | None, is_sale: bool
) -> Saving:
    """Base = the control price, else the budget; savings = base − deal. For sales the premium = deal − start.

    Sales never count as savings. Without a base nothing is known to be saved, which is not the same as nothing saved.
    """
    if is_sale:
        return Saving(None, None, None if start_fen is None else deal_fen - start_fen)
    base = control_price_fen if control_price_fen is not None else budget_fen
    return Saving(base, None if base is None else base - deal_fen, None)
