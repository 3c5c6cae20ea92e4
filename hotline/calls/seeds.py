"""What every installation needs for calls: the first version of their rules."""

from hall.rule_seeds import plant
from hotline.calls.rules import CALL_RULES
from portal.core.seeds import seed


@seed
def call_rules() -> None:
    """Rules that exist stay as they are."""
    plant(CALL_RULES)
