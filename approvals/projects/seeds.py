"""What every installation needs for joint review: the first version of its rules."""

from approvals.projects.rules import PROJECT_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed


@seed
def project_rules() -> None:
    """Rules that exist stay as they are."""
    plant(PROJECT_RULES)
