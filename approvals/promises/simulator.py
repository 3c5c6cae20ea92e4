"""The promise simulator: what an item's own history says about a promise of so many working days.

It looks at the decided promise cases of twelve months. The days of a case are its working days from the acceptance to
the decision without the stops, less what it was extended by: an extension moves the due date of a shorter promise too.
Imported cases count, since the portal computes their days by the same calendar. What was withdrawn, returned or ended
otherwise was never decided and says nothing about how long a decision takes; it is left out.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, F, IntegerField, Value
from django.db.models.functions import Cast, Greatest

from approvals.cases.models import Case, Kind
from portal.core.db.dates import MonthOf
from portal.core.statistics.blocks import months_of

DECIDED = ("approved", "refused")


@dataclass(frozen=True)
class History:
    """How many cases of each month took how many working days."""

    first: dt.date
    last: dt.date
    counts: Mapping[tuple[dt.date, int], int]  # (first day of the month, days) → cases

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def months(self) -> list[dt.date]:
        return list(months_of(self.first, self.last))

    def by_days(self) -> dict[int, int]:
        """Days → cases, in order."""
        sums: dict[int, int] = {}
        for (_month, days), count in self.counts.items():
            sums[days] = sums.get(days, 0) + count
        return dict(sorted(sums.items()))

    def shortest(self, share: Fraction) -> int | None:
        """The shortest promise that at least `share` of the cases kept; None without a case."""
        needed, reached = share * self.total, 0
        for days, count in self.by_days().items():
            reached += count
            if reached >= needed:
                return days
        return None

    def late(self, promise: int) -> int:
        """How many cases a promise of so many working days would have made late."""
        return sum(count for (_month, days), count in self.counts.items() if days > promise)

    def late_by_month(self, promise: int) -> dict[dt.date, tuple[int, int]]:
        """Month → (cases that would have been late, all cases), every month of the period."""
        found = {month: [0, 0] for month in self.months}
        for (month, days), count in self.counts.items():
            found[month][0] += count if days > promise else 0
            found[month][1] += count
        return {month: (late, every) for month, (late, every) in found.items()}

    def kept(self, promise: int) -> float | None:
        """The share of the cases that would have kept the promise; None without a case."""
        return (self.total - self.late(promise)) / self.total if self.total else None


def year_until(day: dt.date) -> tuple[dt.date, dt.date]:
    """Twelve calendar months: the month of the day as far as it has come, and the eleven before it."""
    month = day.year * 12 + day.month - 12
    return dt.date(month // 12, month % 12 + 1, 1), day


def history_of(item_id: int, first: dt.date, last: dt.date) -> History:
    """The history of one item; one query over one index (`case_promise_days`)."""
    took = Greatest(Cast(F("elapsed_days"), IntegerField()) - F("extended_days"), Value(0))
    rows = (
        Case.objects.filter(
            item_id=item_id, kind=Kind.PROMISE, outcome__in=DECIDED, decided_on__range=(first, last),
            elapsed_days__isnull=False,
        )
        .annotate(month=MonthOf("decided_on"), took=took)
        .order_by()
        .values_list("month", "took")
        .annotate(cases=Count("*"))
    )  # fmt: skip
    return History(first, last, {(month, int(took)): count for month, took, count in rows})
