"""How a room of the hall brings its own dated rules: their titles at the start, their first versions when seeding."""

from collections.abc import Iterable

from portal.core.models import DatedRule
from portal.core.rule_book import TITLES, SeedRule

PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")


def announce(rules: Iterable[SeedRule]) -> None:
    """Make the titles known to the page of rules; called in an app's `ready()`."""
    TITLES.update({rule.code: rule.title for rule in rules})


def plant(rules: Iterable[SeedRule]) -> None:
    """Write the first version of each rule that the tables do not hold; what exists stays. Called by a seed."""
    wanted = {rule.code: rule for rule in rules}
    held = set(DatedRule.objects.filter(code__in=wanted).values_list("code", flat=True))
    DatedRule.objects.bulk_create(
        DatedRule(
            code=rule.code,
            value=rule.value,
            unit=rule.unit,
            source=rule.source,
            source_en=rule.source_en,
            valid_from=rule.valid_from,
            unverified=rule.unverified,
        )
        for code, rule in wanted.items()
        if code not in held
    )
