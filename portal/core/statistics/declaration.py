"""What an app declares to be counted: facts over its rows, the cuboids they are kept in, histograms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import BaseExpression, Combinable, Value
from django.db.models.functions import Coalesce

from portal.core.db import statistics as database
from portal.core.models.statistics import AbstractCell

ROOT = ""
# Comparisons that a row is spared before its day's facts are worth two aggregates: reading the rows once more costs
# about as much as trying twenty conditions on each of them.
WORTH_A_READING = 20


@dataclass(frozen=True)
class Fact:
    """Adds `value` to the figure `name` on the row's `day`, if `when` holds.

    Facts of one name add up: a balance such as `open` is +1 on the day of acceptance and -1 on the day of the end.
    `when` and `value` read the row itself, or, for a part, also its owner.
    """

    name: str
    day: str
    when: Q = field(default_factory=Q)
    value: int | Combinable = 1


@dataclass(frozen=True)
class Histogram:
    """How many rows have `of` in each bucket: up to and including each edge, and over the last one."""

    name: str
    day: str
    of: str
    edges: tuple[int, ...]
    when: Q = field(default_factory=Q)

    @property
    def columns(self) -> tuple[str, ...]:
        """The figures' names, in the order of the edges; the last one is for what lies over them all."""
        return (*(f"{self.name}_to_{edge}" for edge in self.edges), f"{self.name}_over_{self.edges[-1]}")

    def facts(self) -> Iterator[Fact]:
        """One fact for each bucket."""
        below: int | None = None
        for edge, column in zip(self.edges, self.columns, strict=False):
            bucket = Q(**{f"{self.of}__lte": edge})
            if below is not None:
                bucket &= Q(**{f"{self.of}__gt": below})
            yield Fact(column, self.day, self.when & bucket)
            below = edge
        yield Fact(self.columns[-1], self.day, self.when & Q(**{f"{self.of}__gt": below}))


@dataclass(frozen=True)
class Part:
    """Child rows that count too (the stops of a case). `owner` is their foreign key to the set's model.

    The owner's dimensions are theirs, so they are written only while the owner is watched.
    """

    model: type[models.Model]
    owner: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Cuboid:
    """One table of cells: `dims` maps the cell's dimension columns to columns of the set's model."""

    name: str
    cell: type[AbstractCell]
    dims: Mapping[str, str]

    @property
    def key_columns(self) -> tuple[str, ...]:
        return ("day", *self.dims)

    def none_of(self, dim: str) -> int | str:
        """What stands for NULL in a dimension."""
        return 0 if isinstance(self.cell._meta.get_field(dim), models.IntegerField) else ""


@dataclass(frozen=True)
class Group:
    """Facts of one source (the model or one part) that share a day column: one aggregate counts them all."""

    model: type[models.Model]
    owner: str  # "" for the set's model itself
    day: str
    facts: tuple[Fact, ...]

    @cached_property
    def when(self) -> Q:
        """What every fact of the group asks for: a row without it adds nothing and need not be read.

        An index over the day whose own condition stands word for word among these leads to such rows only.
        """
        first, *others = (conjuncts(fact.when) for fact in self.facts)
        return Q(*(one for one in first if all(one in other for other in others)))

    def rows(self) -> "models.QuerySet[Any]":
        """The rows that can add something."""
        return self.model._default_manager.filter(self.when, **{f"{self.day}__isnull": False}).order_by()

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Figure → aggregate expression over `rows`."""
        known = conjuncts(self.when)
        sums: dict[str, Any] = {}
        for fact in self.facts:
            value = (
                Value(fact.value, output_field=models.BigIntegerField()) if isinstance(fact.value, int) else fact.value
            )
            rest = Q(*(one for one in conjuncts(fact.when) if one not in known))
            one = Coalesce(models.Sum(value, filter=rest or None), 0, output_field=models.BigIntegerField())
            sums[fact.name] = sums[fact.name] + one if fact.name in sums else one
        return sums

    @cached_property
    def aggregates(self) -> "dict[str, models.QuerySet[Any, Any]]":
        """By cuboid, the aggregates of this group as far as they were built: building them takes longer than planning."""
        return {}

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The columns that decide what a row adds, the day aside."""
        names: set[str] = set()
        for fact in self.facts:
            names |= set(mentioned(fact.when)) | set(mentioned(fact.value))
        return tuple(sorted({column_of(self.model, name) for name in names}))

    def path(self, column: str) -> str:
        """A column of the set's model as seen from this source."""
        return f"{self.owner}__{column}" if self.owner else column


