"""What every installation needs for social supervision: the rules."""

from hall.rule_seeds import plant
from hall.social.rules import SOCIAL_RULES
from portal.core.seeds import seed


@seed
def social_rules() -> None:
    """Rules that exist stay as they are."""
    plant(SOCIAL_RULES)
