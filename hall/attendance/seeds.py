"""What every installation needs for attendance: the first version of its rules."""

from hall.attendance.rules import POST_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def post_rules() -> None:
    """Rules that exist stay as they are."""
    plant(POST_RULES)
