"""The dated rules of certificates: how long before the last day the holder is reminded of renewing."""

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

REMINDER_CODES = (
    "certificate.reminder_last_days",
    "certificate.reminder_second_days",
    "certificate.reminder_first_days",
)
CERTIFICATE_RULES = (
    SeedRule(
        "certificate.reminder_first_days", _("The holder is reminded of an expiring certificate, first, before it by"),
        90, "natural_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        "certificate.reminder_second_days",
        _("The holder is reminded of an expiring certificate, once more, before it by"),
        30, "natural_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        "certificate.reminder_last_days", _("The holder is reminded of an expiring certificate, last, before it by"),
        7, "natural_days", *PRACTICE, unverified=True,
    ),
)  # fmt: skip
