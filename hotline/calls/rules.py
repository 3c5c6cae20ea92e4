"""The dated rules of calls: how long a caller's number is kept, how far back the same matter is looked for."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

NUMBERS_KEPT, SAME_MATTER = "hotline.call_numbers_days", "hotline.same_matter_days"

CALL_RULES = (
    SeedRule(
        NUMBERS_KEPT, _("The telephone number of a call is kept for"), 365, "natural_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        SAME_MATTER, _("The same matter is looked for among the tickets of the last"), 14, "natural_days", *PRACTICE,
        unverified=True,
    ),
)  # fmt: skip
