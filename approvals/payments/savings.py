"""What reductions saved, by item, enterprise and ground: from the cells, with the orders behind each figure."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from approvals.catalogue.models import Item
from approvals.payments.measures import PAYMENT_MEASURES, SAVED_PAID, SAVED_WHOLE
from approvals.payments.models import Order
from portal.core.statistics import period
from portal.people.models import Organisation

DIMENSIONS = {"item": "item_id", "organisation": "organisation_id", "ground": "reduction_ground"}
MOST = 200  # rows of one table; the export has them all


@dataclass(frozen=True)
class Saved:
    """One row: what it is about, how many orders, how much in fen."""

    key: Any
    name: str
    orders: int
    fen: int


def saved(by: str, first: dt.date, last: dt.date, departments: list[int] | None = None) -> list[Saved]:
    """The savings of a period by `item`, `organisation` or `ground`, the largest first; two queries."""
    filters = {} if departments is None else {"department_id": departments}
    sums = period(
        PAYMENT_MEASURES, "saving", first, last, by=DIMENSIONS[by], filters=filters, figures=("saved", "saved_fen")
    )
    found = {key: row for key, row in sums.items() if row["saved"]}
    names = _names(by, list(found))
    rows = [Saved(key, names.get(key, ""), row["saved"], row["saved_fen"]) for key, row in found.items()]
    return sorted(rows, key=lambda one: (-one.fen, str(one.key)))[:MOST]


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    if by == "ground":
        return {key: str(Order.Ground(key).label) for key in keys if key in Order.Ground.values}
    if by == "organisation":
        return dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name"))
    return {one.pk: one.local_name for one in Item.objects.filter(pk__in=keys)}


def orders_behind(
    first: dt.date, last: dt.date, departments: list[int] | None = None, **chosen: Any
) -> "QuerySet[Order]":
    """The orders that the savings of the period count; `chosen` narrows them to one item, enterprise or ground."""
    counted = Q(paid_on__range=(first, last)) & SAVED_PAID | Q(reduced_on__range=(first, last)) & SAVED_WHOLE
    rows = Order.objects.filter(counted, **chosen)
    return rows if departments is None else rows.filter(department__in=departments)
