"""What every installation needs for certificates: the first version of their rules."""

from approvals.certificates.rules import CERTIFICATE_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def certificate_rules() -> None:
    """Rules that exist stay as they are."""
    plant(CERTIFICATE_RULES)
