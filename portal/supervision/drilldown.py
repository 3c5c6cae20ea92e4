"""The list behind a figure: what was asked for, what it counts, and one page of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.cases.figures import BALANCES, NAMES, behind, count_behind
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Channel
from approvals.catalogue.models import Item
from portal.core.errors import NotFound
from portal.core.time import today

PAGE = 30


@dataclass(frozen=True)
class Wanted:
    """A figure, its days, and what narrows it."""

    figure: str
    first: dt.date
    last: dt.date
    departments: frozenset[int] | None
    filters: dict[str, Any] = field(default_factory=dict)
    item: Item | None = None

    @property
    def is_balance(self) -> bool:
        return self.figure in BALANCES


@dataclass(frozen=True)
class Listed:
    """One page of cases; `count` is None where only reading the whole list could tell."""

    cases: list[Case]
    next: str | None
    count: int | None


def wanted(query: Mapping[str, str], departments: frozenset[int] | None) -> Wanted:
    """What the address asks for. Raises NotFound for an unknown figure or item; other nonsense is left out."""
    figure = query.get("figure", "open")
    if figure not in NAMES:
        raise NotFound()
    filters: dict[str, Any] = {}
    if query.get("channel", "") in Channel.values:
        filters["channel"] = query["channel"]
    if query.get("state", "") in CASE.states:
        filters["state"] = query["state"]
    item = None
    if (code := query.get("item", "")) != "":
        item = Item.objects.filter(code=code).first()
        if item is None:
            raise NotFound()
        filters["item_id"] = item.pk
    first, last = sorted((_day(query.get("from", "")), _day(query.get("to", ""))))
    if figure in BALANCES:
        first = last = last if figure == "open" else today()
    return Wanted(figure, first, last, departments, filters, item)


def page_of(asked: Wanted, cursor: str) -> Listed:
    """One page, the newest first."""
    scope: dict[str, Any] = {"first": asked.first, "last": asked.last, "departments": asked.departments}
    rows = behind(asked.figure, **scope, filters=asked.filters).order_by("-pk")
    after = int(cursor) if cursor.isdecimal() else None
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("item", "department", "staff")[: PAGE + 1])
    more = len(found) > PAGE
    whole = not more and after is None
    count = len(found) if whole else count_behind(asked.figure, **scope, filters=asked.filters)
    return Listed(found[:PAGE], str(found[PAGE - 1].pk) if more else None, count)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
