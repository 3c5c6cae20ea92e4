"""What every installation needs to compare periods: the rule of comparisons."""

from hall.rule_seeds import plant
from portal.core.seeds import seed
from portal.supervision.rules import COMPARISON_RULES


@seed
def comparison_rules() -> None:
    """Rules that exist stay as they are."""
    plant(COMPARISON_RULES)
