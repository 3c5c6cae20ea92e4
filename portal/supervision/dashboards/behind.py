"""The rows behind a window's figures: numbers, ratings, shifts and empty posts, by the conditions that count them.

Nobody is named: a number is a number, and who served stands in the hall's own lists for whoever may see them.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.attendance.models.empty_post import EmptyPost
from hall.attendance.models.shift import Shift
from hall.models import Window
from hall.queue.models import Ticket
from hall.ratings.models.rating import Rating
from hall.ratings.querysets import COUNTED
from portal.core.errors import NotFound
from portal.core.time import ZONE, today

Text = str | Promise
Cell = tuple[Text, Callable[[Any], Any]]
DUE = Q(excuse="", counted_on__isnull=False)
NOT_COME = Q(state__in=["missed", "expired"], misses__gt=0)


def _clock(moment: dt.datetime | None) -> str:
    return "—" if moment is None else f"{moment.astimezone(ZONE):%H:%M}"


def _minutes(seconds: int | None) -> str:
    return "—" if seconds is None else f"{seconds / 60:.1f}"


TICKET_COLUMNS: tuple[Cell, ...] = (
    (_("Number"), lambda row: row.number),
    (_("Day"), lambda row: row.day.isoformat()),
    (pgettext_lazy("ticket", "Arrived"), lambda row: _clock(row.arrived_at)),
    (pgettext_lazy("ticket", "Called at"), lambda row: _clock(row.first_called_at)),
    (pgettext_lazy("ticket", "Ended"), lambda row: _clock(row.ended_at)),
    (_("Waited (minutes)"), lambda row: _minutes(row.wait_seconds)),
    (_("Served (minutes)"), lambda row: _minutes(row.service_seconds)),
)
RATING_COLUMNS: tuple[Cell, ...] = (
    (_("Day"), lambda row: row.rated_on.isoformat()),
    (_("Grade"), lambda row: row.get_grade_display()),
    (_("Subject of the rating"), lambda row: row.get_kind_display()),
    (_("Rectified on"), lambda row: row.rectified_on.isoformat() if row.rectified_on else "—"),
)
SHIFT_COLUMNS: tuple[Cell, ...] = (
    (_("Day"), lambda row: row.day.isoformat()),
    (pgettext_lazy("shift", "Planned"), lambda row: f"{_clock(row.starts_at)}–{_clock(row.ends_at)}"),
    (pgettext_lazy("shift", "Came"), lambda row: _clock(row.clocked_in_at)),
    (pgettext_lazy("shift", "Left"), lambda row: _clock(row.clocked_out_at)),
    (_("Late (minutes)"), lambda row: str(row.late_minutes)),
    (_("Left early (minutes)"), lambda row: str(row.early_minutes)),
)
POST_COLUMNS: tuple[Cell, ...] = (
    (_("Day"), lambda row: row.day.isoformat()),
    (_("What was found"), lambda row: row.get_kind_display()),
    (pgettext_lazy("empty post", "From"), lambda row: _clock(row.from_at)),
    (pgettext_lazy("empty post", "To"), lambda row: _clock(row.until_at)),
)


@dataclass(frozen=True)
class Behind:
    """Which rows a figure counts: the model, its window and day columns, the condition, what is shown."""

    label: Text
    model: Any
    window: str
    day: str
    when: Q
    columns: tuple[Cell, ...]


def _tickets(label: Text, when: Q) -> Behind:
    return Behind(label, Ticket, "counted_window", "day", when, TICKET_COLUMNS)


FIGURES: dict[str, Behind] = {
    "called": _tickets(pgettext_lazy("window", "Numbers called"), Q(state="done") | NOT_COME),
    "served": _tickets(pgettext_lazy("window", "Numbers served"), Q(state="done")),
    "missed": _tickets(pgettext_lazy("window", "Called and not come"), NOT_COME),
    "ratings": Behind(_("Ratings given"), Rating, "window", "rated_on", COUNTED, RATING_COLUMNS),
    "bad": Behind(_("Bad ratings"), Rating, "window", "rated_on", COUNTED & Q(grade__lte=2), RATING_COLUMNS),
    "shifts": Behind(_("Shifts due at the post"), Shift, "window", "counted_on", DUE, SHIFT_COLUMNS),
    "unpunctual": Behind(
        _("Late or left early"), Shift, "window", "counted_on", DUE & (Q(late_minutes__gt=0) | Q(early_minutes__gt=0)),
        SHIFT_COLUMNS,
    ),
    "empty_posts": Behind(_("Posts left empty"), EmptyPost, "window", "day", ~Q(state="accepted"), POST_COLUMNS),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A figure of a window and its days."""

    figure: str
    behind: Behind
    first: dt.date
    last: dt.date
    window: Window

    def rows(self) -> "QuerySet[Any]":
        """All rows of the list."""
        behind = self.behind
        conditions = {behind.window: self.window, f"{behind.day}__range": (self.first, self.last)}
        found: QuerySet[Any] = behind.model._default_manager.filter(behind.when, **conditions)
        return found

    def cells(self, row: Any) -> list[tuple[str, Any]]:
        """What the list shows of a row: the column's head and its text."""
        return [(str(label), read(row)) for label, read in self.behind.columns]


def wanted(window: Window, query: Mapping[str, str]) -> Wanted:
    """What the address asks for. Raises NotFound for an unknown figure; dates that are none are today."""
    figure = query.get("figure", "served")
    if figure not in FIGURES:
        raise NotFound()
    first, last = sorted((_day(query.get("from", "")), _day(query.get("to", ""))))
    return Wanted(figure, FIGURES[figure], first, last, window)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
