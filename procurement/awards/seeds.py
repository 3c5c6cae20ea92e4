"""What every installation needs for awards: the first versions of the dated rules."""

from portal.core.seeds import seed
from procurement.awards.rules import AWARD_RULES
from procurement.tenders.unverified import plant


@seed
def award_rules() -> None:
    """Rules that exist stay as they are."""
    plant(AWARD_RULES)
