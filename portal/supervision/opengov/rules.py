"""The dated rules of open data."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule
from portal.core.rules import rule
from portal.core.time import today

SMALLEST = "opengov.smallest_count"

OPEN_RULES = (
    SeedRule(
        SMALLEST, _("Counts below this are left empty in open data"), 3, "count", *PRACTICE, unverified=True,
    ),
)  # fmt: skip


def smallest_count() -> int:
    """Counts from 1 up to one less than this are not published. One query at most."""
    return rule(SMALLEST, today()).days
