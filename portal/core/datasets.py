"""Open datasets: a room says which rows it publishes, with a dictionary of the columns; the roof shows and serves them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

Words = str | Promise
Value = str | int | float | bool | dt.date | dt.datetime | None


@dataclass(frozen=True)
class Column:
    """One column of a dataset: its name in files, its title, its type as the dictionary gives it, its unit if it has one.

    `codes` says what the codes of a text column mean, where it holds codes.
    """

    name: str
    title: Words
    type: str  # text | integer | number | boolean | date | moment
    unit: Words = ""
    note: Words = ""
    codes: Mapping[str, Words] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Span:
    """The days that are asked for, both inclusive."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Dataset:
    """Rows that anybody may have: no personal data, nothing that is not public already.

    `rows` yields tuples in the order of `columns`, as a stream; `whole` datasets (a list as it stands today) ignore the
    span. `changed` says when the rows changed last, or None if nothing is known.
    """

    code: str
    title: Words
    about: Words
    publisher: Words
    columns: Sequence[Column]
    rows: Callable[[Span], Iterable[tuple[Value, ...]]]
    changed: Callable[[], dt.datetime | None] = lambda: None
    whole: bool = False
    cycle: str = "daily"  # how often it changes: live | daily | weekly | monthly | yearly
    order: int = 100


_datasets: dict[str, Dataset] = {}


def register_dataset(dataset: Dataset) -> None:
    """Publish a dataset; called in an app's `ready()`, again with the same code it replaces the first."""
    _datasets[dataset.code] = dataset


def datasets() -> list[Dataset]:
    """All published datasets, in the order of the page."""
    return sorted(_datasets.values(), key=lambda one: (one.order, one.code))


def dataset(code: str) -> Dataset | None:
    return _datasets.get(code)
