"""The thresholds of many days at once: every version of the rules in one query, so that a pass asks the tables once."""

import datetime as dt
from functools import cached_property
from typing import Any

from portal.core.models import DatedRule
from portal.core.rules import RuleMissing
from procurement import screens
from procurement.oversight import rules as book

CODES = tuple(one.code for one in book.OVERSIGHT_RULES)


class Limits:
    """The versions in force on one day: a tender is measured by the rules of the day on which its bids were opened."""

    def __init__(self, versions: dict[str, DatedRule]) -> None:
        self.versions = versions

    def value(self, code: str) -> Any:
        return self.versions[code].value

    def share(self, code: str) -> float:
        return float(self.value(code))

    def whole(self, code: str) -> int:
        return int(self.value(code))

    def screen(self, name: str) -> float | None:
        """The threshold of one figure; None where the present version names none."""
        found = self.value(book.SCREENS).get(name)
        return None if found is None else float(found)

    def begins_on(self, code: str) -> dt.date | None:
        """The day from which the version holds."""
        held = self.versions.get(code)
        return held.valid_from if held else None

    @cached_property
    def _prices(self) -> screens.Limits:
        return screens.Limits(
            close_second=self.share(book.CLOSE_SECOND),
            far_below_second=self.share(book.FAR_SECOND),
            regular_within=self.share(book.REGULAR),
            rejected_share=self.share(book.REJECTED),
            least_items=self.whole(book.EQUAL_ITEMS),
            equal_share=self.share(book.EQUAL_SHARE),
        )

    def for_prices(self) -> screens.Limits:
        """The thresholds that the arithmetic of prices takes."""
        return self._prices


class RuleBook:
    """Every version of the rules of this room and of the bid periods. One query, when it is made."""

    def __init__(self) -> None:
        self._versions: dict[str, list[DatedRule]] = {}
        rows = DatedRule.objects.filter(code__in=CODES) | DatedRule.objects.filter(
            code__startswith="tender.", code__endswith=".bid_days"
        )
        for row in rows.order_by("valid_from"):
            self._versions.setdefault(row.code, []).append(row)
        self._days: dict[dt.date, Limits] = {}

    def on(self, day: dt.date) -> Limits:
        """What holds on the day. Raises RuleMissing where a rule of this room has no version."""
        if day not in self._days:
            found = {code: row for code, rows in self._versions.items() if (row := _held(rows, day))}
            if missing := set(CODES) - found.keys():
                raise RuleMissing(f"no rule {', '.join(sorted(missing))} is in force on {day}")
            self._days[day] = Limits(found)
        return self._days[day]


def _held(rows: list[DatedRule], day: dt.date) -> DatedRule | None:
    return next((row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)), None)
