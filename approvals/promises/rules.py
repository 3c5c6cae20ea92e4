"""The dated rules of promises: when one has no substance, how sure a shorter one must be, how long a reply may take."""

import datetime as dt
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule
from portal.core.rules import rule
from portal.core.time import today

CLEAN_UP = (
    "项目清理与服务承诺清理工作方案（本市），启用前请核定",
    "The city's plan for cleaning up items and service promises, to be confirmed before use",
)
PROMISE_RULES = (
    SeedRule(
        "promise.min_compression", _("A promise has substance when it shortens the legal limit by at least"), 0.5,
        "share", *CLEAN_UP, unverified=True,
    ),
    SeedRule(
        "promise.kept_share", _("A promise can be kept when it would have been kept in this share of the cases"), 0.99,
        "share", *PRACTICE, unverified=True,
    ),
    SeedRule(
        "promise.few_cases", _("The history of an item says little below so many decided cases"), 30, "count",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "promise.reply_days", _("A department answers a flagged promise within"), 10, "working_days", *CLEAN_UP,
        unverified=True,
    ),
    SeedRule(
        "promise.reminder_days", _("A department is reminded of its reply before the day by"), 3, "working_days",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip


def min_compression(on: dt.date | None = None) -> Fraction:
    """The share of the legal limit that a promise must take away to have substance."""
    return rule("promise.min_compression", on or today()).share


def kept_share(on: dt.date | None = None) -> Fraction:
    return rule("promise.kept_share", on or today()).share


def days(name: str, on: dt.date | None = None) -> int:
    """The rule `promise.<name>` as a whole number."""
    return rule(f"promise.{name}", on or today()).days
