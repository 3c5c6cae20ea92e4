"""What every installation needs for promises: the first version of their rules."""

from approvals.promises.rules import PROMISE_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def promise_rules() -> None:
    """Rules that exist stay as they are."""
    plant(PROMISE_RULES)
