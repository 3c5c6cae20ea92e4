"""Which figures ratings give to the statistics, and how the block "ratings" of the indicators comes out of them.

A rating counts on its day; a default and an excluded one in no rate. A bad rating that was not set aside is due on
the day of its limit, and rectified in time when the rectification came by then. What could be rated: visits and tickets
count as they end, here; cases count as they are concluded, and the floor above says how many (`hooks.py`).
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from hall.ratings import hooks
from hall.ratings.models.cells import FLOWS, ItemCell, RateableItemCell, RateableWindowCell, WindowCell
from hall.ratings.models.invitation import Invitation
from hall.ratings.models.rating import Rating
from hall.ratings.querysets import COUNTED
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import ONE_DAY, Block, Scope, add_sums, over, register_block
from portal.core.statistics.read import MONTH, Sums, period

STANDS = Q(rectify_due_on__isnull=False) & COUNTED

RATING_MEASURES = MeasureSet(
    "ratings",
    Rating,
    cuboids=[
        Cuboid(
            "item",
            ItemCell,
            {"department_id": "department_id", "item_code": "item_code", "channel": "channel", "kind": "kind"},
        ),
        Cuboid(
            "window",
            WindowCell,
            {"department_id": "department_id", "window_id": "window_id", "staff_id": "staff_id"},
        ),
    ],
    facts=[
        Fact("given", "rated_on", COUNTED),
        Fact("satisfied", "rated_on", COUNTED & Q(grade__gte=3)),
        Fact("bad", "rated_on", COUNTED & Q(grade__lte=2)),
        *(Fact(f"grade_{grade}", "rated_on", COUNTED & Q(grade=grade)) for grade in range(1, 6)),
        Fact("defaults", "rated_on", Q(is_default=True)),
        Fact("excluded", "rated_on", Q(excluded_at__isnull=False)),
        Fact("rateable", "rated_on", Q(stands_alone=True)),
        Fact("rectification_due", "rectify_due_on", STANDS),
        Fact("rectified_in_time", "rectify_due_on", STANDS & Q(rectified_on__lte=F("rectify_due_on"))),
    ],
)

RATEABLE_MEASURES = MeasureSet(
    "rateable",
    Invitation,
    cuboids=[
        Cuboid("item", RateableItemCell, {"department_id": "department_id", "item_code": "item_code"}),
        Cuboid(
            "window",
            RateableWindowCell,
            {"department_id": "department_id", "window_id": "window_id", "staff_id": "staff_id"},
        ),
    ],
    facts=[Fact("rateable", "served_on", Q(kind__in=["visit", "ticket"]))],
)

DIMENSIONS = {
    "department": ("item", "department_id"),
    "item": ("item", "item_code"),
    "channel": ("item", "channel"),
    "window": ("window", "window_id"),
    "staff": ("window", "staff_id"),
    "month": ("item", MONTH),
}
LIMIT = ("rectification_due", "rectified_in_time")
COUNTS = tuple(name for name in FLOWS if name not in LIMIT)


def figures(scope: Scope) -> dict[Any, Sums]:
    """All sums of the block for the scope, by row: four queries, and what the floors above add."""
    cuboid, by = DIMENSIONS[scope.by] if scope.by else ("item", None)
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    asked: dict[str, Any] = {"by": by, "filters": filters}
    parts = [period(RATING_MEASURES, cuboid, scope.first, scope.last, figures=COUNTS, **asked)]
    # Due is what has come due by the day of the question; what was rectified before its day counts already.
    passed = min(scope.last, scope.as_of)
    parts.append(period(RATING_MEASURES, cuboid, scope.first, passed, figures=LIMIT, **asked))
    if passed < scope.last:
        begin = max(scope.first, passed + ONE_DAY)
        early = period(RATING_MEASURES, cuboid, begin, scope.last, figures=LIMIT[1:], **asked)
        parts.append({key: {**sums, LIMIT[0]: sums[LIMIT[1]]} for key, sums in early.items()})
    if by != "channel":  # what could be rated has no channel yet
        parts.append(period(RATEABLE_MEASURES, cuboid, scope.first, scope.last, **asked))
    if by == "item_code":
        parts = [_by_item(rows) for rows in parts]
    if by != "channel":
        parts += hooks.rateable(scope)
    return _added(parts, keep_all=by is None)


def _by_item(rows: Mapping[str, Sums]) -> dict[Any, Sums]:
    """Codes as the keys by which the floor above knows its items; several unknown ones are one row."""
    keys = hooks.item_keys(code for code in rows if code)
    found: dict[Any, Sums] = {}
    for code, sums in rows.items():
        key = keys.get(code, 0)
        found[key] = add_sums(found[key], sums) if key in found else sums
    return found


def _added(parts: list[dict[Any, Sums]], *, keep_all: bool) -> dict[Any, Sums]:
    rows: dict[Any, Sums] = {}
    for part in parts:
        for key, sums in part.items():
            rows[key] = add_sums(rows.get(key, {}), sums)
    return {key: sums for key, sums in rows.items() if keep_all or any(sums.values())}


RATINGS = Block(
    "ratings",
    order=("given", "satisfied", "satisfaction_rate", "bad", "rectification_rate", "active_rate"),
    derived={
        "satisfaction_rate": over("satisfied", "given"),
        "rectification_rate": over("rectified_in_time", "rectification_due"),
        "active_rate": over("given", "rateable"),
    },
    sums=figures,
    dimensions=frozenset(DIMENSIONS),
)


def connect() -> None:
    """Called in `ready()`: declares the measures and registers the block of the indicators."""
    register_block(RATINGS)
