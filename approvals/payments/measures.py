"""Which figures fees give to the statistics: due, paid, reduced, refunded, by department, item, method and day."""

from typing import Any

from django.db.models import F, Q

from approvals.payments.models.cells import FIGURES, PaymentCell, SavingCell
from approvals.payments.models.money import Refund
from approvals.payments.models.order import PAID, Order
from portal.core.statistics import Cuboid, Fact, MeasureSet, Part
from portal.core.statistics.blocks import Block, Scope, register_block
from portal.core.statistics.read import MONTH, Sums, period

ASKED = ~Q(state="assessing")
IS_PAID = Q(state__in=PAID)
# A reduction has saved something once the fee is paid, or nothing is left to pay.
SAVED_PAID = IS_PAID & Q(reduced_fen__gt=0)
SAVED_WHOLE = Q(state="waived", reduced_fen__gt=0)

PAYMENT_MEASURES = MeasureSet(
    "payments",
    Order,
    cuboids=[
        Cuboid("item", PaymentCell, {"department_id": "department_id", "item_id": "item_id", "method": "method"}),
        Cuboid(
            "saving",
            SavingCell,
            {
                "department_id": "department_id",
                "item_id": "item_id",
                "organisation_id": "organisation_id",
                "reduction_ground": "reduction_ground",
            },
        ),
    ],
    facts=[
        Fact("due", "made_on", ASKED),
        Fact("due_fen", "made_on", ASKED, F("amount_fen")),
        Fact("paid", "paid_on", IS_PAID),
        Fact("paid_fen", "paid_on", IS_PAID, F("amount_fen")),
        Fact("reduced", "reduced_on", Q(reduced_fen__gt=0)),
        Fact("reduced_fen", "reduced_on", Q(reduced_fen__gt=0), F("reduced_fen")),
        Fact("saved", "paid_on", SAVED_PAID),
        Fact("saved", "reduced_on", SAVED_WHOLE),
        Fact("saved_fen", "paid_on", SAVED_PAID, F("reduced_fen")),
        Fact("saved_fen", "reduced_on", SAVED_WHOLE, F("reduced_fen")),
        Fact("expired", "ended_on", Q(state="expired")),
        Fact("cancelled", "ended_on", Q(state="cancelled")),
    ],
    # What came late or twice never paid an order: it does not count as given back either.
    parts=[
        Part(
            Refund,
            "order",
            (
                Fact("refunded", "done_on", Q(state="done", surplus=False)),
                Fact("refunded_fen", "done_on", Q(state="done", surplus=False), F("amount_fen")),
            ),
        )
    ],
)

DIMENSIONS = {"department": "department_id", "item": "item_id", "month": MONTH, "method": "method"}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; one query."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    rows = period(PAYMENT_MEASURES, "item", scope.first, scope.last, by=by, filters=filters, figures=FIGURES)
    return rows if by is None else {key: row for key, row in rows.items() if any(row.values())}


PAYMENTS = Block("payments", order=FIGURES, sums=figures, dimensions=frozenset(DIMENSIONS))


def connect() -> None:
    """Called in `ready()`."""
    register_block(PAYMENTS)
