"""Several questions to the cells in one statement: inside `asked_together`, `period` and `standing` know the answers.

A question that was not among them goes to the database as always, so a page is right whatever it has named before;
its test counts the statements.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, TruncMonth

from portal.core.statistics.declaration import Cuboid, MeasureSet
from portal.core.statistics.shared import MONTH

DAY = "day"
SMALLEST = ""  # instead of a cuboid's name: the one with the fewest cells that has every dimension asked for
KEYS = 3  # dimensions that one answer may be split by
Sums = dict[str, int]
Filters = Mapping[str, Any]  # dimension → value or collection of values
By = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Question:
    """What `read.period` takes; without `first` it is the balance at the end of `last`, as `read.standing` gives it."""

    measures: MeasureSet
    cuboid: str
    first: dt.date | None
    last: dt.date
    figures: tuple[str, ...]
    by: By = None
    filters: Filters | None = None

    @property
    def key(self) -> Hashable:
        """Equal for equal questions."""
        narrowed = tuple(
            (dim, tuple(value) if several(value) else value) for dim, value in sorted((self.filters or {}).items())
        )
        return self.measures.name, self.cuboid, self.first, self.last, self.figures, self.by, narrowed

    @property
    def dims(self) -> tuple[str, ...]:
        return (self.by,) if isinstance(self.by, str) else self.by or ()

    @property
    def table(self) -> Cuboid:
        return cuboid_of(self.measures, self.cuboid, self.by, self.filters)

    @property
    def conditions(self) -> Q:
        days = Q(day__lte=self.last) if self.first is None else Q(day__range=(self.first, self.last))
        return conditions(self.filters) & days


_answers: ContextVar[Mapping[Hashable, dict[Any, Sums]]] = ContextVar("answers", default={})  # noqa: B039 - never written


@contextmanager
def asked_together(questions: Iterable[Question]) -> Iterator[None]:
    """Ask all of them now, those that are not known already; one query. Inside, each is answered without another one."""
    known = _answers.get()
    wanted = {question.key: question for question in questions if question.key not in known}
    token = _answers.set({**known, **dict(zip(wanted, _ask(list(wanted.values())), strict=True))})
    try:
        yield
    finally:
        _answers.reset(token)


def known_answer(question: Question) -> dict[Any, Sums] | None:
    """A copy of the answer, because whoever asks may add to it."""
    known = _answers.get()
    found = known.get(question.key) if known else None
    return None if found is None else {key: dict(sums) for key, sums in found.items()}


def _ask(questions: list[Question]) -> list[dict[Any, Sums]]:
    answers: list[dict[Any, Sums]] = [
        {None: dict.fromkeys(one.figures, 0)} if one.by is None else {} for one in questions
    ]
    width = max((len(one.figures) for one in questions), default=0)
    parts = [_part(number, one, width) for number, one in enumerate(questions)]
    for number, *row in parts[0].union(*parts[1:], all=True) if parts else ():
        one = questions[number]
        dims = tuple(_value(one.table, dim, text) for dim, text in zip(one.dims, row, strict=False))
        key = None if one.by is None else dims[0] if isinstance(one.by, str) else dims
        sums = row[KEYS : KEYS + len(one.figures)]
        answers[number][key] = {name: int(value) for name, value in zip(one.figures, sums, strict=True)}
    return answers


def _part(number: int, one: Question, width: int) -> "QuerySet[Any]":
    """The number of the question, its dimensions as texts, and as many figures as the widest has."""
    whole = BigIntegerField()
    sums: dict[str, Any] = {
        f"x_{place}": Coalesce(Sum(name), 0, output_field=whole) for place, name in enumerate(one.figures)
    }
    sums |= {f"x_{place}": Value(0, whole) for place in range(len(one.figures), width)}
    keys: dict[str, Any] = {f"x_key{place}": Value("", CharField()) for place in range(KEYS)}
    for place, dim in enumerate(one.dims):
        keys[f"x_key{place}"] = Cast(TruncMonth(DAY) if dim == MONTH else F(dim), CharField())
    rows: Any = one.table.cell._default_manager.filter(one.conditions).order_by()
    keyed = rows.annotate(x_part=Value(number, IntegerField()), **keys)
    found: QuerySet[Any] = keyed.values_list("x_part", *keys).annotate(**sums)
    return found


def _value(table: Cuboid, dim: str, text: str) -> Any:
    if dim in (DAY, MONTH):
        return dt.date.fromisoformat(text[:10])
    return int(text) if isinstance(table.none_of(dim), int) else text


def cuboid_of(measures: MeasureSet, name: str, by: By, filters: Filters | None) -> Cuboid:
    """The cuboid of this name, or the smallest that can answer."""
    if name != SMALLEST:
        return measures.cuboids[name]
    named = (by,) if isinstance(by, str) else by or ()
    return measures.smallest({*named, *(filters or {})} - {DAY, MONTH})


def conditions(filters: Filters | None) -> Q:
    """Dimension by dimension: this value, or one of these."""
    found = Q()
    for dim, value in (filters or {}).items():
        found &= Q(**{f"{dim}__in" if several(value) else dim: value})
    return found


def several(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)
