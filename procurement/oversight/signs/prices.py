"""Statistical signs of the prices of one lot: the eight screens and their fences, and the red flags of the bids."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial

from portal.core.calendar import workdays
from portal.core.time import local_date
from procurement import screens
from procurement.oversight.facts import LotFacts
from procurement.oversight.limits import Limits
from procurement.oversight.rules import CLOSE_SECOND, FAR_SECOND, REJECTED, SCREENS
from procurement.oversight.signs.base import Compute, Found
from procurement.tenders.periods import family

LEAST = 3  # bids, for any figure to be a sign
# Which side of its threshold, and of its fences, a figure is a sign on.
LOW, HIGH, BOTH = "low", "high", "both"
SIDES = {
    "cv": LOW, "spd": LOW, "diffp": HIGH, "rd": HIGH, "rdnor": HIGH, "rdalt": HIGH, "skew": BOTH, "kurt": HIGH,
}  # fmt: skip
# Signs of these need the award or a rejection; their thresholds.
WITH_LIMIT = {"R024": CLOSE_SECOND, "R058": FAR_SECOND, "R038": REJECTED}
Fences = Mapping[str, tuple[float, float]]


def screen(name: str) -> Compute:
    """One figure against its dated threshold."""
    return partial(_screen, name)


def _screen(name: str, lot: LotFacts, limits: Limits) -> Iterable[Found]:
    prices = lot.valid_prices
    value, limit = lot.figures[name], limits.screen(name)
    if value is None or limit is None or len(prices) < LEAST:
        return
    # Prices that are all equal have no spread at all, and are a sign of their own (R028).
    if passes(value, -limit if SIDES[name] == BOTH else limit, limit, SIDES[name]) and max(prices) > min(prices):
        yield Found(_valid_firms(lot), {name: round(value, 6), "n": len(prices)}, limit=limit, limit_rule=SCREENS)


def passes(value: float, low: float, high: float, side: str) -> bool:
    """Whether a figure lies outside on the side that counts."""
    return (side != HIGH and value < low) or (side != LOW and value > high)


def beyond_fences(lot: LotFacts, found: screens.Screens, fences: Fences) -> Iterable[Found]:
    """The figures of a lot that lie beyond the fences of its category: Q1 − 1.5·IQR and Q3 + 1.5·IQR."""
    for name, (low, high) in sorted(fences.items()):
        value = found.get(name)
        if value is not None and len(lot.valid_prices) >= LEAST and passes(value, low, high, SIDES[name]):
            told = {name: round(value, 6), "low": round(low, 6), "high": round(high, 6), "n": len(lot.valid_prices)}
            yield Found(_valid_firms(lot), told, detail=name, limit=round(low if value < low else high, 6))


def _valid_firms(lot: LotFacts) -> tuple[int, ...]:
    return tuple(sorted({bid.organisation for bid in lot.bids if bid.price_fen and not bid.rejected}))


def flag(code: str) -> Compute:
    """A red flag that the arithmetic of prices knows."""
    return partial(_flag, code)


def _flag(code: str, lot: LotFacts, limits: Limits) -> Iterable[Found]:
    rule = WITH_LIMIT.get(code, "")
    for sign in lot.price_signs(limits.for_prices()):
        if sign.code == code:
            figures = {name: round(value, 6) if isinstance(value, float) else value
                       for name, value in sign.figures.items() if name != "limit"}  # fmt: skip
            firms = tuple(sorted(int(one) for one in sign.bidders))
            # Two pairs of equal prices in one lot are two signs.
            detail = str(figures.get("price_fen", "")) if code == "R028" else ""
            yield Found(firms, figures, detail, limits.share(rule) if rule else None, rule)


def single_bid(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """One bid where several were to compete."""
    if lot.is_competitive and len(lot.bids) == 1:
        yield Found((lot.bids[0].organisation,), {"bids": 1})


def late_bid_won(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """The winner's bid came after the deadline. The portal takes none: such a bid was entered from elsewhere."""
    for bid in lot.bids:
        if bid.won and bid.received_at and lot.deadline_at and bid.received_at > lot.deadline_at:
            late = int((bid.received_at - lot.deadline_at).total_seconds())
            yield Found((bid.organisation,), {"late_seconds": late})


def subcontract_to_a_loser(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """The winner lets a firm work that bid against it for the same lot."""
    losers = {bid.uscc: bid.organisation for bid in lot.bids if not bid.won}
    winners = tuple(bid.organisation for bid in lot.bids if bid.won)
    for uscc in sorted({uscc for uscc, _amount in lot.subcontracts} & losers.keys()):
        amount = sum(fen for code, fen in lot.subcontracts if code == uscc)
        yield Found(tuple(sorted((*winners, losers[uscc]))), {"amount_fen": amount}, detail=uscc)


def short_period(lot: LotFacts, limits: Limits) -> Iterable[Found]:
    """Fewer days from the documents to the deadline than the rule of the tender asks for."""
    code = f"tender.{family(lot.category, lot.method, lot.below_threshold)}.bid_days"
    rule = limits.versions.get(code)
    if rule is None or lot.documents_from_on is None or lot.deadline_at is None:
        return
    least, last = int(rule.value), local_date(lot.deadline_at)
    days = _days(lot.documents_from_on, last, working=rule.unit == "working_days")
    if days < least:
        yield Found((), {"days": days, "unit": rule.unit}, limit=float(least), limit_rule=code)


def _days(first: dt.date, last: dt.date, *, working: bool) -> int:
    """The days of a period that begins on `first`, which does not count itself."""
    return workdays().between(first, last) if working else (last - first).days
