"""The block "hall" of the indicators: each room of the hall contributes its sums, the form is one."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.statistics.blocks import Block, Derived, Scope, add_sums, over, register_block
from portal.core.statistics.read import Sums

ORDER = (
    "tickets", "served", "missed", "wait_p50_minutes", "wait_p90_minutes", "service_p50_minutes", "appointments",
    "attendance_rate", "empty_posts", "patrol_findings", "patrol_rectified",
)  # fmt: skip


def _unknown(_sums: Any) -> None:
    """A percentile of nothing."""


DERIVED: dict[str, Derived] = {
    "wait_p50_minutes": _unknown,
    "wait_p90_minutes": _unknown,
    "service_p50_minutes": _unknown,
    "attendance_rate": over("attended", "due_at_post"),
}


@dataclass(frozen=True)
class Contribution:
    """What one room gives: its sums, the dimensions it can split them by, its figures and how some are derived."""

    sums: Callable[[Scope], dict[Any, Sums]]
    dimensions: frozenset[str]
    figures: frozenset[str] = frozenset()
    derived: Mapping[str, Derived] = field(default_factory=dict)


_contributions: dict[str, Contribution] = {}


def contribute(
    room: str,
    sums: Callable[[Scope], dict[Any, Sums]],
    dimensions: frozenset[str],
    derived: Mapping[str, Derived] | None = None,
    *,
    figures: Collection[str],
) -> None:
    """Called by a room in `ready()`: its sums join the block, under the names of `ORDER` or those a rate is made of.

    `figures` are those of `ORDER` that only this room gives.
    """
    _contributions[room] = Contribution(sums, dimensions, frozenset(figures) & frozenset(ORDER), derived or {})
    more = {name: rate for one in _contributions.values() for name, rate in one.derived.items()}
    register_block(
        Block(
            "hall",
            order=ORDER,
            derived=DERIVED | more,
            sums=_sums,
            dimensions=frozenset().union(*(one.dimensions for one in _contributions.values())),
            narrower={name: one.dimensions for one in _contributions.values() for name in one.figures},
        )
    )


def _sums(scope: Scope) -> dict[Any, Sums]:
    """The sums of all rooms that can be split so, added row by row."""
    rows: dict[Any, Sums] = {}
    for one in _contributions.values():
        if scope.by is not None and scope.by not in one.dimensions:
            continue
        for key, sums in one.sums(scope).items():
            rows[key] = add_sums(rows.get(key, {}), sums)
    return rows
