"""Score sources of the red and blue board: each room says how windows, departments and staff did in a month, and why.

A room registers in its `ready()`; the board asks all of them and never imports one.

    register_score_source(ScoreSource("patrols", _("Patrol findings"), read))

`read(first, last, kind)` gives, for the days from `first` to `last`, both included, a `Score` for each subject that the
source knows something about; a subject without data is left out, never given 0 or 100.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

WINDOW, DEPARTMENT, STAFF = "window", "department", "staff"
KINDS = (WINDOW, DEPARTMENT, STAFF)
FULL = 10_000  # a score is counted in hundredths of a point: 10,000 is 100 points


@dataclass(frozen=True)
class Deduction:
    """Why points are missing: a day, a sentence in the centre's language, how many hundredths, and where to look."""

    on: dt.date
    text: str
    points: int
    path: str = ""  # a page of the portal that shows the ground, for those who may see it


@dataclass(frozen=True)
class Score:
    """How a subject did: `points` from 0 to `FULL`, resting on `sample` things (ratings, cases, shifts, checks)."""

    points: int
    sample: int
    deductions: tuple[Deduction, ...] = field(default=())

    def __post_init__(self) -> None:
        if not 0 <= self.points <= FULL:
            raise ValueError(f"a score lies between 0 and {FULL}: {self.points}")
        if self.sample < 1:
            raise ValueError("a score rests on something")


Read = Callable[[dt.date, dt.date, str], Mapping[int, Score]]


@dataclass(frozen=True)
class ScoreSource:
    """One source; `code` is its name in the weights (`satisfaction`, `punctuality`, `attendance`, `patrols`)."""

    code: str
    label: str | Promise
    read: Read
    order: int = 100


_sources: dict[str, ScoreSource] = {}


def register_score_source(source: ScoreSource) -> None:
    """Called in `ready()`; a later source of the same code replaces an earlier one."""
    _sources[source.code] = source


def score_sources() -> list[ScoreSource]:
    return sorted(_sources.values(), key=lambda source: (source.order, source.code))
