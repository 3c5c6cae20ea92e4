"""The figures of the open page: live ones, the questions people ask most with their answers, and the course by month.

Everything is read from the cells, by day, in one statement for all kinds of record: today, the month, the year, the twelve
months of the answers and the months of the charts are sums of the same days, and equal the indicators of those days.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from approvals.cases.measures import APPROVALS, CASE_MEASURES
from hall.queue.measures import TICKET_MEASURES as QUEUE_MEASURES
from hall.queue.measures import WAIT
from hall.ratings.measures import RATING_MEASURES
from hotline.measures import TICKET_MEASURES
from portal.core.statistics import SMALLEST, Question, asked_together, period, standing
from portal.core.statistics.blocks import months_of
from portal.core.statistics.read import DAY, Sums
from portal.core.time import today
from portal.supervision.freshness import Freshness, freshness
from portal.supervision.periods import ONE_DAY, month_start
from procurement.measures import DEAL_MEASURES

MONTHS = 12  # complete months of the charts; the running one stands behind them

CASES = (
    "received", "concluded", "early", "on_due_day", "overdue", "actual_days", "with_actual_days", "promised_days",
    "with_promised_days", "online_concluded",
)  # fmt: skip
RATED = ("given", "satisfied", "rectification_due", "rectified_in_time")
TICKETS = ("recorded", "due", "on_time", "judged", "satisfied")
HALL = ("tickets", "served", *WAIT.columns)
DEALS = ("deals", "deal_fen", "base_fen", "savings_fen")


@dataclass(frozen=True)
class Counted:
    """The sums of one kind of record: of today, of the month and the year so far, of the twelve months, of each month."""

    today: Sums
    month: Sums
    year: Sums
    twelve: Sums
    months: Mapping[dt.date, Sums]


def counted(days: Mapping[dt.date, Sums], names: tuple[str, ...], day: dt.date) -> Counted:
    """All sums from the figures by day: what is kept for the page is small, however many days there are."""

    def between(first: dt.date, last: dt.date) -> Sums:
        return _added((row for on, row in days.items() if first <= on <= last), names)

    months: dict[dt.date, list[Sums]] = {}
    for on, row in days.items():
        months.setdefault(on.replace(day=1), []).append(row)
    return Counted(
        today=between(day, day),
        month=between(day.replace(day=1), day),
        year=between(day.replace(month=1, day=1), day),
        twelve=between(*twelve_months(day)),
        months={month: _added(rows, names) for month, rows in months.items()},
    )


def _added(rows: Iterable[Sums], names: tuple[str, ...]) -> Sums:
    total = dict.fromkeys(names, 0)
    for row in rows:
        for name in names:
            total[name] += row[name]
    return total


@dataclass(frozen=True)
class Figures:
    """All that the page counts. `first` to `last` are the twelve months of the answers, up to yesterday."""

    day: dt.date
    freshness: Freshness
    cases: Counted
    ratings: Counted
    hotline: Counted
    hall: Counted
    deals: Counted
    open: Sums = field(default_factory=dict)  # at the end of yesterday

    @property
    def first(self) -> dt.date:
        return twelve_months(self.day)[0]

    @property
    def last(self) -> dt.date:
        return twelve_months(self.day)[1]

    @property
    def months(self) -> list[dt.date]:
        return list(months_of(month_start(self.day, MONTHS), self.day))


def twelve_months(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the twelve months up to the day before."""
    last = day - ONE_DAY
    return year_before(last) + ONE_DAY, last


def year_before(day: dt.date) -> dt.date:
    """The same day a year earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def read_figures() -> Figures:
    """One query over all cells, and those of the freshness, however large the city."""
    day = today()
    first = min(month_start(day, MONTHS), day.replace(month=1, day=1))
    fresh = freshness()  # first: what is said to be counted has been counted before
    kinds = (
        ("cases", CASE_MEASURES, SMALLEST, CASES), ("ratings", RATING_MEASURES, "item", RATED),
        ("hotline", TICKET_MEASURES, "category", TICKETS), ("hall", QUEUE_MEASURES, "queue", HALL),
        ("deals", DEAL_MEASURES, "category", DEALS),
    )  # fmt: skip
    yesterday, balances = day - ONE_DAY, ("open", "open_overdue")
    daily = [Question(measures, cuboid, first, day, names, DAY) for _kind, measures, cuboid, names in kinds]
    with asked_together([*daily, Question(CASE_MEASURES, SMALLEST, None, yesterday, balances)]):
        days = {
            kind: counted(period(measures, cuboid, first, day, figures=names, by=DAY), names, day)
            for kind, measures, cuboid, names in kinds
        }
        standing_now = standing(CASE_MEASURES, SMALLEST, yesterday, figures=balances)[None]
    return Figures(day=day, freshness=fresh, open=standing_now, **days)


def rate(name: str, sums: Mapping[str, int]) -> float | None:
    """A derived figure of the approvals, as the indicators derive it."""
    found = APPROVALS.derived[name](sums)
    return None if found is None else float(found)
