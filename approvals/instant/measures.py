"""Which figures instant approval gives to the statistics: decided, left to a person, drawn, found right and wrong, time."""

from typing import Any

from django.db.models import F, Q

from approvals.instant.models import FIGURES, InstantCell, InstantDecision
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, over, register_block
from portal.core.statistics.read import MONTH, Sums, period, ratio

APPROVED = Q(outcome="approved")
INSTANT_MEASURES = MeasureSet(
    "instant",
    InstantDecision,
    cuboids=[Cuboid("item", InstantCell, {"department_id": "counted_for_id", "item_id": "item_id"})],
    facts=[
        Fact("approved", "decided_on", APPROVED),
        Fact("to_person", "decided_on", Q(outcome="person")),
        Fact("sampled", "decided_on", APPROVED & ~Q(review="none")),
        Fact("right", "reviewed_on", Q(review="right")),
        Fact("wrong", "reviewed_on", Q(review="wrong")),
        Fact("seconds", "decided_on", APPROVED, F("seconds")),
    ],
)
DIMENSIONS = {"department": "department_id", "item": "item_id", "month": MONTH}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; one query."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    return period(INSTANT_MEASURES, "item", scope.first, scope.last, by=by, filters=filters, figures=FIGURES)


def instant_share(sums: Any) -> float | None:
    """Decided at once of all that rules looked at."""
    return ratio(sums.get("approved", 0), sums.get("approved", 0) + sums.get("to_person", 0))


INSTANT = Block(
    "instant",
    order=(*FIGURES[:-1], "instant_share", "mean_seconds", "wrong_share"),
    derived={
        "instant_share": instant_share,
        "mean_seconds": over("seconds", "approved"),
        "wrong_share": lambda s: ratio(s.get("wrong", 0), s.get("wrong", 0) + s.get("right", 0)),
    },
    sums=figures,
    dimensions=frozenset(DIMENSIONS),
)


def connect() -> None:
    """Called in `ready()`."""
    register_block(INSTANT)
