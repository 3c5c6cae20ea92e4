"""Which figures the hotline gives to the statistics, and how the block "hotline" of the indicators comes out of them.

Every count belongs to the day of its own event; only `due` and `on_time` belong to the day of the due moment, and are
compared as moments. A happening (a dispatch, a return, a redo) counts for the department of its moment; everything
else for the department that the ticket has. `open` is +1 on the day of recording and of a reopening, -1 on the day of
an end. `open_overdue` is +1 on the due day if the ticket outlives it unanswered, -1 on the day of its answer.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from hotline.models import (
    Category,
    Ending,
    LateSpan,
    Mark,
    StepCell,
    StepStreetCell,
    Ticket,
    TicketCell,
    TicketStreetCell,
)
from hotline.models.cells import BALANCES, FLOWS, STEPS
from hotline.models.ticket import HANDLED_LATE, OPEN_ON_DUE_DAY
from portal.core.statistics import Cuboid, Fact, MeasureSet, Part
from portal.core.statistics.blocks import ONE_DAY, Block, Scope, add_sums, months_of, over, register_block
from portal.core.statistics.read import MONTH, Sums, period, standing
from portal.core.statistics.shared import current, remembered
from portal.core.time import now, today

STANDS = ~Q(state="void")
JUDGED = Q(excluded=False)
# Rated in another system, and the call-back has not asked: one matter, one judgement.
RATED_ONLY = Q(satisfied__isnull=True, rated_grade__isnull=False)
CATEGORY_DIMS = {
    "department_id": "department_id", "category_id": "category_id", "channel": "channel", "line": "line",
}  # fmt: skip
STREET_DIMS = {"department_id": "department_id", "street_code": "street_code"}

TICKET_MEASURES = MeasureSet(
    "hotline_tickets",
    Ticket,
    cuboids=[Cuboid("category", TicketCell, CATEGORY_DIMS), Cuboid("street", TicketStreetCell, STREET_DIMS)],
    facts=[
        Fact("recorded", "recorded_on"),
        Fact("open", "recorded_on"),
        Fact("direct", "first_replied_on", Q(direct=True)),
        Fact("due", "first_due_on", STANDS),
        Fact("on_time", "first_due_on", STANDS & Q(first_replied_at__lte=F("first_due_at"))),
        Fact("called_back", "called_back_on"),
        Fact("contacted", "called_back_on", Q(contacted=True)),
        Fact("asked", "called_back_on", JUDGED & Q(asks_resolution=True)),
        Fact("resolved", "called_back_on", JUDGED & Q(asks_resolution=True, resolved=True)),
        Fact("judged", "called_back_on", JUDGED & Q(satisfied__isnull=False)),
        Fact("satisfied", "called_back_on", JUDGED & Q(satisfied=True)),
        Fact("judged", "rated_on", JUDGED & RATED_ONLY),
        Fact("satisfied", "rated_on", JUDGED & RATED_ONLY & Q(rated_grade__gte=3)),
        Fact("excluded", "called_back_on", Q(excluded=True)),
        Fact("open_overdue", "due_on", OPEN_ON_DUE_DAY),
        Fact("open_overdue", "handled_on", HANDLED_LATE, -1),
    ],
    parts=[
        Part(
            Ending,
            "ticket",
            (
                Fact("closed", "ended_on"),
                Fact("open", "ended_on", value=-1),
                Fact("open", "reopened_on"),
            ),
        ),
        Part(LateSpan, "ticket", (Fact("open_overdue", "from_on"), Fact("open_overdue", "to_on", value=-1))),
    ],
)

STEP_MEASURES = MeasureSet(
    "hotline_steps",
    Mark,
    cuboids=[Cuboid("category", StepCell, CATEGORY_DIMS), Cuboid("street", StepStreetCell, STREET_DIMS)],
    facts=[Fact(kind, "on", Q(kind=kind), F("number")) for kind in STEPS],
)

# --by → (cuboid, dimension); `line` and `street` are for our own pages.
DIMENSIONS = {
    "department": ("category", "department_id"),
    "category": ("category", "category_id"),
    "channel": ("category", "channel"),
    "line": ("category", "line"),
    "street": ("street", "street_code"),
    "month": ("category", MONTH),
}


def figures(scope: Scope) -> dict[Any, Sums]:
    """All sums of the block for the scope, by row: three queries, five by month, and those of what is not due yet."""
    cuboid, by = DIMENSIONS[scope.by] if scope.by else ("category", None)
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    if by == MONTH:
        return _by_month(scope, filters)
    rows = _flows(scope, cuboid, by, filters)
    standing_now = standing(TICKET_MEASURES, cuboid, scope.as_of, figures=BALANCES, by=by, filters=filters)
    for key, sums in standing_now.items():
        rows[key] = {**rows.get(key, {}), **sums}
    for key, number in not_due_yet(scope, by, filters).items():
        _take_off(rows, key, "open_overdue", number)
    if by is not None:
        rows = {key: sums for key, sums in rows.items() if any(sums.values())}
    return rows


def _flows(scope: Scope, cuboid: str, by: str | None, filters: Mapping[str, Any]) -> dict[Any, Sums]:
    """What happened in the period; of what is due, only what has passed or was answered before."""
    rows = period(TICKET_MEASURES, cuboid, scope.first, scope.last, figures=FLOWS, by=by, filters=filters)
    steps = period(STEP_MEASURES, cuboid, scope.first, scope.last, by=by, filters=filters)
    for key, sums in steps.items():
        rows[key] = add_sums(rows.get(key, {}), sums)
    _leave_out_the_future(scope, rows, by, filters)
    return rows


def _leave_out_the_future(scope: Scope, rows: dict[Any, Sums], by: str | None, filters: Mapping[str, Any]) -> None:
    """Take off the tickets whose due moment has not passed by the as-of moment and that nobody answered before it."""
    until = as_of_moment(scope.as_of)
    # The last day of balances has only partly passed when it is today; a day that is over has no due moment to come.
    begun = scope.as_of if scope.as_of >= today() else scope.as_of + ONE_DAY
    first = max(scope.first, begun)
    if first > scope.last:
        return
    ahead = Ticket.objects.filter(STANDS, first_due_on__range=(first, scope.last), first_due_at__gt=until)
    ahead = _narrowed(ahead, filters)
    unanswered = ahead.filter(Q(first_replied_at__isnull=True) | Q(first_replied_at__gt=until))
    for key, number in _counted("ahead", scope, unanswered, by).items():
        _take_off(rows, key, "due", number)
    later = unanswered.filter(first_replied_at__lte=F("first_due_at"))  # answered in time, but after the as-of moment
    if scope.as_of < today():
        for key, number in _counted("later", scope, later, by).items():
            _take_off(rows, key, "on_time", number)


def not_due_yet(scope: Scope, by: str | None, filters: Mapping[str, Any]) -> dict[Any, int]:
    """Tickets that are due later today: the balance of the day counts them as overdue already, the moment does not."""
    if scope.as_of < today():
        return {}
    # The condition says nothing new; in these words it leads to the index.
    rows = Ticket.objects.filter(OPEN_ON_DUE_DAY, due_on=scope.as_of, due_at__gt=now(), handled_on__isnull=True)
    return _counted("not due yet", scope, _narrowed(rows, filters), by)


def as_of_moment(as_of: dt.date) -> dt.datetime:
    """The present moment of today; the end of a day that has passed."""
    from hotline.grades import end_of

    return now() if as_of >= today() else end_of(as_of)


def _narrowed(rows: Any, filters: Mapping[str, Any]) -> Any:
    return rows.filter(**{name: value for name, value in filters.items() if not isinstance(value, set)})


def _counted(name: str, scope: Scope, rows: Any, by: str | None) -> dict[Any, int]:
    """The tickets by row; whoever reads several rows together counts by department and day once, and adds up here."""
    key = TruncMonth("first_due_on") if by == MONTH else F(by or "department_id")
    if current() is None or by not in {None, "department_id", MONTH}:
        if by is None:
            return {None: number} if (number := rows.count()) else {}
        found = list(rows.order_by().values_list(key).annotate(n=Count("pk")))
    else:
        groups = remembered(
            (name, scope.first, scope.last, scope.as_of, scope.department_id),
            lambda: list(rows.order_by().values_list("department_id", "first_due_on").annotate(n=Count("pk"))),
        )
        rows_of = {None: lambda _who, _day: None, MONTH: lambda _who, day: day.replace(day=1)}
        named = rows_of.get(by, lambda who, _day: who)
        found = [(named(department, day), n) for department, day, n in groups]
    empty: Any = "" if by in {"channel", "line", "street_code"} else 0
    counted: dict[Any, int] = {}
    for value, n in found:
        row = None if by is None else empty if value is None else value
        counted[row] = counted.get(row, 0) + n
    return counted


def _take_off(rows: dict[Any, Sums], key: Any, figure: str, number: int) -> None:
    if key in rows and figure in rows[key]:
        rows[key][figure] = max(0, rows[key][figure] - number)


def _by_month(scope: Scope, filters: Mapping[str, Any]) -> dict[Any, Sums]:
    """Each month of the period; its balances at its end or at the as-of day, whichever is earlier."""
    flows = _flows(scope, "category", MONTH, filters)
    last = min(scope.last, scope.as_of)
    moved = period(TICKET_MEASURES, "category", scope.first, last, by=MONTH, filters=filters, figures=BALANCES)
    before = min(scope.day_before, scope.as_of)
    balance = standing(TICKET_MEASURES, "category", before, filters=filters, figures=BALANCES)[None]
    ahead = sum(not_due_yet(scope, None, filters).values())
    rows: dict[Any, Sums] = {}
    for month in months_of(scope.first, scope.last):
        balance = add_sums(balance, moved.get(month, {}))
        rows[month] = {**flows.get(month, {}), **balance}
        if (month.year, month.month) >= (scope.as_of.year, scope.as_of.month):
            _take_off(rows, month, "open_overdue", ahead)
    return rows


def reported(scope: Scope) -> dict[Any, Sums]:
    """The same for the indicators, where a category is named by its code."""
    rows = figures(scope)
    if scope.by != "category":
        return rows
    codes = dict(Category.objects.filter(pk__in=[key for key in rows if key]).values_list("pk", "code"))
    return {codes.get(key, ""): sums for key, sums in rows.items()}


HOTLINE = Block(
    "hotline",
    order=(
        "recorded", "direct", "direct_share", "dispatched", "returned", "replied", "closed", "due", "on_time",
        "on_time_rate", "open", "open_overdue", "called_back", "response_rate", "resolution_rate",
        "satisfaction_rate", "return_rate", "redo_rate",
    ),
    derived={
        "direct_share": over("direct", "recorded"),
        "on_time_rate": over("on_time", "due"),
        "response_rate": over("contacted", "called_back"),
        "resolution_rate": over("resolved", "asked"),
        "satisfaction_rate": over("satisfied", "judged"),
        "return_rate": over("returned", "dispatched"),
        "redo_rate": over("redone", "replied"),
    },
    sums=reported,
    dimensions=frozenset({"department", "category", "channel", "month"}),
)  # fmt: skip


def connect() -> None:
    """Called in `ready()`: registers the block of the indicators."""
    register_block(HOTLINE)
