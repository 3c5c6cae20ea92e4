"""The dated rules of attendance: when a post counts as empty. When to clock in is the core's own rule."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

EMPTY, PAUSE, MEAL, IDLE = (
    "attendance.empty_minutes",
    "attendance.pause_minutes",
    "attendance.meal_minutes",
    "attendance.idle_minutes",
)
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
)  # fmt: skip
