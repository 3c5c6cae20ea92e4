"""Reads one figure of an indicator block exactly: its value, and the two sums that its own formula divides.

The block's formula is run over whole numbers that remember a division, so that the numerator and the denominator are
those of the formula itself and no rounding of floats decides a rank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.statistics.blocks import Block, registered_block
from portal.supervision.indicators import ORDER
from portal.supervision.reports.figures import COUNT, DAYS, FIGURES, MINUTES, RATE

DEPARTMENT = "department"
KINDS = {RATE: "share", DAYS: "days", MINUTES: "minutes", COUNT: "count"}


@dataclass(frozen=True)
class Quotient:
    """A division that was not carried out."""

    part: int
    whole: int


class Whole(int):
    """A whole number whose division is kept as a `Quotient`; what is added to it or taken off stays such a number."""

    def __add__(self, other: int) -> "Whole":
        return Whole(int(self) + int(other))

    __radd__ = __add__

    def __sub__(self, other: int) -> "Whole":
        return Whole(int(self) - int(other))

    def __rsub__(self, other: int) -> "Whole":
        return Whole(int(other) - int(self))

    def __truediv__(self, other: int) -> Any:
        return Quotient(int(self), int(other))

    def __rtruediv__(self, other: int) -> Any:
        return Quotient(int(other), int(self))


@dataclass(frozen=True)
class Reading:
    """One figure of one department: `denominator` is None for a count, `sample` what a minimum is compared with."""

    numerator: int
    denominator: int | None
    sample: int | None

    @property
    def value(self) -> Fraction | None:
        """The exact figure; None where there is nothing to divide by."""
        if self.denominator is None:
            return Fraction(self.numerator)
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def read_figure(block: Block, figure: str, sample: str, sums: Mapping[str, int]) -> Reading:
    """The figure as the block derives it. `sample` names the sum that a minimum is about; "" is the denominator."""
    wholes = {name: Whole(value) for name, value in sums.items()}
    derived = block.derived.get(figure)
    found: Any = derived(wholes) if derived else wholes.get(figure, Whole(0))
    if isinstance(found, Quotient):
        part, whole = found.part, found.whole
        return Reading(part, whole, int(sums.get(sample, 0)) if sample else whole)
    if found is None:  # the formula met a denominator of nothing
        return Reading(0, 0, int(sums.get(sample, 0)) if sample else 0)
    return Reading(int(found), None, int(sums.get(sample, 0)) if sample else None)


def problem_with(block_name: str, figure: str) -> str | Promise:
    """Why this figure cannot be an indicator, in a sentence; "" where it can."""
    block = registered_block(block_name)
    if block is None or figure not in block.order:
        return _("There is no such figure. Please choose one of the list.")
    if block.parts or DEPARTMENT not in block.dimensions:
        return _("This figure is not counted by department. Please choose another one.")
    return ""


def problem_with_sample(block_name: str, sample: str) -> str | Promise:
    """Why this sum cannot be the sample, in a sentence; "" where it can."""
    block = registered_block(block_name)
    if sample and (block is None or sample not in block.order or sample in block.derived):
        return _("The sample is one of the counts of the same block.")
    return ""


def choices() -> list[tuple[str, str | Promise]]:
    """The figures that can be indicators, with their names, in the order of the blocks."""
    paths = sorted(FIGURES, key=lambda path: ORDER.index(path.split(".")[0]) if path.split(".")[0] in ORDER else 99)
    return [
        (path, FIGURES[path].label) for path in paths if path.count(".") == 1 and not problem_with(*path.split("."))
    ]


def sample_choices() -> list[tuple[str, str | Promise]]:
    """The counts that a minimum can be about."""
    return [(path, label) for path, label in choices() if not problem_with_sample(*path.split("."))]


def unit_of(block_name: str, figure: str) -> str:
    """share, days, minutes or count: how the figure is written."""
    known = FIGURES.get(f"{block_name}.{figure}")
    if known is not None:
        return KINDS.get(known.kind, "count")
    return "share" if figure.endswith(("_rate", "_share", "_compression")) else "count"
