"""Which figures deliveries give to the statistics: by way, in time, posted free of charge."""

from typing import Any

from django.db.models import F, Q

from approvals.delivery.models import Delivery, DeliveryCell
from approvals.delivery.models.cells import FIGURES
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, over, register_block
from portal.core.statistics.read import MONTH, Sums, period

COUNTED = ~Q(state="void")

DELIVERY_MEASURES = MeasureSet(
    "deliveries",
    Delivery,
    cuboids=[Cuboid("item", DeliveryCell, {"department_id": "department_id", "item_id": "item_id", "way": "way"})],
    facts=[
        Fact("due", "due_on", COUNTED),
        Fact("delivered", "delivered_on", COUNTED),
        Fact("in_time", "delivered_on", COUNTED & Q(delivered_on__lte=F("due_on"))),
        Fact("late", "delivered_on", COUNTED & Q(delivered_on__gt=F("due_on"))),
        Fact("posted", "posted_on", COUNTED),
        Fact("free_post", "posted_on", COUNTED & Q(post_is_free=True)),
        Fact("failed", "failed_on", COUNTED),
    ],
)
DIMENSIONS = {"department": "department_id", "item": "item_id", "month": MONTH, "way": "way"}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; one query."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    rows = period(DELIVERY_MEASURES, "item", scope.first, scope.last, by=by, filters=filters, figures=FIGURES)
    return rows if by is None else {key: row for key, row in rows.items() if any(row.values())}


DELIVERIES = Block(
    "deliveries",
    order=(*FIGURES, "in_time_rate"),
    derived={"in_time_rate": over("in_time", "delivered")},
    sums=figures,
    dimensions=frozenset(DIMENSIONS),
)


def connect() -> None:
    """Called in `ready()`."""
    register_block(DELIVERIES)
