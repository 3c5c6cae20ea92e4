"""The highest price that a lot can bear: one answer for the opening, the evaluation and the award."""

from procurement.models import Category
from procurement.tenders.models import Lot


def price_limit(lot: Lot) -> int | None:
    """The highest price that counts, in fen; None where the tender sets none.

    The control price (regulation on the tendering law, art. 27 and 51). Without one the published budget binds
    government procurement (measures on goods and services, art. 63), since above it the buyer cannot pay (Government
    Procurement Law, art. 36); a tenderer under the tendering law may pay more than it estimated. A sale has no limit.
    """
    if lot.project.is_sale:
        return None
    return lot.control_price_fen or (lot.budget_fen if lot.project.category == Category.GOVERNMENT else None)
