"""How a figure and its change are written: the same number wherever it stands, in the reader's language."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core.money import FEN_PER_WAN, FEN_PER_YI, format_wan, format_yi
from portal.core.templatetags.portal import in_chinese, money, thousands
from portal.supervision.figures import too_few
from portal.supervision.reports.figures import (
    COUNT,
    DAYS,
    DAYS_OF_WORK,
    FEN,
    FIGURES,
    MADE_OF,
    MINUTES,
    MINUTES_LONG,
    RATE,
    Figure,
    value_of,
)
from portal.supervision.reports.models import Comparison
from portal.supervision.shares import DASH, TENTH, rounded

Blocks = Mapping[str, Any] | None
Number = int | Decimal
HUNDRED = Decimal(100)
DERIVED = frozenset({RATE, DAYS, MINUTES})
_UNITS = {DAYS: DAYS_OF_WORK, MINUTES: MINUTES_LONG}


def printed(figure: Figure, blocks: Blocks) -> Number | None:
    """The number as it is printed: changes are computed from it, so that a reader who recomputes finds the same.

    A rate is in percent with one decimal; one that is the complement of another is 100 less that one.
    """
    value = value_of(blocks, figure.complement_of or figure.path)
    if value is None:
        return None
    if figure.kind == RATE:
        share = rounded(value)
        return HUNDRED - share if figure.complement_of and share is not None else share
    if figure.kind == DAYS:
        return Decimal(str(value)).quantize(TENTH, ROUND_HALF_UP)
    return int(value)


def written(figure: Figure, blocks: Blocks) -> str:
    """The number with its sign, without a unit of counting; a dash where there is none."""
    number = printed(figure, blocks)
    if number is None:
        return DASH
    if figure.kind == RATE:
        return f"{number}%"
    return amount(int(number)) if figure.kind == FEN else thousands(number)


def amount(fen: int) -> str:
    """As reports write it: 亿元 from a hundred million yuan on, 万元 below, yuan under ten thousand; yuan in English."""
    if not in_chinese() or abs(fen) < FEN_PER_WAN:
        return money(fen)
    return f"{format_yi(fen)}亿元" if abs(fen) >= FEN_PER_YI else f"{format_wan(fen)}万元"


def change(figure: Figure, now: Blocks, then: Blocks, comparison: str, least: int = 1) -> str:
    """How the figure has moved, as it follows a comma; empty where nothing can be said.

    Rates move by percentage points, everything else by percent of the earlier figure; what rested on fewer than `least`
    then is told by both figures, because "up 1850 %" says more than there is, and a rate that rests on so few then or now.
    """
    new, old = printed(figure, now), printed(figure, then)
    if new is None or old is None or comparison == Comparison.NONE:
        return ""
    year = comparison == Comparison.LAST_YEAR
    if new == old:
        return _("the same as in the same period last year") if year else _("the same as in the period before")
    if rests_on_few(figure, now, then, least):
        return _from_few(figure, now, then, year=year)
    if figure.kind == RATE:
        return _points(Decimal(new) - Decimal(old), year)
    if not old:
        return _none_then(year)
    share = (abs(Decimal(new) - Decimal(old)) / Decimal(old) * 100).quantize(TENTH, ROUND_HALF_UP)
    if not share:
        return _("nearly the same as in the same period last year") if year else _("nearly the same as before")
    if new > old:
        text = _("up %(share)s%% on the year before") if year else _("up %(share)s%% on the period before")
    else:
        text = _("down %(share)s%% on the year before") if year else _("down %(share)s%% on the period before")
    return text % {"share": share}


def rests_on_few(figure: Figure, now: Blocks, then: Blocks, least: int) -> bool:
    """Whether too little stands behind the figure for a percentage or for points: then, or for a rate or mean also now.

    A count or an amount of nothing is no small number, but none.
    """
    if figure.kind in DERIVED:
        return any(base is not None and base < least for base in (base_of(figure, now), base_of(figure, then)))
    return 0 < (base_of(figure, then) or 0) < least


def base_of(figure: Figure, blocks: Blocks) -> int | None:
    """On how many the figure rests."""
    if figure.kind in DERIVED:
        return value_of(blocks, f"bases.{figure.path}")
    return value_of(blocks, MADE_OF.get(figure.path, figure.path))


def _from_few(figure: Figure, now: Blocks, then: Blocks, *, year: bool) -> str:
    grown = (printed(figure, now) or 0) > (printed(figure, then) or 0)
    if year:
        text = (
            _("up from %(old)s a year before to %(new)s") if grown else _("down from %(old)s a year before to %(new)s")
        )
    else:
        text = (
            _("up from %(old)s in the period before to %(new)s")
            if grown
            else _("down from %(old)s in the period before to %(new)s")
        )
    return text % {"old": counted(figure, then), "new": counted(figure, now)}


def counted(figure: Figure, blocks: Blocks) -> str:
    """The number with the word of counting that Chinese puts behind it: 2件; a mean with its unit."""
    text = written(figure, blocks)
    if not in_chinese():
        return text
    if figure.kind == COUNT:
        return f"{text}{figure.counter}"
    return f"{text}{_UNITS[figure.kind]}" if figure.kind in _UNITS else text


def _points(moved: Decimal, year: bool) -> str:
    if moved > 0:
        text = _("%(points)s points higher than a year before") if year else _("%(points)s points higher than before")
    else:
        text = _("%(points)s points lower than a year before") if year else _("%(points)s points lower than before")
    return text % {"points": abs(moved)}


def _none_then(year: bool) -> str:
    return _("there was none in the same period last year") if year else _("there was none in the period before")


def moved(figure: Figure, now: Blocks, then: Blocks, least: int = 1) -> str:
    """The change for a table: in points or percent; the difference from few and from nothing; a dash for the unknown."""
    new, old = printed(figure, now), printed(figure, then)
    if new is None or old is None:
        return DASH
    difference = Decimal(new) - Decimal(old)
    if not difference:
        return "0"
    few = rests_on_few(figure, now, then, least)
    if few and figure.kind in DERIVED:
        return too_few(base_of(figure, now) or 0, base_of(figure, then) or 0)
    if figure.kind == RATE:
        return pgettext("report", "%(points)s points") % {"points": _signed(difference, f"{abs(difference)}")}
    if few or not old:
        return _signed(difference, _size(figure, abs(difference)))
    share = (abs(difference) / Decimal(old) * 100).quantize(TENTH, ROUND_HALF_UP)
    return _signed(difference, f"{share}%")


def _signed(difference: Decimal, text: str) -> str:
    """With a plus or a real minus."""
    return f"+{text}" if difference > 0 else f"−{text}"


def _size(figure: Figure, number: Decimal) -> str:
    """A number of the figure's kind, without a unit of counting."""
    if figure.kind == FEN:
        return amount(int(number))
    return f"{number}" if figure.kind == DAYS else thousands(int(number))


def verdict(figure: Figure, now: Blocks, then: Blocks, least: int = 1) -> int:
    """1 better, −1 worse, 0 the same, of no direction or unknown, or a rate or mean that rests on too few."""
    new, old = printed(figure, now), printed(figure, then)
    if new is None or old is None or new == old:
        return 0
    if figure.kind in DERIVED and rests_on_few(figure, now, then, least):
        return 0
    return figure.better * (1 if new > old else -1)


def number(path: str, blocks: Blocks) -> Number | None:
    """The printed number of a figure by its path."""
    return printed(FIGURES[path], blocks)
