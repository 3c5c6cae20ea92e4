"""Indicator blocks: each app says which figures it reports for a period, how they are derived, and from which sums."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.statistics.read import Sums, ratio

Figure = int | float | None
Derived = Callable[[Mapping[str, int]], Figure]
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Scope:
    """What is asked for: a period, the day that balances are of, one department or all, and what the rows are by."""

    first: dt.date
    last: dt.date
    as_of: dt.date
    department_id: int | None = None
    by: str | None = None

    @property
    def day_before(self) -> dt.date:
        """The last day before the period: a balance at the start is the one at its end."""
        return self.first - ONE_DAY


def nothing(scope: Scope) -> dict[Any, Sums]:
    """The sums of an app that has no data: every count is 0 and every ratio None."""
    return {}


@dataclass(frozen=True)
class Block:
    """One block of the indicators: its figures in their order, those that are derived, and where the sums come from.

    `sums` returns sums by row: the one key None without `by`, else the dimension's values (ids, codes, months).
    `dimensions` are the values of `by` that the block can be split by. A block with `parts` is printed once as "total"
    and once for each part, whose sums have the part's name and a dot before theirs.
    """

    name: str
    order: tuple[str, ...]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    sums: Callable[[Scope], dict[Any, Sums]] = nothing
    dimensions: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    def report(self, sums: Mapping[str, int]) -> dict[str, Any]:
        """The block as it is printed: counts as they are, derived figures from the sums, ratios unrounded."""
        if not self.parts:
            return self._figures(sums)
        return {"total": self._figures(sums)} | {part: self._figures(_of_part(sums, part)) for part in self.parts}

    def _figures(self, sums: Mapping[str, int]) -> dict[str, Figure]:
        return {name: self.derived[name](sums) if name in self.derived else sums.get(name, 0) for name in self.order}


def _of_part(sums: Mapping[str, int], part: str) -> Sums:
    return {name.removeprefix(f"{part}."): value for name, value in sums.items() if name.startswith(f"{part}.")}


_blocks: dict[str, Block] = {}


def register_block(block: Block) -> None:
    """Called by an app in `ready()`; a later block of the same name replaces an earlier one."""
    _blocks[block.name] = block


def registered_block(name: str) -> Block | None:
    return _blocks.get(name)


def over(part: str, whole: str) -> Derived:
    """The ratio of two sums; None where the whole is 0."""
    return lambda sums: ratio(sums.get(part, 0), sums.get(whole, 0))


def add_sums(one: Mapping[str, int], other: Mapping[str, int]) -> Sums:
    """Figure by figure."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def months_of(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of all months that the period touches."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + 32 * ONE_DAY).replace(day=1)
