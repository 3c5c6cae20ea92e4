"""The dated rules of electronic supervision: limits of orders and explanations, appeals, the share of the samples."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

ORDER_DAYS, EXPLANATION_DAYS, CORRECTION_DAYS, APPEAL_DAYS, SHARE, REVIEW_DAYS = (
    "monitoring.order_days",
    "monitoring.explanation_days",
    "monitoring.correction_days",
    "monitoring.appeal_days",
    "monitoring.sample_share",
    "monitoring.review_days",
)

MONITORING_RULES = (
    SeedRule(
        ORDER_DAYS, _("A supervision order is replied to within, at most"), 5, "working_days", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        EXPLANATION_DAYS, _("An explanation that the supervisors ask for is given within, at most"), 3,
        "working_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        CORRECTION_DAYS, _("What a sample review found improper is put right within, at most"), 5, "working_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        APPEAL_DAYS, _("A unit may appeal against a measure of accountability within"), 5, "working_days", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        SHARE, _("Share of stops, extensions, returns and refusals that is reviewed, at least one of each unit"), 0.1,
        "share", *PRACTICE, unverified=True,
    ),
    SeedRule(
        REVIEW_DAYS, _("What was drawn for review is reviewed within"), 5, "working_days", *PRACTICE, unverified=True,
    ),
)  # fmt: skip
