"""The dated rules of rankings."""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

PROPOSAL_DAYS = "scores.suggestion_days"

SCORE_RULES = (
    SeedRule(
        PROPOSAL_DAYS, _("A suggestion for improvement is answered within"), 5, "working_days",
        "本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use", unverified=True,
    ),
)  # fmt: skip
