"""What every installation needs in its tables: idempotent functions, run by `manage.py seed` after `migrate`."""

from collections.abc import Callable

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from portal.core.calendar import seed_calendar
from portal.core.calendar_plan import FIRST_YEAR, LAST_YEAR, plan_of
from portal.core.models import DatedRule
from portal.core.rule_book import RULES

Seed = Callable[[], None]
_seeds: list[Seed] = []


def seed(function: Seed) -> Seed:
    """Register a seed; apps above the core put theirs into a module `seeds` of their own."""
    if all(known.__qualname__ != function.__qualname__ or known.__module__ != function.__module__ for known in _seeds):
        _seeds.append(function)
    return function


def run_seeds() -> list[str]:
    """Run all seeds in the order of the apps, each in its own transaction; returns their names."""
    autodiscover_modules("seeds")
    for function in _seeds:
        with transaction.atomic():
            function()
    return [f"{function.__module__}.{function.__name__}" for function in _seeds]


@seed
def working_calendar() -> None:
    """Every day from 2000 to 2060, by the official plans as far as they go."""
    seed_calendar(plan_of(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))


@seed
def dated_rules() -> None:
    """The first version of each rule; rules that exist stay as they are."""
    held = set(DatedRule.objects.values_list("code", flat=True))
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
        for rule in RULES
        if rule.code not in held
    )
