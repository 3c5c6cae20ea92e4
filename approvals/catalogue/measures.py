"""Which figures the catalogue gives to the indicators: the items in force on a day, and the reform ledger.

Items are few thousand, so these blocks are counted from the tables and need no cells.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.catalogue.models import Item, ItemChange, ItemVersion
from portal.core.statistics.blocks import Block, Scope, add_sums, months_of, over, quotient, register_block
from portal.core.statistics.read import Sums
from portal.core.statistics.shared import remembered

DIMENSIONS = frozenset({"department", "item", "category", "month"})
ENDING = {"cancel": "cancelled", "suspend": "suspended", "merge": "merged"}
COUNTED = {**ENDING, "add": "added", "delegate": "delegated", "restore": "restored"}


@dataclass(frozen=True)
class Standing:
    """An item with its dated versions and its rows of the ledger, oldest first."""

    pk: int
    type: str
    department_id: int
    enterprise: bool
    status: str
    versions: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[dt.date, str]] = field(default_factory=list)

    def version_on(self, day: dt.date) -> dict[str, Any] | None:
        """The version in force at the end of the day; None where there is none, or the item had ended."""
        if not self.retained_on(day):
            return None
        valid = [
            version
            for version in self.versions
            if version["valid_from"] <= day and (version["valid_to"] is None or day <= version["valid_to"])
        ]
        return valid[-1] if valid else None

    def retained_on(self, day: dt.date) -> bool:
        """The item stood in the ledger at the end of the day.

        One without an "added" row was there from the beginning. A suspension that was lifted counts for nothing, unless
        the ledger says from when on the item was restored.
        """
        if self.status == Item.Status.DRAFT and not self.changes:
            return False
        standing = not any(change == "add" for _, change in self.changes)
        lifted = self.status == Item.Status.PUBLISHED and not any(change == "restore" for _, change in self.changes)
        for on, change in self.changes:
            if on <= day and change in ENDING:
                standing = change == "suspend" and lifted
            elif on <= day and change in {"add", "restore"}:
                standing = True
        return standing

    def key(self, by: str | None) -> Any:
        return {"department": self.department_id, "item": self.pk, "category": self.type}.get(by or "")


def standings(department_id: int | None) -> list[Standing]:
    """All items, of one department or of all, with versions and changes; three queries."""
    items = Item.objects.all() if department_id is None else Item.objects.filter(department_id=department_id)
    found = {
        row["pk"]: Standing(**row)
        for row in items.order_by("pk").values("pk", "type", "department_id", "enterprise", "status")
    }
    versions = ItemVersion.objects.filter(
        item__in=items, state__in=["published", "retired"], valid_from__isnull=False
    ).order_by("item_id", "valid_from", "number")
    for version in versions.values(
        "item_id", "kind", "legal_days", "promised_days", "previous_promised_days", "online", "visits", "instant",
        "valid_from", "valid_to",
    ):  # fmt: skip
        found[version["item_id"]].versions.append(dict(version))
    changes = ItemChange.objects.filter(item__in=items).order_by("item_id", "on", "pk")
    for item_id, on, change in changes.values_list("item_id", "on", "change"):
        found[item_id].changes.append((on, change))
    return list(found.values())


def in_force(scope: Scope) -> dict[Any, Sums]:
    """The sums over the items in force at the end of the period, each item once."""
    return _rows(scope, lambda part, items: _sums_of_items(items, part.last, scope.by))


def reform(scope: Scope) -> dict[Any, Sums]:
    """The changes of the period, and what stood in the ledger before and after it."""
    return _rows(scope, lambda part, items: _sums_of_ledger(items, part, scope.by))


def _rows(scope: Scope, count: Any) -> dict[Any, Sums]:
    items = remembered(("standings", scope.department_id), lambda: standings(scope.department_id))
    if scope.by != "month":
        rows: dict[Any, Sums] = count(scope, items)
        return rows
    return {month: count(part, items).get(None, {}) for month, part in _months(scope)}


def _months(scope: Scope) -> Iterator[tuple[dt.date, Scope]]:
    for month in months_of(scope.first, scope.last):
        end = (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        yield month, Scope(max(month, scope.first), min(end, scope.last), scope.as_of, scope.department_id)


def _sums_of_items(items: Iterable[Standing], day: dt.date, by: str | None) -> dict[Any, Sums]:
    rows: dict[Any, Sums] = {}
    for item in items:
        version = item.version_on(day)
        if version is not None:
            key = item.key(by)
            rows[key] = add_sums(rows.get(key, {}), _sums_of_item(item, version))
    return rows


def _sums_of_item(item: Standing, version: Mapping[str, Any]) -> Sums:
    visits = version["visits"]
    sums = {
        "items": 1,
        "permits": int(item.type == Item.Type.PERMIT),
        "services": int(item.type == Item.Type.SERVICE),
        "online": int(version["online"]),
        "one_visit": int(visits is not None and visits <= 1),
        "no_visit": int(visits == 0),
        "instant": int(version["instant"]),
        "enterprise": int(item.enterprise),
    }
    return sums | (_sums_of_promise(version) if version["kind"] == ItemVersion.Kind.PROMISE else {})


def _sums_of_promise(version: Mapping[str, Any]) -> Sums:
    """Working days of a promise item. The days that the law or the past leaves unknown are in no sum."""
    legal, promised, previous = version["legal_days"], version["promised_days"], version["previous_promised_days"]
    sums = {"promise_items": 1}
    for name, days in (("legal", legal), ("promised", promised), ("previous", previous)):
        if days is not None:
            sums |= {f"{name}_days": days, f"with_{name}_days": 1}
    if legal is not None and promised is not None:
        sums |= {"compressible_legal_days": legal, "compressible_promised_days": promised}
    if previous is not None and promised is not None:
        sums |= {"compressed_days": previous - promised, "compressed_items": int(previous > promised)}
    return sums


def _sums_of_ledger(items: Iterable[Standing], period: Scope, by: str | None) -> dict[Any, Sums]:
    rows: dict[Any, Sums] = {}
    for item in items:
        sums: Sums = {}
        if item.retained_on(period.day_before):
            sums["before"] = 1
        for on, change in item.changes:
            if period.first <= on <= period.last:
                sums = add_sums(sums, {COUNTED[change]: 1})
        if item.retained_on(period.last):
            sums |= {
                "retained": 1,
                "permits": int(item.type == Item.Type.PERMIT),
                "services": int(item.type == Item.Type.SERVICE),
            }
        if sums:
            key = item.key(by)
            rows[key] = add_sums(rows.get(key, {}), sums)
    return rows


def compressible(sums: Mapping[str, int]) -> int:
    """Promise items of which surely both the legal and the promised days are known: at least so many."""
    both = sums.get("with_legal_days", 0) + sums.get("with_promised_days", 0) - sums.get("promise_items", 0)
    return max(0, both)


COMPRESSION = quotient(
    ["compressible_legal_days"], ["compressible_legal_days"], less=["compressible_promised_days"], base=compressible
)


CATALOGUE = Block(
    "catalogue",
    order=(
        "items", "permits", "services", "promise_items", "mean_legal_days", "mean_promised_days",
        "mean_previous_promised_days", "compressed_items", "compressed_days", "time_compression", "online_share",
        "one_visit_share", "no_visit_share", "instant_share", "enterprise_share",
    ),
    derived={
        "mean_legal_days": over("legal_days", "with_legal_days"),
        "mean_promised_days": over("promised_days", "with_promised_days"),
        "mean_previous_promised_days": over("previous_days", "with_previous_days"),
        "time_compression": COMPRESSION,
        "online_share": over("online", "items"),
        "one_visit_share": over("one_visit", "items"),
        "no_visit_share": over("no_visit", "items"),
        "instant_share": over("instant", "items"),
        "enterprise_share": over("enterprise", "items"),
    },
    sums=in_force,
    dimensions=DIMENSIONS,
)  # fmt: skip

REFORM = Block(
    "reform",
    order=(
        "before", "cancelled", "suspended", "merged", "added", "delegated", "retained", "permits", "services",
        "reduction_rate",
    ),
    derived={
        "reduction_rate": quotient(["before"], ["before"], less=["retained"]),
    },
    sums=reform,
    dimensions=DIMENSIONS,
)  # fmt: skip


def connect() -> None:
    """Called in `ready()`: registers the blocks of the indicators."""
    register_block(CATALOGUE)
    register_block(REFORM)
