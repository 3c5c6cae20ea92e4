"""Open data of the hall and the hotline: waiting times, ratings, tickets; and the red and blue board."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.board.models import Board, BoardRow
from hall.board.querysets import PUBLIC_KINDS
from hall.queue.measures import TICKET_MEASURES as QUEUE_MEASURES
from hall.queue.measures import WAIT, minutes_at
from hall.queue.models import Queue
from hall.ratings.measures import RATING_MEASURES
from hotline.measures import TICKET_MEASURES
from hotline.models import Category
from portal.core.datasets import Column, Dataset, Span, Value, register_dataset
from portal.core.statistics import period
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums
from portal.supervision.opengov.datasets.common import (
    CENTRE,
    DEPARTMENT_COLUMNS,
    HIDDEN_COLUMN,
    MONTH_COLUMN,
    NOBODY,
    SMALL,
    Protected,
    department_names,
    parts_of_months,
    whole_months,
)
from portal.supervision.opengov.rules import smallest_count

Row = tuple[Value, ...]
MINUTES = pgettext_lazy("unit", "minutes")
BATCH = 500


# --- ratings --------------------------------------------------------------------------------------------------------------


def ratings(span: Span) -> Iterator[Row]:
    """One row for each month and department that was rated; one query a month."""
    names, least = department_names(), smallest_count()
    figures = ("given", "satisfied", "rectification_due", "rectified_in_time")
    for month, last in whole_months(span):
        sums = period(RATING_MEASURES, "item", month, last, figures=figures, by="department_id")
        for pk, row in sorted(sums.items(), key=lambda found: names.get(found[0], NOBODY)):
            if any(row.values()):
                keep = Protected(least)
                satisfied, given = keep.share(row["satisfied"], row["given"])
                in_time, due = keep.share(row["rectified_in_time"], row["rectification_due"])
                yield (f"{month:%Y-%m}", *names.get(pk, NOBODY), given, satisfied, due, in_time, keep.hidden)


RATINGS = Dataset(
    code="ratings-monthly",
    title=_("Ratings by month and department"),
    about=_("How many people rated a department and how many were satisfied; defaults and excluded ratings are left out."),
    publisher=CENTRE,
    columns=(
        MONTH_COLUMN,
        *DEPARTMENT_COLUMNS,
        Column("given", _("Ratings given"), "integer", note=SMALL),
        Column("satisfied", pgettext_lazy("open data", "Satisfied"), "integer", note=_("Grade 3 to 5 of 5.")),
        Column("rectification_due", _("Bad ratings due to be put right"), "integer"),
        Column("rectified_in_time", pgettext_lazy("open data", "Put right in time"), "integer"),
        HIDDEN_COLUMN,
    ),
    rows=ratings,
    cycle="monthly",
    order=50,
)  # fmt: skip


# --- hotline --------------------------------------------------------------------------------------------------------------


def hotline(span: Span) -> Iterator[Row]:
    """One row for each month, department and main category with tickets; one query a month."""
    names, least = department_names(), smallest_count()
    categories = main_categories()
    figures = ("recorded", "direct", "due", "on_time", "asked", "resolved", "judged", "satisfied")
    for month, last in whole_months(span):
        sums = period(TICKET_MEASURES, "category", month, last, figures=figures, by=("department_id", "category_id"))
        added: dict[tuple[tuple[str, str], tuple[str, str]], Sums] = {}
        for (pk, key), row in sums.items():
            place = names.get(pk, NOBODY), categories.get(key, NOBODY)
            added[place] = add_sums(added.get(place, {}), row)
        for (department, category), row in sorted(added.items()):
            if not any(row.values()):
                continue
            keep = Protected(least)
            direct, recorded = keep.share(row["direct"], row["recorded"])
            on_time, due = keep.share(row["on_time"], row["due"])
            resolved, asked = keep.share(row["resolved"], row["asked"])
            satisfied, judged = keep.share(row["satisfied"], row["judged"])
            yield (
                f"{month:%Y-%m}", *_or_none(department), *_or_none(category), recorded, direct,
                due, on_time, asked, resolved, judged, satisfied, keep.hidden,
            )  # fmt: skip


def main_categories() -> dict[int, tuple[str, str]]:
    """Code and name of the category at the top, by the id of each category below it; one query.

    The finest categories by department and month hold one or two tickets: nearly all of them would be left out.
    """
    known = {one.pk: one for one in Category.objects.all()}
    found = {}
    for pk, one in known.items():
        while one.parent_id in known:
            one = known[one.parent_id]
        found[pk] = one.code, one.display_name
    return found


def _or_none(pair: tuple[str, str]) -> tuple[str | None, str | None]:
    return pair[0] or None, pair[1] or None


HOTLINE = Dataset(
    code="hotline-monthly",
    title=_("12345 hotline by month, department and category"),
    about=_(
        "How many tickets were recorded, answered in time, settled, and how satisfied callers were. No text of a ticket,"
        " nothing about a caller; small counts are left out."
    ),
    publisher=CENTRE,
    columns=(
        MONTH_COLUMN,
        *DEPARTMENT_COLUMNS,
        Column("category_code", _("Category code"), "text", note=_("Of the main category.")),
        Column("category", pgettext_lazy("open data", "Category"), "text"),
        Column("recorded", pgettext_lazy("open data", "Tickets recorded"), "integer", note=SMALL),
        Column("direct", _("Answered at once"), "integer"),
        Column("due", _("Due to be answered"), "integer"),
        Column("on_time", _("Answered in time"), "integer", note=_("On-time rate = on_time ÷ due, summed first.")),
        Column("asked", _("Callers asked whether it is settled"), "integer"),
        Column("resolved", _("Settled, the caller says"), "integer"),
        Column("judged", _("Callers who judged"), "integer"),
        Column("satisfied", _("Satisfied callers"), "integer"),
        HIDDEN_COLUMN,
    ),
    rows=hotline,
    cycle="monthly",
    order=60,
)  # fmt: skip


# --- waiting --------------------------------------------------------------------------------------------------------------


def waiting(span: Span) -> Iterator[Row]:
    """One row for each day, queue and hour of arrival with people in it; one query a month."""
    queues = {one.pk: one for one in Queue.objects.select_related("hall")}
    figures = ("tickets", "served", "missed", *WAIT.columns)
    for first, last in parts_of_months(span):
        sums = period(QUEUE_MEASURES, "queue", first, last, figures=figures, by=("day", "queue_id", "hour"))
        for (day, pk, hour), row in sorted(sums.items()):
            if (queue := queues.get(pk)) is not None and row["tickets"]:
                yield (
                    day, hour, queue.hall.code, queue.hall.display_name, queue.prefix, queue.display_name,
                    row["tickets"], row["served"], row["missed"], minutes_at(WAIT, 0.5, row),
                    minutes_at(WAIT, 0.9, row),
                )  # fmt: skip


WAITING = Dataset(
    code="hall-waiting",
    title=_("Waiting times in the hall"),
    about=_("How many people took a number in each queue and hour, and how long they waited."),
    publisher=CENTRE,
    columns=(
        Column("day", _("Day"), "date"),
        Column("hour", _("Hour of the arrival"), "integer", note=_("9 means from 9:00 to 9:59.")),
        Column("hall_code", _("Hall code"), "text"),
        Column("hall", pgettext_lazy("open data", "Hall"), "text"),
        Column("queue_prefix", _("Letter of the queue"), "text"),
        Column("queue", pgettext_lazy("open data", "Queue"), "text"),
        Column("tickets", pgettext_lazy("open data", "Numbers taken"), "integer"),
        Column("served", _("People served"), "integer"),
        Column("missed", _("Called in vain"), "integer"),
        Column("wait_p50_minutes", _("Half waited at most"), "integer", MINUTES,
               _("Rounded up to the next step of the measurement, so never flattering.")),
        Column("wait_p90_minutes", _("Nine of ten waited at most"), "integer", MINUTES),
    ),
    rows=waiting,
    order=70,
)  # fmt: skip


# --- red and blue board ---------------------------------------------------------------------------------------------------


def board(span: Span) -> Iterator[Row]:
    """The published rows of windows and departments; people stand in no open data."""
    rows = BoardRow.objects.filter(
        board__state="published",
        board__month__range=(span.first.replace(day=1), span.last),
        kind__in=PUBLIC_KINDS,
    ).select_related("board")
    ordered = rows.defer("parts").order_by("board__month", "kind", "rank", "code", "pk")
    for one in ordered.iterator(chunk_size=BATCH):
        yield (
            f"{one.board.month:%Y-%m}", one.board.version, one.kind, one.code, one.display_name, one.total / 100,
            one.sample, one.rank, one.stars, one.side,
        )  # fmt: skip


def board_changed() -> dt.datetime | None:
    found: dt.datetime | None = Board.objects.published().aggregate(at=Max("published_at"))["at"]
    return found


BOARD = Dataset(
    code="red-blue-board",
    title=_("Red and blue board"),
    about=_("How windows and departments did in each month. Of people nothing is published here."),
    publisher=CENTRE,
    columns=(
        Column("month", _("Month"), "text", note=_("Year and month, such as 2026-10.")),
        Column("version", _("Version"), "integer", note=_("2 and more: the board was corrected.")),
        Column("kind", pgettext_lazy("open data", "Kind"), "text", codes={
            code: label for code, label in BoardRow.Kind.choices if code in PUBLIC_KINDS
        }),
        Column("code", pgettext_lazy("open data", "Code"), "text"),
        Column("name", pgettext_lazy("of a thing", "Name"), "text"),
        Column("points", _("Points"), "number", note=_("Out of 100.")),
        Column("sample", _("Ratings, cases and checks behind it"), "integer"),
        Column("rank", _("Rank"), "integer", note=_("Empty: too few ratings, cases and checks to be ranked.")),
        Column("stars", _("Stars"), "integer"),
        Column("side", pgettext_lazy("red or blue", "Board"), "text", codes=dict(BoardRow.Side.choices)),
    ),
    rows=board,
    changed=board_changed,
    cycle="monthly",
    order=80,
)  # fmt: skip


def register() -> None:
    """Called in `ready()`."""
    for one in (RATINGS, HOTLINE, WAITING, BOARD):
        register_dataset(one)
