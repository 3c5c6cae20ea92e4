"""The dated rules of patrols: the usual limit of a finding, and how long it is remembered."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

LIMIT, REPEATED = "patrol.limit_days", "patrol.repeated_days"

PATROL_RULES = (
    SeedRule(LIMIT, _("A finding of a patrol is rectified within"), 3, "working_days", *PRACTICE, unverified=True),
    SeedRule(
        REPEATED, _("A finding is a repeated one if the same was found in the area within"), 90, "natural_days",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip
