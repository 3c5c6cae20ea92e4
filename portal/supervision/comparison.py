"""Two periods side by side: each figure now and before, the difference, and by how much of what was before."""

from collections.abc import Mapping
from dataclasses import dataclass

from approvals.cases.figures import FLOWS
from portal.core.statistics import ratio
from portal.core.templatetags.portal import DASH, percent, thousands
from portal.supervision.figures import Based, Quality, from_few, rate_change, share_of, signed, too_few
from portal.supervision.filters import Asked
from portal.supervision.shares import rounded

COUNTS = (
    "received", "accepted", "concluded", "approved", "refused", "early", "on_due_day", "overdue", "returned",
    "not_accepted", "withdrawn", "terminated",
)  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """One row: what is it now, what was it, how far apart; `share` is a dash where there was nothing before."""

    label: str
    now: str
    before: str
    change: str
    share: str
    url: str = ""
    of: str = ""


def count_row(label: str, now: int, before: int, url: str = "", *, least: int) -> Compared:
    """A count: the difference, and its part of what was before; from fewer than `least` the counts and no percentage."""
    difference = now - before
    few = 0 < before < least and difference
    share = from_few(now, before) if few else share_of(now, before)
    change = signed(thousands(abs(difference)), difference)
    return Compared(label, thousands(now), thousands(before), change, share, url)


def rate_row(label: str, now: Based, before: Based, url: str = "", *, least: int) -> Compared:
    """A rate: the difference in percentage points; a dash where one of the two has no denominator.

    What rests on fewer than `least` is told by the two bases.
    """
    change = rate_change(now, before, least)
    return Compared(label, percent(now.value), change.before, change.text, DASH, url)


def amount_row(label: str, now: Based, before: Based, url: str = "", *, least: int) -> Compared:
    """A mean or a length, to one decimal; the difference is that of what is printed, unless it rests on too few."""
    shown, earlier = _tenths(now.value), _tenths(before.value)
    if shown is None or earlier is None:
        return Compared(label, _text(shown), _text(earlier), DASH, DASH, url)
    if min(now.base, before.base) < least:
        return Compared(label, _text(shown), _text(earlier), too_few(now.base, before.base), DASH, url)
    difference = round(shown - earlier, 1)
    share = ratio(difference, earlier)
    return Compared(
        label, _text(shown), _text(earlier), signed(f"{abs(difference):.1f}", difference),
        DASH if share is None else signed(percent(abs(share)), difference), url,
    )  # fmt: skip


def _tenths(value: float | None) -> float | None:
    tenth = rounded(None if value is None else value / 100)
    return None if tenth is None else float(tenth)


def _text(value: float | None) -> str:
    return DASH if value is None else f"{value:.1f}"


def of_cases(asked: Asked, sums: Mapping[str, int], before: Mapping[str, int]) -> list[Compared]:
    """The counts of applications, each with the list behind it."""
    return [
        count_row(
            str(FLOWS[name]), sums.get(name, 0), before.get(name, 0), asked.list_url(name), least=asked.scope.least
        )
        for name in COUNTS
    ]


def of_qualities(rows: list[Quality]) -> list[Compared]:
    """The rates and means of the board, as they stand there."""
    return [Compared(row.label, row.value, row.before, row.change, DASH, row.url, row.of) for row in rows]
