"""What every installation needs for the counter: the first version of its rules."""

from approvals.counter.rules import COUNTER_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def counter_rules() -> None:
    """Rules that exist stay as they are."""
    plant(COUNTER_RULES)
