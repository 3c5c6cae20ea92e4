"""The dated rules of patrols: the usual limit of a finding, how long it is remembered, and what it costs."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

LIMIT, REPEATED = "patrol.limit_days", "patrol.repeated_days"
FOUND_COST, LATE_COST = "patrol.finding_points", "patrol.late_points"

PATROL_RULES = (
    SeedRule(LIMIT, _("A finding of a patrol is rectified within"), 3, "working_days", *PRACTICE, unverified=True),
    SeedRule(
        REPEATED, _("A finding is a repeated one if the same was found in the area within"), 90, "natural_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(FOUND_COST, _("Points of the board that a finding costs"), 1, "count", *PRACTICE, unverified=True),
    SeedRule(
        LATE_COST, _("Further points of the board that a finding costs when its limit is missed"), 3, "count",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip
