"""What every installation needs: the dated rules."""

from portal.core.seeds import seed
from procurement.oversight.rules import OVERSIGHT_RULES
from procurement.tenders.unverified import plant


@seed
def oversight_rules() -> None:
    """Rules that exist stay as they are."""
    plant(OVERSIGHT_RULES)
