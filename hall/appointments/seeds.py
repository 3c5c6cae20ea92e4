"""What every installation needs for appointments: the first version of their rules."""

from hall.appointments.rules import BOOKING_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def booking_rules() -> None:
    """Rules that exist stay as they are."""
    plant(BOOKING_RULES)
