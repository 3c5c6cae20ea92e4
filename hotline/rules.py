"""The dated rules of the hotline beside its limits: how often one may urge, reopen, be called back, and be kept."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.category import Grade
from portal.core.rule_book import SeedRule

PRACTICE = ("本市12345热线惯例，启用前请核定", "Practice of the city's 12345 hotline, to be confirmed before use")
RETENTION = (
    "《中华人民共和国个人信息保护法》第十九条，保存期限由本中心设定",
    "Personal Information Protection Law of the PRC, article 19; the time is set by the centre",
)
ATTEMPTS, REOPEN_DAYS, LINK_DAYS = "hotline.call_attempts", "hotline.reopen_days", "hotline.link_days"
DISTRICT_SHARES = "hotline.district_shares"
MANY, KEEP_DAYS, EXTENSIONS = "hotline.many_a_day", "hotline.keep_days", "hotline.extensions"

# How the words inside the values are called.
WORDS = {
    **dict(Grade.choices),
    "sign": pgettext_lazy("value of a rule", "signing"),
    "assign": pgettext_lazy("value of a rule", "passing on in the district"),
    "inner_sign": pgettext_lazy("value of a rule", "signing in the district"),
    "inner_reply": pgettext_lazy("value of a rule", "replying in the district"),
}

HOTLINE_RULES = (
    SeedRule(
        ATTEMPTS, _("A ticket may be closed without an answer of the caller after call-backs"), 3, "count", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        REOPEN_DAYS, _("A caller may have a ticket reopened within"), 30, "natural_days", *PRACTICE, unverified=True
    ),
    SeedRule(
        LINK_DAYS, _("The link by which callers answer the call-back themselves is valid for"), 7, "natural_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        MANY, _("Tickets of one telephone number in 24 hours from which they are marked as very many"), 10, "count",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        EXTENSIONS, _("A ticket may be extended this often"), 1, "count", *PRACTICE, unverified=True
    ),
    SeedRule(
        DISTRICT_SHARES,
        _("Shares of what is left of the limit in percent: to sign, to pass on in a district, to sign and reply there"),
        {"sign": 10, "assign": 20, "inner_sign": 15, "inner_reply": 85}, "limits", *PRACTICE, unverified=True,
    ),
    SeedRule(
        KEEP_DAYS, _("After the end of a ticket the caller's data is kept for"), 1096, "natural_days", *RETENTION,
        unverified=True,
    ),
)  # fmt: skip
