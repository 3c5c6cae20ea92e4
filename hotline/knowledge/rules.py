"""The dated rules of the knowledge base: how long a remark may wait, and how often an article is looked at again."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

FEEDBACK, REVIEW = "knowledge.feedback_days", "knowledge.review_days"

KNOWLEDGE_RULES = (
    SeedRule(
        FEEDBACK, _("A remark on the knowledge base is answered within"), 3, "working_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        REVIEW, _("An article of the knowledge base is looked at again after"), 180, "natural_days", *PRACTICE,
        unverified=True,
    ),
)  # fmt: skip
