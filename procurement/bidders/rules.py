"""The dated rules of bidders."""

from django.utils.translation import gettext_lazy as _

from portal.core.rule_book import SeedRule

LICENCE_NOTICE = "bidders.licence_notice_days"
MANDATE_NOTICE = "bidders.mandate_notice_days"
BIDDER_RULES: tuple[SeedRule, ...] = (
    SeedRule(
        LICENCE_NOTICE, _("A firm is told that its business licence runs out, before its last day by"), 30,
        "natural_days", "本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use", unverified=True,
    ),
    SeedRule(
        MANDATE_NOTICE, _("A firm is told that somebody's authority to act for it ends, before its last day by"), 7,
        "natural_days", "本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use", unverified=True,
    ),
)  # fmt: skip
