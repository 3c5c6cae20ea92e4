"""What every installation needs for evaluation: the first versions of the dated rules."""

from portal.core.seeds import seed
from procurement.evaluation.rules import EVALUATION_RULES
from procurement.tenders.unverified import plant


@seed
def evaluation_rules() -> None:
    """Rules that exist stay as they are."""
    plant(EVALUATION_RULES)
