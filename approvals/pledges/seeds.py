"""What every installation needs for pledges: the first version of their rules."""

from approvals.pledges.rules import PLEDGE_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def pledge_rules() -> None:
    """Rules that exist stay as they are."""
    plant(PLEDGE_RULES)
