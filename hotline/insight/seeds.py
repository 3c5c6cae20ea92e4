"""What every installation needs for the insight: its rules."""

from hall.rule_seeds import plant
from hotline.insight.rules import INSIGHT_RULES
from portal.core.seeds import seed


@seed
def insight_rules() -> None:
    """Rules that exist stay as they are."""
    plant(INSIGHT_RULES)
