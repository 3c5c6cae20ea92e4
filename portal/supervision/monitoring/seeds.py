"""What every installation needs for electronic supervision: its dated rules."""

from hall.rule_seeds import plant
from portal.core.seeds import seed
from portal.supervision.monitoring.rules import MONITORING_RULES


@seed
def monitoring_rules() -> None:
    """The limits and the share of the samples."""
    plant(MONITORING_RULES)
