"""The dated rules of attendance: when a post counts as empty, what lateness costs; when to clock in is the core's."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

EMPTY, PAUSE, MEAL, IDLE = (
    "attendance.empty_minutes",
    "attendance.pause_minutes",
    "attendance.meal_minutes",
    "attendance.idle_minutes",
)
LATE_COST = "attendance.late_cost"
EARLY = "attendance.early_minutes"  # of the rule book

POST_RULES = (
    SeedRule(
        EMPTY, _("An open window without anybody clocked in is a post left empty after"), 10, "minutes", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        PAUSE, _("A window that takes a break is a post left empty after"), 20, "minutes", *PRACTICE, unverified=True
    ),
    SeedRule(
        MEAL, _("A window that takes a meal break is a post left empty after"), 60, "minutes", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        IDLE, _("A window that calls nobody although people wait is a post left empty after"), 15, "minutes",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        LATE_COST, _("Coming late or leaving early costs this share of the shift on the board"), 0.5, "share",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip
