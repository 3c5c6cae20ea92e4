"""The dated rules of conduct: marks, thresholds, limits; each local practice until the centre confirms it."""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

FULL = "conduct.full_marks"
CRITICISM_BELOW = "conduct.criticism_below"
TALK_BELOW = "conduct.talk_below"
SUSPENSION_BELOW = "conduct.suspension_below"
SUSPENSION_MONTHS = "conduct.suspension_months"
RATE_DAYS = "conduct.rate_days"
OBJECTION_DAYS = "conduct.objection_days"
HEARING_DAYS = "conduct.hearing_days"

_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

CONDUCT_RULES: tuple[SeedRule, ...] = (
    SeedRule(FULL, _("The marks of an expert or agency at the beginning of a year"), 100, "count", *_PRACTICE,
             unverified=True),
    SeedRule(CRITICISM_BELOW, _("Public criticism is proposed below a score of"), 80, "count", *_PRACTICE,
             unverified=True),
    SeedRule(TALK_BELOW, _("A talk is proposed below a score of"), 70, "count", *_PRACTICE, unverified=True),
    SeedRule(SUSPENSION_BELOW, _("A suspension is proposed below a score of"), 60, "count", *_PRACTICE, unverified=True),
    SeedRule(SUSPENSION_MONTHS, _("A suspension that a score leads to lasts so many months"), 6, "count", *_PRACTICE,
             unverified=True),
    SeedRule(RATE_DAYS, _("Experts and agency are rated after the end of a tender within"), 30, "working_days",
             *_PRACTICE, unverified=True),
    SeedRule(OBJECTION_DAYS, _("Objections to a rating or a decision come within"), 10, "working_days", *_PRACTICE,
             unverified=True),
    SeedRule(HEARING_DAYS, _("Who is concerned may make a statement before a decision within"), 5, "working_days",
             *_PRACTICE, unverified=True),
)  # fmt: skip
# From the severest on: which score leads to which proposal.
THRESHOLDS = ((SUSPENSION_BELOW, "suspension"), (TALK_BELOW, "talk"), (CRITICISM_BELOW, "criticism"))