class MeasureSet:
    """All that one app counts over one model. Made once, in the app's `measures.py`; registers itself."""

    def __init__(
        self,
        name: str,
        model: type[models.Model],
        *,
        cuboids: Iterable[Cuboid],
        facts: Iterable[Fact],
        histograms: Iterable[Histogram] = (),
        parts: Iterable[Part] = (),
    ) -> None:
        self.name = name
        self.model = model
        self.cuboids = {cuboid.name: cuboid for cuboid in cuboids}
        self.histograms = {histogram.name: histogram for histogram in histograms}
        own = (*facts, *(fact for histogram in self.histograms.values() for fact in histogram.facts()))
        parts = tuple(parts)
        self.groups = (
            *_groups(model, ROOT, own),
            *(group for part in parts for group in _groups(part.model, part.owner, part.facts)),
        )
        self.figures = tuple(dict.fromkeys(fact.name for group in self.groups for fact in group.facts))
        self._check()
        _sets[name] = self

    @cached_property
    def finer(self) -> dict[str, frozenset[str]]:
        """By cuboid, the cuboids that have all its dimensions and more: its cells can be added up from theirs."""
        return {
            cuboid.name: frozenset(
                other.name for other in self.cuboids.values() if cuboid.dims.items() < other.dims.items()
            )
            for cuboid in self.cuboids.values()
        }

    def __repr__(self) -> str:
        return f"<MeasureSet {self.name}>"

    def smallest(self, dims: Iterable[str]) -> Cuboid:
        """The cuboid with the fewest dimensions that has these: it has the fewest cells. Raises LookupError."""
        wanted = set(dims)
        fitting = [cuboid for cuboid in self.cuboids.values() if wanted <= set(cuboid.dims)]
        if not fitting:
            raise LookupError(f"no cuboid of {self.name} has {', '.join(sorted(wanted))}")
        return min(fitting, key=lambda cuboid: len(cuboid.dims))

    def _check(self) -> None:
        """Raise ValueError when the cells cannot hold what is declared."""
        if _sets.get(self.name) not in (None, self) and _sets[self.name].model is not self.model:
            raise ValueError(f"two measure sets are called {self.name}")
        for cuboid in self.cuboids.values():
            columns = {column.name for column in cuboid.cell._meta.local_concrete_fields}
            missing = (set(self.figures) | set(cuboid.key_columns)) - columns
            if missing:
                raise ValueError(f"{cuboid.cell.__name__} has no column for {', '.join(sorted(missing))}")
            unique = [
                set(rule.fields)
                for rule in cuboid.cell._meta.constraints
                if isinstance(rule, models.UniqueConstraint) and rule.condition is None
            ]
            if set(cuboid.key_columns) not in unique:
                raise ValueError(f"{cuboid.cell.__name__} needs a unique constraint over {cuboid.key_columns}")


_sets: dict[str, MeasureSet] = {}


def measure_sets() -> dict[str, MeasureSet]:
    """Every declared set by its name."""
    return dict(_sets)


def leave_room(**_signal: Any) -> None:
    """After the tables are made: room in those of the cells, which are changed where they stand."""
    database.leave_room(cuboid.cell for measures in _sets.values() for cuboid in measures.cuboids.values())


def conjuncts(condition: Q) -> list[Any]:
    """The parts of a condition that must all hold; none of an empty one."""
    if condition.negated or (condition.connector != Q.AND and len(condition.children) > 1):
        return [condition]
    parts: list[Any] = []
    for child in condition.children:
        parts += conjuncts(child) if isinstance(child, Q) else [child]
    return parts


def mentioned(expression: Any) -> Iterator[str]:
    """The column paths that a condition or value reads, lookups still attached."""
    if isinstance(expression, Q):
        for child in expression.children:
            if isinstance(child, tuple):
                yield child[0]
                yield from mentioned(child[1])
            else:
                yield from mentioned(child)
    elif isinstance(expression, F):
        yield str(getattr(expression, "name"))  # noqa: B009 - the stubs do not know it
    elif isinstance(expression, BaseExpression):
        for source in expression.get_source_expressions():
            yield from mentioned(source)


def column_of(model: type[models.Model], path: str) -> str:
    """`decided_on__gt` → `decided_on`: the longest beginning of the path that names a column."""
    options: Any = model._meta
    taken: list[str] = []
    for step in path.split("__"):
        try:
            column = options.get_field(step if step != "pk" else options.pk.name)
        except FieldDoesNotExist:
            break
        taken.append(step)
        if not column.is_relation or step == getattr(column, "attname", ""):
            break
        options = column.related_model._meta
    if not taken:
        raise ValueError(f"{model.__name__} has no column {path}")
    return "__".join(taken)


def _groups(model: type[models.Model], owner: str, facts: Iterable[Fact]) -> Iterator[Group]:
    by_day: dict[str, list[Fact]] = {}
    for fact in facts:
        by_day.setdefault(fact.day, []).append(fact)
    for day, together in by_day.items():
        for some in _apart(together):
            yield Group(model, owner, day, tuple(some))


def _apart(facts: list[Fact]) -> list[list[Fact]]:
    """These facts in one list, or in two where many of them ask for the same.

    What all facts of a group ask for is tried once for each row instead of once for each fact: three dozen figures
    over the decided promise cases, counted apart, take two thirds of the time.
    """
    conditions = [conjuncts(fact.when) for fact in facts]
    best, spared = facts, 0
    for one in _different(condition for every in conditions for condition in every):
        some = [fact for fact, every in zip(facts, conditions, strict=True) if one in every]
        shared = len(conjuncts(Group(models.Model, ROOT, "", tuple(some)).when))
        if len(some) < len(facts) and shared * (len(some) - 1) > spared:
            best, spared = some, shared * (len(some) - 1)
    if spared < WORTH_A_READING:
        return [facts]
    return [[fact for fact in facts if fact not in best], best]


def _different(conditions: Iterable[Any]) -> list[Any]:
    """Each of them once; they may be unhashable."""
    found: list[Any] = []
    for condition in conditions:
        if condition not in found:
            found.append(condition)
    return found
