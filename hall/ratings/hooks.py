"""What floors above tell about the things that are rated: how many could be, and which item a code is."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from portal.core.errors import type_of_message
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import Sums

Rateable = Callable[[Scope], Mapping[Any, int]]
ItemKeys = Callable[[Sequence[str]], Mapping[str, int]]


@dataclass(frozen=True)
class SubjectFacts:
    """What the app of a subject knows of it: where an imported rating belongs that does not say so itself."""

    department_id: int
    window_id: int | None = None
    staff_id: int | None = None
    item_code: str = ""


Subjects = Callable[[str, Sequence[str]], Mapping[str, SubjectFacts]]

_rateable: dict[str, Rateable] = {}
_item_keys: dict[str, ItemKeys] = {}
_item_names: dict[str, Callable[[Sequence[str]], Mapping[str, str]]] = {}
_subjects: dict[str, Subjects] = {}


def register_rateable(key: str, read: Rateable) -> None:
    """`read(scope)` counts by row what could be rated and is counted upstairs (concluded cases)."""
    _rateable[key] = read


def rateable(scope: Scope) -> list[dict[Any, Sums]]:
    """What every floor above adds to `rateable`."""
    return [{key: {"rateable": count} for key, count in read(scope).items()} for read in _rateable.values()]


def register_item_keys(key: str, read: ItemKeys) -> None:
    """`read(codes)` gives the primary keys by which the indicators name their rows by item."""
    _item_keys[key] = read


def item_keys(codes: Iterable[str]) -> dict[str, int]:
    wanted = sorted(set(codes))
    found: dict[str, int] = {}
    for read in _item_keys.values():
        found.update(read(wanted))
    return found


def register_item_names(key: str, read: Callable[[Sequence[str]], Mapping[str, str]]) -> None:
    """`read(codes)` gives the names of items in the reader's language: one query for a whole page."""
    _item_names[key] = read


def item_names(codes: Iterable[str]) -> dict[str, str]:
    wanted = sorted({code for code in codes if code})
    found: dict[str, str] = {}
    for read in _item_names.values() if wanted else ():
        found.update(read(wanted))
    return found


def register_subjects(kind: str, read: Subjects) -> None:
    """`read(source, ids)` finds the subjects of a kind by their number or by the id that `source` gave them."""
    _subjects[kind] = read


def subjects(kind: str, source: str, ids: Sequence[str]) -> dict[str, SubjectFacts]:
    read = _subjects.get(kind)
    return dict(read(source, ids)) if read and ids else {}


@dataclass(frozen=True)
class Given:
    """What an imported rating says of its subject."""

    grade: int
    rated_on: dt.date


Told = Callable[[str, Mapping[str, "Given | None"]], None]
_told: dict[str, Told] = {}


def register_told(kind: str, hear: Told) -> None:
    """`hear(source, found)` is told, in the transaction of the import, what ratings say of subjects of this kind, named
    as in `register_subjects`; None where a rating no longer speaks of the subject, or was a default."""
    _told[kind] = hear


def tell(kind: str, source: str, found: Mapping[str, Given | None]) -> None:
    hear = _told.get(kind)
    if hear is not None and found:
        hear(source, found)


_public_links: dict[str, type_of_message] = {}


def register_public_link(url_name: str, label: type_of_message) -> None:
    """A way from the public page of satisfaction to a page of a room above (the board)."""
    _public_links[url_name] = label


def public_links() -> list[tuple[type_of_message, str]]:
    return [(label, reverse(url_name)) for url_name, label in _public_links.items()]
