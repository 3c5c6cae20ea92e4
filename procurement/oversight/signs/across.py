"""Signs across tenders: who wins with whom, who always loses, who wins everything; over the lots of the last months."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from procurement.oversight.facts import LotFacts
from procurement.oversight.limits import Limits
from procurement.oversight.rules import CATEGORIES, LOSING_BIDS, ROTATION_EACH, ROTATION_LOTS, ROTATION_SHARE
from procurement.oversight.signs.base import Found

MOST_NAMED = 30


def decided(lots: Iterable[LotFacts]) -> list[LotFacts]:
    """The lots that have a winner; nobody has lost the others yet."""
    return [lot for lot in lots if any(bid.won for bid in lot.bids)]


def frequent_losers(lots: Sequence[LotFacts], limits: Limits) -> Iterable[Found]:
    """Many bids and no win at all: a bidder that only keeps others company."""
    bids: Counter[int] = Counter()
    wins: Counter[int] = Counter()
    for lot in decided(lots):
        for bid in lot.bids:
            bids[bid.organisation] += 1
            wins[bid.organisation] += bid.won
    least = limits.whole(LOSING_BIDS)
    for firm, number in sorted(bids.items()):
        if number >= least and not wins[firm]:
            yield Found((firm,), {"bids": number, "wins": 0}, limit=float(least), limit_rule=LOSING_BIDS)


def heterogeneous(lots: Sequence[LotFacts], limits: Limits) -> Iterable[Found]:
    """Wins in many unrelated categories."""
    won: dict[int, set[str]] = defaultdict(set)
    for lot in lots:
        for bid in lot.bids:
            if bid.won:
                won[bid.organisation].add(lot.category)
    least = limits.whole(CATEGORIES)
    for firm, categories in sorted(won.items()):
        if len(categories) >= least:
            figures = {"categories": sorted(categories), "number": len(categories)}
            yield Found((firm,), figures, limit=float(least), limit_rule=CATEGORIES)


def rotation(lots: Sequence[LotFacts], limits: Limits) -> Iterable[Found]:
    """Two firms that bid together again and again, and of which nearly always one wins, now this one, now that one."""
    together: Counter[tuple[int, int]] = Counter()
    turns: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    named: dict[tuple[int, int], list[str]] = defaultdict(list)
    for lot in decided(lots):
        winners = {bid.organisation for bid in lot.bids if bid.won}
        for pair in itertools.combinations(sorted({bid.organisation for bid in lot.bids}), 2):
            together[pair] += 1
            named[pair].append(lot.number)
            turns[pair].update(winners.intersection(pair))
    least, share, each = limits.whole(ROTATION_LOTS), limits.share(ROTATION_SHARE), limits.share(ROTATION_EACH)
    for pair, number in sorted(together.items()):
        wins = [turns[pair][firm] for firm in pair]
        if number >= least and sum(wins) >= share * number and min(wins) >= each * number:
            figures = {
                "lots": number, "wins": wins, "share": round(sum(wins) / number, 4),
                "tenders": sorted(set(named[pair]))[-MOST_NAMED:],
            }  # fmt: skip
            yield Found(pair, figures, limit=share, limit_rule=ROTATION_SHARE)
