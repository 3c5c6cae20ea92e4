"""Which figures deals give to the statistics, and the block "procurement" of the indicators.

A project counts on the day of its result, whatever it was. Savings are Σ base − deal over awarded deals that have a
base; premiums of listings and auctions stand apart and never add to savings. A rate is Σ savings ÷ Σ base.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, over, register_block
from portal.core.statistics.read import MONTH, Sums, period
from procurement.models import Category, Deal, DealCell

AWARDED = Q(status="awarded")

DEAL_MEASURES = MeasureSet(
    "deals",
    Deal,
    cuboids=[
        Cuboid(
            "category",
            DealCell,
            {"category": "category", "method": "method", "below_threshold": "below_threshold"},
        )
    ],
    facts=[
        Fact("projects", "awarded_on"),
        Fact("deals", "awarded_on", AWARDED),
        Fact("deal_fen", "awarded_on", AWARDED, F("deal_fen")),
        Fact("based_deals", "awarded_on", AWARDED & Q(base_fen__isnull=False)),
        Fact("base_fen", "awarded_on", AWARDED & Q(base_fen__isnull=False), F("base_fen")),
        Fact("savings_fen", "awarded_on", AWARDED & Q(savings_fen__isnull=False), F("savings_fen")),
        Fact("premium_fen", "awarded_on", AWARDED & Q(premium_fen__isnull=False), F("premium_fen")),
        Fact("failed", "awarded_on", Q(status="failed")),
        Fact("terminated", "awarded_on", Q(status="terminated")),
    ],
)
REPORTED = ("projects", "deals", "deal_fen", "base_fen", "savings_fen", "premium_fen")


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the scope: in all and for each category. One query; deals belong to no department of the centre."""
    if scope.department_id is not None:
        return {}
    if scope.by == MONTH:
        return _by_month(scope)
    by_category = period(DEAL_MEASURES, "category", scope.first, scope.last, by="category", figures=REPORTED)
    if scope.by == "category":
        return {category: _with_parts({category: sums}) for category, sums in by_category.items() if any(sums.values())}
    return {None: _with_parts(by_category)}


def _by_month(scope: Scope) -> dict[Any, Sums]:
    """Each month in all and by category: a query for each category that there is, and the categories are six."""
    months: dict[Any, dict[str, Sums]] = {}
    for category in Category.values:
        rows = period(
            DEAL_MEASURES,
            "category",
            scope.first,
            scope.last,
            by=MONTH,
            figures=REPORTED,
            filters={"category": category},
        )
        for month, sums in rows.items():
            months.setdefault(month, {})[category] = sums
    return {month: _with_parts(parts) for month, parts in months.items()}


def _with_parts(by_category: Mapping[str, Sums]) -> Sums:
    """The sums of all categories, and those of each one under its name."""
    total: Sums = dict.fromkeys(REPORTED, 0)
    for category, sums in by_category.items():
        for name, value in sums.items():
            total[name] = total.get(name, 0) + value
            total[f"{category}.{name}"] = value
    return total


PROCUREMENT = Block(
    "procurement",
    order=("projects", "deals", "deal_fen", "base_fen", "savings_fen", "savings_rate", "premium_fen"),
    derived={"savings_rate": over("savings_fen", "base_fen", rests_on="deals")},
    sums=figures,
    dimensions=frozenset({"category", "month"}),
    parts=tuple(Category.values),
)


def connect() -> None:
    """Called in `ready()`: registers the block of the indicators."""
    register_block(PROCUREMENT)
