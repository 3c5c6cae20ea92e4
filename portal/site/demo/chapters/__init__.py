"""Chapters of the demo city: what each app adds to the people and the cases that stand already.

A module in this folder may have `found(city)`, called when people and catalogue stand and before the first case is
filed, `live(city)`, called when the year of cases has been lived, and `counted(city)`, called when the statistics
stand, in the order of `ORDER` (0 when it names none).
Chapters use the app's own actions under `driven_clock`, so that what they leave is what the portal itself would write.
"""

import datetime as dt
import importlib
import pkgutil
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from portal.site.demo.people import People
from portal.site.demo.story import Stage


@dataclass(frozen=True)
class City:
    """What chapters build on. `first` is the first day of the history, `end` the moment at which it stops."""

    stage: Stage
    people: People
    first: dt.date
    end: dt.datetime
    small: bool
    seed: int
    say: Callable[[str], None]

    def chance(self, chapter: str) -> random.Random:
        """A chapter's own dice: what one draws does not change what the next one draws."""
        return random.Random(f"{self.seed}:{chapter}")  # noqa: S311 - a city is drawn, no secret


def found_all(city: City) -> None:
    _run("found", city)


def live_all(city: City) -> None:
    _run("live", city)


def counted_all(city: City) -> None:
    _run("counted", city)


def _run(step: str, city: City) -> None:
    for chapter in chapters():
        tell = getattr(chapter, step, None)
        if tell is not None:
            tell(city)


def chapters() -> Iterator[ModuleType]:
    """The chapters in order."""
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    yield from sorted(modules, key=lambda module: (getattr(module, "ORDER", 0), module.__name__))
