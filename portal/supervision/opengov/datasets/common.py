"""What the datasets share: names by id, whole months, counts too small to be published."""

import calendar
import datetime as dt
from collections.abc import Iterator

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.centre import centre
from portal.core.datasets import Column, Span
from portal.core.statistics.blocks import months_of
from portal.core.time import today
from portal.people.models import Department

CENTRE = lazy(lambda: centre().centre_name, str)()
DEPARTMENT_COLUMNS = (
    Column("department_code", _("Department code"), "text"),
    Column("department", _("Department"), "text"),
)
MONTH_COLUMN = Column(
    "month", _("Month"), "text", note=_("Year and month, such as 2026-10. A month is published when it is over.")
)
HIDDEN_COLUMN = Column(
    "suppressed", _("Counts left out"), "boolean",
    note=_("True where a count of this row was too small to be published; the field is then empty."),
)  # fmt: skip
SMALL = _("Counts of one or two are left out, so that nobody can be recognised; empty does not mean 0.")
WORKING_DAYS = pgettext_lazy("open data unit", "working days")


def department_names() -> dict[int, tuple[str, str]]:
    """Code and name in the reader's language, by id; one query."""
    return {one.pk: (one.code, one.display_name) for one in Department.objects.all()}


NOBODY = ("", "")


def whole_months(span: Span) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last days of the months that the span touches and that are over.

    Never a part of a month: the difference of two periods would give away what is suppressed in each.
    """
    for month in months_of(span.first, span.last):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        if last < today():
            yield month, last


def parts_of_months(span: Span) -> Iterator[tuple[dt.date, dt.date]]:
    """The span cut at the ends of the months, up to today: so that one query reads a month at most."""
    end = min(span.last, today())
    for month in months_of(span.first, end):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        yield max(month, span.first), min(last, end)


class Protected:
    """Leaves out counts that are too small, and what would give them away. `hidden` says whether anything was."""

    def __init__(self, least: int) -> None:
        self._least, self.hidden = least, False

    def count(self, number: int) -> int | None:
        """The count, or None for a small one."""
        if 0 < number < self._least:
            self.hidden = True
            return None
        return number

    def share(self, part: int, whole: int) -> tuple[int | None, int | None]:
        """A part and its whole: the part is left out, too, where it or the rest is small."""
        shown = self.count(whole)
        rest = whole - part
        if shown is None or 0 < part < self._least or 0 < rest < self._least:
            self.hidden = True
            return None, shown
        return part, shown
