"""What every installation needs for instant approval: the first version of its rules."""

from approvals.instant.rules import INSTANT_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def instant_rules() -> None:
    """Rules that exist stay as they are."""
    plant(INSTANT_RULES)
