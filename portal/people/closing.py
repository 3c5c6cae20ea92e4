"""What is still open in a department or on a person's desk: counted by the floors above, which register here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class OpenWork:
    """One kind of work: how many are open in a department, and how many are on a person's desk."""

    key: str
    label: str | Promise
    of_department: Callable[[int], int]
    of_person: Callable[[int], int]


@dataclass(frozen=True)
class Count:
    """How many of one kind."""

    key: str
    label: str | Promise
    number: int


_kinds: dict[str, OpenWork] = {}


def register_open_work(kind: OpenWork) -> None:
    """Called in the `ready()` of whoever has the work.

    What follows a closing (moving the work to the successor) is a job on the event `department.closed`.
    """
    _kinds[kind.key] = kind


def open_in(department_id: int) -> list[Count]:
    """What is open in the department, without the kinds of which there is nothing."""
    counts = [Count(kind.key, kind.label, kind.of_department(department_id)) for kind in _kinds.values()]
    return [count for count in counts if count.number]


def open_with(user_id: int) -> list[Count]:
    """What is on the person's desk."""
    counts = [Count(kind.key, kind.label, kind.of_person(user_id)) for kind in _kinds.values()]
    return [count for count in counts if count.number]
