"""Every figure can be counted for a day without reading the whole table: refreshing cells costs what a day costs."""

import pytest
from django.db.models import Index, Q

from portal.core.statistics import measure_sets
from portal.core.statistics.declaration import Group, conjuncts

GROUPS = [pytest.param(group, id=f"{one.name}-{n}-{group.day}") for one in measure_sets().values()
          for n, group in enumerate(one.groups)]  # fmt: skip


def leads_to(index: Index, group: Group) -> bool:
    """An index that begins with the day, and in which no row is missing that the group counts."""
    if not index.fields or index.fields[0].removeprefix("-") != group.day:
        return False
    known = [*conjuncts(group.when), (f"{group.day}__isnull", False)]
    return all(one in known for one in conjuncts(index.condition or Q()))


@pytest.mark.parametrize("group", GROUPS)
def test_the_day_of_every_figure_has_an_index(group):
    options = group.model._meta
    own = options.get_field(group.day).db_index
    assert own or any(leads_to(index, group) for index in options.indexes), f"{options.label} by {group.day}"
