"""Indicator blocks: each app says which figures it reports for a period, how they are derived, and from which sums."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.core.statistics.read import Sums, ratio

Figure = int | float | None
Derived = Callable[[Mapping[str, int]], Figure]
Counted = Callable[[Mapping[str, int]], int]
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
class Derivation:
    """How a figure comes from sums, and how many cases, items or people it rests on: a rate of two says little.

    A quotient names the sums it is made of, so that a page can show them: (`top` − `less`) ÷ `bottom`.
    """

    read: Derived
    base: Counted
    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()
    less: tuple[str, ...] = ()

    def __call__(self, sums: Mapping[str, int]) -> Figure:
        return self.read(sums)


@dataclass(frozen=True)
class Block:
    """One block of the indicators: its figures in their order, those that are derived, and where the sums come from.

    `sums` returns sums by row: the one key None without `by`, else the dimension's values (ids, codes, months).
    `dimensions` are the values of `by` that the block can be split by. A block with `parts` is printed once as "total"
    and once for each part, whose sums have the part's name and a dot before theirs. `narrower` names the figures that
    can be split by fewer dimensions than the block: in a row of another split they are unknown, never 0.
    """

    name: str
    order: tuple[str, ...]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    sums: Callable[[Scope], dict[Any, Sums]] = nothing
    dimensions: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    narrower: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def row(self, sums: Mapping[str, int], by: str) -> dict[str, Any]:
        """The block in a row of a split."""
        return self.report(sums) | {name: None for name, known in self.narrower.items() if by not in known}

    def report(self, sums: Mapping[str, int]) -> dict[str, Any]:
        """The block as it is printed: counts as they are, derived figures from the sums, ratios unrounded."""
        if not self.parts:
            return self._figures(sums)
        return {"total": self._figures(sums)} | {part: self._figures(_of_part(sums, part)) for part in self.parts}

    def base(self, name: str, sums: Mapping[str, int]) -> int:
        """How many one figure rests on; a count rests on itself."""
        found = self.derived.get(name)
        return found.base(sums) if isinstance(found, Derivation) else sums.get(name, 0)

    def bases(self, sums: Mapping[str, int]) -> dict[str, Any]:
        """How many each derived figure of the whole rests on, for those that say so."""
        bases = {name: self.base(name, sums) for name, found in self.derived.items() if isinstance(found, Derivation)}
        return {"total": bases} if self.parts else bases

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


def quotient(
    top: Sequence[str], bottom: Sequence[str], *, less: Sequence[str] = (), base: Counted | None = None
) -> Derivation:
    """(Σ top − Σ less) ÷ Σ bottom; None where the bottom is 0. It rests on the bottom, or on what `base` counts."""

    def read(sums: Mapping[str, int]) -> float | None:
        return ratio(_added(sums, top) - _added(sums, less), _added(sums, bottom))

    return Derivation(read, base or (lambda sums: _added(sums, bottom)), tuple(top), tuple(bottom), tuple(less))


def over(part: str, whole: str, *, rests_on: str = "") -> Derivation:
    """The ratio of two sums. It rests on the whole, or on the count named where that is none."""
    return quotient([part], [whole], base=count_of(rests_on or whole))


def count_of(name: str) -> Counted:
    """Reads one of the sums."""
    return lambda sums: sums.get(name, 0)


def _added(sums: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(sums.get(name, 0) for name in names)


def add_sums(one: Mapping[str, int], other: Mapping[str, int]) -> Sums:
    """Figure by figure."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def months_of(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of all months that the period touches."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + 32 * ONE_DAY).replace(day=1)
