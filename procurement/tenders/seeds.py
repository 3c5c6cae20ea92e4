"""What every installation needs for tenders: the first versions of the dated rules."""

from portal.core.seeds import seed
from procurement.tenders.rules import TENDER_RULES
from procurement.tenders.unverified import plant


@seed
def tender_rules() -> None:
    """Rules that exist stay as they are."""
    plant(TENDER_RULES)
