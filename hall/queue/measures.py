"""Which figures tickets give to the statistics, and what the block "hall" of the indicators takes from them.

What is counted depends only on the state that a ticket ends in and on columns written at that moment, so that calling
and starting mark no cell. Times count where they can be trusted (`time_unreliable` is left out).
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from hall.indicators import contribute
from hall.queue.models import HallQueueCell, HallWindowCell, Ticket
from hall.queue.models.cells import EDGES
from portal.core.statistics import Cuboid, Fact, Histogram, MeasureSet, percentile, period, rows_in
from portal.core.statistics.blocks import Derivation, Scope
from portal.core.statistics.read import MONTH, Sums

DONE = Q(state="done")
OVER = Q(state__in=["done", "missed", "cancelled", "expired"])
TRUSTED = Q(time_unreliable=False)

WAIT = Histogram("wait", "day", "wait_seconds", EDGES, OVER & TRUSTED & Q(wait_seconds__isnull=False))
WAY = Histogram("way", "day", "way_seconds", EDGES, DONE & TRUSTED & Q(way_seconds__isnull=False))
SERVICE = Histogram("service", "day", "service_seconds", EDGES, DONE & TRUSTED)

TICKET_MEASURES = MeasureSet(
    "tickets",
    Ticket,
    cuboids=[
        Cuboid(
            "queue",
            HallQueueCell,
            {"department_id": "department_id", "queue_id": "queue_id", "hour": "hour", "channel": "channel"},
        ),
        Cuboid(
            "window",
            HallWindowCell,
            {"department_id": "department_id", "window_id": "counted_window_id", "staff_id": "counted_staff_id"},
        ),
    ],
    facts=[
        Fact("tickets", "day", Q(arrived_at__isnull=False)),  # who booked and never came took no number
        Fact("served", "day", DONE),
        # Called and never served: still missed, or it expired so.
        Fact("missed", "day", Q(state__in=["missed", "expired"], misses__gt=0)),
        Fact("cancelled", "day", Q(state="cancelled")),
        Fact("expired", "day", Q(state="expired")),
        Fact("unreliable", "day", DONE & Q(time_unreliable=True)),
        Fact("tied", "day", DONE & ~Q(case_number="")),
    ],
    histograms=[WAIT, WAY, SERVICE],
)

GIVEN = ("tickets", "served", "missed", "wait_p50_minutes", "wait_p90_minutes", "service_p50_minutes")
DIMENSIONS = {
    "department": ("queue", "department_id"),
    "window": ("window", "window_id"),
    "staff": ("window", "staff_id"),
    "month": ("queue", MONTH),
}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of tickets by row; one query."""
    cuboid, by = DIMENSIONS[scope.by] if scope.by else ("queue", None)
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    rows = period(TICKET_MEASURES, cuboid, scope.first, scope.last, by=by, filters=filters)
    return {key: sums for key, sums in rows.items() if by is None or any(sums.values())}


def minutes_at(histogram: Histogram, share: float, sums: Mapping[str, int]) -> int | None:
    """A percentile in whole minutes, rounded up: never flattering. None without tickets."""
    seconds = percentile(histogram, sums, share)
    return None if seconds is None else -(-seconds // 60)


def _percentile(histogram: Histogram, share: float) -> Derivation:
    return Derivation(
        lambda sums: minutes_at(histogram, share, sums), lambda sums: rows_in(histogram, sums), ("served",)
    )


def connect() -> None:
    """Called in `ready()`."""
    contribute(
        "queue",
        figures,
        frozenset(DIMENSIONS),
        {
            "wait_p50_minutes": _percentile(WAIT, 0.5),
            "wait_p90_minutes": _percentile(WAIT, 0.9),
            "service_p50_minutes": _percentile(SERVICE, 0.5),
        },
        figures=GIVEN,
    )
