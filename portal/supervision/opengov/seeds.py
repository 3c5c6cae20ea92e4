"""What every installation needs for open government: its rules."""

from hall.rule_seeds import plant
from portal.core.seeds import seed
from portal.supervision.opengov.rules import OPEN_RULES


@seed
def open_rules() -> None:
    """Rules that exist stay as they are."""
    plant(OPEN_RULES)
