"""The figures above the list of filings: a year, from the cells alone."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from approvals.packages.measures import PACKAGE_MEASURES
from approvals.packages.models.cells import FIGURES
from approvals.packages.querysets import DESK
from portal.core.statistics.read import period
from portal.core.time import today


@dataclass(frozen=True)
class Figures:
    """From the first of January to today; `saved_days` are working days, and may be negative."""

    filed: int
    concluded: int
    with_limit: int
    in_time: int
    saved_days: int

    @property
    def in_time_share(self) -> float | None:
        return self.in_time / self.with_limit if self.with_limit else None


def of_year(user: Any) -> Figures:
    """What the person's departments lead, or everything for centre-wide roles. One query."""
    first = dt.date(today().year, 1, 1)
    filters: dict[str, Any] = {}
    if not user.access.centre_wide:
        filters["department_id"] = sorted(user.access.departments(*DESK))
    found = period(PACKAGE_MEASURES, "package", first, today(), filters=filters, figures=FIGURES)
    sums = next(iter(found.values()), {})
    return Figures(
        filed=sums.get("filed", 0),
        concluded=sums.get("concluded", 0),
        with_limit=sums.get("with_limit", 0),
        in_time=sums.get("in_time", 0),
        saved_days=sums.get("one_by_one_days", 0) - sums.get("together_days", 0),
    )
