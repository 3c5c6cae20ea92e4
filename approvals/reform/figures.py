"""The figures of the reform ledger at any date, and the items or changes behind each of them.

They are counted as the block `reform` of the indicators counts them (`catalogue/measures.py`), from the same standings.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from approvals.catalogue.measures import COUNTED, Standing, standings
from approvals.catalogue.models import Item, ItemChange
from portal.core.registries import Text
from portal.core.statistics import ratio

NAMES: dict[str, Text] = {
    "before": pgettext_lazy("reform figure", "Items before"),
    "cancelled": pgettext_lazy("reform figure", "Cancelled"),
    "suspended": pgettext_lazy("reform figure", "Suspended"),
    "merged": pgettext_lazy("reform figure", "Merged"),
    "added": pgettext_lazy("reform figure", "Added"),
    "restored": pgettext_lazy("reform figure", "Restored"),
    "delegated": pgettext_lazy("reform figure", "Delegated"),
    "retained": pgettext_lazy("reform figure", "Retained"),
    "permits": pgettext_lazy("reform figure", "Permits among the retained"),
    "services": pgettext_lazy("reform figure", "Public services among the retained"),
}
CHANGES = {name: change for change, name in COUNTED.items()}  # figure → kind of the ledger's row
BALANCES = ("before", "retained", "permits", "services")


@dataclass(frozen=True)
class Ledger:
    """The figures of a period: what stood before its first day, what changed, what stood at the end of its last."""

    first: dt.date
    last: dt.date
    sums: dict[str, int]

    @property
    def reduction_rate(self) -> float | None:
        """(before − retained) ÷ before; None where nothing stood before."""
        before = self.sums["before"]
        return ratio(before - self.sums["retained"], before)

    def rows(self) -> list[tuple[str, Text, int]]:
        return [(name, label, self.sums[name]) for name, label in NAMES.items()]


def ledger(first: dt.date, last: dt.date, department_id: int | None = None) -> Ledger:
    """All figures of the period, of one department or of all; three queries."""
    sums = dict.fromkeys(NAMES, 0)
    for item in standings(department_id):
        for name in _standing_in(item, first, last):
            sums[name] += 1
        for on, change in item.changes:
            if first <= on <= last:
                sums[COUNTED[change]] += 1
    return Ledger(first, last, sums)


def _standing_in(item: Standing, first: dt.date, last: dt.date) -> list[str]:
    found = ["before"] if item.retained_on(first - dt.timedelta(days=1)) else []
    if item.retained_on(last):
        found.append("retained")
        found += ["permits"] if item.type == Item.Type.PERMIT else []
        found += ["services"] if item.type == Item.Type.SERVICE else []
    return found


def items_behind(figure: str, first: dt.date, last: dt.date, department_id: int | None = None) -> QuerySet[Item]:
    """The items that a balance counts. Raises KeyError for a figure that counts changes."""
    if figure not in BALANCES:
        raise KeyError(figure)
    found = [one.pk for one in standings(department_id) if figure in _standing_in(one, first, last)]
    return Item.objects.filter(pk__in=found).select_related("department")


def changes_behind(
    figure: str, first: dt.date, last: dt.date, department_id: int | None = None
) -> QuerySet[ItemChange]:
    """The rows of the ledger that a figure counts; all of the period for an empty figure. Raises KeyError."""
    asked = Q(on__range=(first, last))
    if figure:
        asked &= Q(change=CHANGES[figure])
    if department_id:
        asked &= Q(item__department_id=department_id)
    rows = ItemChange.objects.filter(asked).select_related(
        "item__department", "merged_into", "delegated_to", "department_before", "recorded_by"
    )
    return rows
