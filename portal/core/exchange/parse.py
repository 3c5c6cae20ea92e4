"""How the text of one cell becomes a value: each function says in a plain sentence what is wrong with it."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)

Parse = Callable[[str, ZoneInfo], Any]


class BadCell(Exception):
    """One cell that cannot be read; `message` is the sentence for the person who mends the file."""

    def __init__(self, message: str | Promise, **params: Any) -> None:
        super().__init__(message)
        self.message, self.params = message, params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


def text(max_length: int) -> Parse:
    """Text of at most `max_length` characters."""

    def parse(cell: str, zone: ZoneInfo) -> str:
        if len(cell) > max_length:
            raise BadCell(_("This is longer than %(limit)s characters."), limit=max_length)
        return cell

    return parse


def whole(least: int = 0, most: int = 1_000_000_000) -> Parse:
    """A whole number from `least` to `most`."""

    def parse(cell: str, zone: ZoneInfo) -> int:
        if not _WHOLE.fullmatch(cell):
            raise BadCell(_("“%(cell)s” is not a whole number."), cell=cell[:40])
        value = int(cell)
        if not least <= value <= most:
            raise BadCell(_("%(value)s is not between %(least)s and %(most)s."), value=value, least=least, most=most)
        return value

    return parse


def decimal(least: float, most: float) -> Parse:
    """A number with a decimal point, for coordinates."""

    def parse(cell: str, zone: ZoneInfo) -> float:
        if not _DECIMAL.fullmatch(cell):
            raise BadCell(_("“%(cell)s” is not a number."), cell=cell[:40])
        value = float(cell)
        if not least <= value <= most:
            raise BadCell(_("%(value)s is not between %(least)s and %(most)s."), value=cell, least=least, most=most)
        return value

    return parse


def flag(cell: str, zone: ZoneInfo) -> bool:
    """0 or 1."""
    if cell not in ("0", "1"):
        raise BadCell(_("“%(cell)s” is neither 0 nor 1."), cell=cell[:40])
    return cell == "1"


def choice(values: Iterable[str]) -> Parse:
    """One of a few words."""
    allowed = tuple(values)
    known = frozenset(allowed)

    def parse(cell: str, zone: ZoneInfo) -> str:
        if cell not in known:
            raise BadCell(_("“%(cell)s” is none of: %(words)s."), cell=cell[:40], words=", ".join(allowed))
        return cell

    return parse


def moment(cell: str, zone: ZoneInfo) -> dt.datetime:
    """An ISO 8601 time, given back in `zone`; one without an offset is in `zone` already."""
    try:
        value = dt.datetime.fromisoformat(cell)
    except ValueError:
        raise BadCell(_("“%(cell)s” is not a time like 2024-09-27T09:30:00+08:00."), cell=cell[:40]) from None
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise _bad_year(cell)
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def day(cell: str, zone: ZoneInfo) -> dt.date:
    """An ISO 8601 date; of a time, its date in `zone`."""
    if len(cell) > 10:
        return moment(cell, zone).date()
    try:
        value = dt.date.fromisoformat(cell)
    except ValueError:
        raise BadCell(_("“%(cell)s” is not a date like 2024-09-27."), cell=cell[:40]) from None
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise _bad_year(cell)
    return value


def day_ranges(cell: str, zone: ZoneInfo) -> list[tuple[dt.date, dt.date | None]]:
    """`from/to;from/to` in dates, in order and apart from each other; the last one may be open (`from/`)."""
    ranges: list[tuple[dt.date, dt.date | None]] = []
    for part in cell.split(";"):
        start, slash, end = part.strip().partition("/")
        if not start or not slash:
            raise BadCell(_("“%(cell)s” is not written as from/to, with dates."), cell=part[:40])
        if ranges and ranges[-1][1] is None:
            raise BadCell(_("Only the last suspension may be open."))
        first, last = day(start.strip(), zone), day(end.strip(), zone) if end.strip() else None
        if last is not None and last < first:
            raise BadCell(_("The suspension “%(cell)s” ends before it begins."), cell=part[:40])
        previous = ranges[-1][1] if ranges else None
        if previous is not None and first < previous:
            raise BadCell(_("The suspensions overlap at %(day)s."), day=first.isoformat())
        ranges.append((first, last))
    return ranges


def _bad_year(cell: str) -> BadCell:
    return BadCell(
        _("“%(cell)s” is not between the years %(least)s and %(most)s."),
        cell=cell[:40],
        least=EARLIEST_YEAR,
        most=LATEST_YEAR,
    )
