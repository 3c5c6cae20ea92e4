"""The same matter again: tickets of the last days at the same place or from the same caller, ranked by their words.

Place and time choose the candidates by index; words only rank them. So the work depends on how much was said lately in
one neighbourhood, and not on how many tickets there are.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, Value

from hotline.calls.geo import cells_around
from hotline.calls.rules import SAME_MATTER
from hotline.models import Ticket
from portal.core.db.prepared import Prepared
from portal.core.rules import rule
from portal.core.search import bigrams, runs
from portal.core.time import now, today

CELL_CHARACTERS = 7  # of the eight of a ticket's geohash: about 150 m
MOST_CANDIDATES = 2000
MOST_OF_CALLER = 200
MOST_SHOWN = 5
# Of the words of the shorter of two texts, this share is the same where people speak of one matter.
ALIKE = 0.3
# At the very place, or from the very caller, fewer are enough.
ALIKE_HERE = 0.15
SERIES_FROM = 3  # as many tickets of one matter make a series
CONTENT_READ = 300  # characters of the content that are compared
COLUMNS = (
    "pk", "number", "title", "content", "geohash", "street_code", "category_id", "recorded_at", "parent_id",
    "is_parent", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """A ticket that may be about the same matter; `share` of the words is the same, 0 to 1."""

    ticket: int
    number: str
    title: str
    recorded_at: dt.datetime
    share: float
    here: bool  # within the cell of the map or its neighbours
    parent: int | None
    is_parent: bool

    @property
    def alike_percent(self) -> str:
        return f"{self.share:.0%}"


@dataclass(frozen=True)
class Found:
    """The nearest ones; `series` when there are so many that they should stand under one parent."""

    rows: list[Alike]
    series: bool


def words_of(*texts: str) -> frozenset[str]:
    """The pairs of characters, and the Latin words, by which texts are compared."""
    found: set[str] = set()
    for text in texts:
        for run in runs(text):
            found.update([run] if run.isascii() else bigrams(run)[:-1])
    return frozenset(found)


def share_of(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter text stands in the other one, 0 to 1."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def similar(
    *, title: str, content: str = "", latitude: float | None = None, longitude: float | None = None,
    street_code: str = "", category_id: int | None = None, phone: str = "", leave_out: Iterable[int] = (),
) -> Found:  # fmt: skip
    """Tickets that may be about the same matter, the nearest first. Two queries at most."""
    wanted = words_of(title, content[:CONTENT_READ])
    here = latitude is not None and longitude is not None
    cells = cells_around(latitude, longitude, CELL_CHARACTERS) if here else frozenset()  # type: ignore[arg-type]
    since = now() - dt.timedelta(days=rule(SAME_MATTER, today()).days)
    if not wanted:
        return Found([], series=False)
    rows = candidates(cells=cells, street_code=street_code, phone=phone, since=since)
    return rank(rows, wanted, cells, category_id, frozenset(leave_out))


def _near(number: int, given: Mapping[str, Any]) -> Any:
    """What was recorded in that many cells since a moment, the latest first; compiled once for each number of cells."""
    # Bounds of letters and digits only: every collation of the database sorts those alike.
    cells = (Q(geohash__gte=given[f"from{n}"], geohash__lte=given[f"to{n}"]) for n in range(number))
    rows = Ticket.objects.filter(reduce(or_, cells), recorded_at__gte=Value(given["since"]))
    return rows.order_by("-recorded_at", "-pk").values_list(*COLUMNS)[:MOST_CANDIDATES]


_in_cells = Prepared(_near)


def _around(cells: frozenset[str], since: dt.datetime) -> list[dict[str, Any]]:
    values: dict[str, Any] = {"since": connection.ops.adapt_datetimefield_value(since)}
    for n, cell in enumerate(sorted(cells)):
        values[f"from{n}"], values[f"to{n}"] = f"{cell}0", f"{cell}z"
    return [dict(zip(COLUMNS, row, strict=True)) for row in _in_cells.rows(len(cells), values)]


def candidates(*, cells: frozenset[str], street_code: str, phone: str, since: dt.datetime) -> list[dict[str, Any]]:
    """What was said lately there, or by the same caller: each way by an index of its own, so one query each."""
    found: dict[int, dict[str, Any]] = {}
    said: list[Any] = []
    if phone:  # the latest of the number: however many there are, the index gives them in this order
        said.append(Ticket.objects.from_phone(phone).values(*COLUMNS)[:MOST_OF_CALLER])
    if cells:
        said.append(_around(cells, since))
    elif street_code:
        there = Ticket.objects.filter(recorded_at__gte=since, street_code=street_code)
        said.append(there.order_by("-recorded_at", "-pk").values(*COLUMNS)[:MOST_CANDIDATES])
    for rows in said:
        found.update({row["pk"]: row for row in rows if row["recorded_at"] >= since})
    return list(found.values())


def rank(
    rows: Iterable[dict[str, Any]], wanted: frozenset[str], cells: frozenset[str], category_id: int | None,
    leave_out: frozenset[int],
) -> Found:  # fmt: skip
    """The candidates that speak of the same, the nearest first; those of the same place need fewer common words."""
    alike: list[Alike] = []
    for row in rows:
        if row["pk"] in leave_out:
            continue
        share = share_of(wanted, words_of(row["title"], row["content"][:CONTENT_READ]))
        here = row["geohash"][:CELL_CHARACTERS] in cells
        same_sort = category_id is not None and row["category_id"] == category_id
        if share >= (ALIKE_HERE if here and same_sort else ALIKE):
            alike.append(
                Alike(
                    row["pk"], row["number"] or "", row["title"], row["recorded_at"], share, here, row["parent_id"],
                    row["is_parent"],
                )
            )  # fmt: skip
    alike.sort(key=lambda one: (-one.is_parent, -round(one.share, 3), -one.recorded_at.timestamp(), one.ticket))
    return Found(alike[:MOST_SHOWN], series=len(alike) >= SERIES_FROM)
