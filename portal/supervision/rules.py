"""The dated rules of comparisons: from which count on a change is told in percent, and a unit named by its rate."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.models import DatedRule
from portal.core.rule_book import SeedRule
from portal.core.rules import rule
from portal.core.time import today

LEAST_BASE, LEAST_SAMPLE = "supervision.least_base", "supervision.least_sample"

COMPARISON_RULES = (
    SeedRule(
        LEAST_BASE, _("Changes of counts below this are told as numbers, not in percent"), 20, "count", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        LEAST_SAMPLE, _("A rate or mean that rests on fewer names and ranks nobody"), 5, "count", *PRACTICE,
        unverified=True,
    ),
)  # fmt: skip


def least_base() -> int:
    """The smallest earlier count whose change is told in percent, as of today. One query at most."""
    return rule(LEAST_BASE, today()).days


def least_sample() -> int:
    """How many decisions, ratings or tickets a rate or mean rests on before a unit is named or ranked by it."""
    return rule(LEAST_SAMPLE, today()).days


def asked_along(code: str) -> "QuerySet[DatedRule, Any]":
    """The same as a subquery of what a page asks anyway."""
    on = today()
    open_ended = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return DatedRule.objects.filter(open_ended, code=code, valid_from__lte=on).values_list("value", flat=True)[:1]
