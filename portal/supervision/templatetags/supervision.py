"""The head of a column that a ranking can be ordered by."""

from dataclasses import dataclass

from django import template

from portal.core.registries import Text
from portal.supervision.ranking import FEWEST_FIRST, SORTS

register = template.Library()


@dataclass(frozen=True)
class Head:
    """What the column is called, how it is ordered now ("" = not by it), and the order that a click asks for."""

    label: Text
    direction: str
    other: str


@register.simple_tag
def sorting(present: str, code: str) -> Head:
    """The best first; a second click puts the last places on top."""
    best_first = "ascending" if code in FEWEST_FIRST else "descending"
    worst_first = "descending" if code in FEWEST_FIRST else "ascending"
    if present == code:
        return Head(SORTS[code], best_first, f"-{code}")
    return Head(SORTS[code], worst_first if present == f"-{code}" else "", code)
