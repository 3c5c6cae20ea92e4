"""What every installation needs for bids: the first versions of the dated rules."""

from portal.core.seeds import seed
from procurement.bids.rules import BID_RULES
from procurement.tenders.unverified import plant


@seed
def bid_rules() -> None:
    """Rules that exist stay as they are."""
    plant(BID_RULES)
