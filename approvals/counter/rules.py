"""The dated rule of the counter: how long what nobody filed is kept."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

KEEP_DAYS = "counter.intake_days"
COUNTER_RULES = (
    SeedRule(
        KEEP_DAYS, _("An intake that nobody finished is thrown away with its draft after"), 30, "natural_days",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip
