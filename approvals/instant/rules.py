"""The dated rules of instant approval: how many decisions are drawn for a review, and by when they are reviewed."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

INSTANT_RULES = (
    SeedRule(
        "instant.sample_share", _("Share of the portal’s own approvals that is drawn for a review"), 0.05, "share",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "instant.review_days", _("A drawn approval is reviewed within"), 10, "working_days", *PRACTICE, unverified=True
    ),
)  # fmt: skip
