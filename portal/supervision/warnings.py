"""Cases that need somebody now: the lamps' counts, and the most urgent ones. Reads open cases only, by their index."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from approvals.cases.figures import BALANCES, balance_condition
from approvals.cases.lights import Light, light_of
from approvals.cases.models import Case
from portal.core.calendar import workdays, workdays_of
from portal.core.time import today
from portal.supervision.actions import Reminded
from portal.supervision.filters import Scope
from portal.supervision.models import Reminder

SHOWN = 12
LAMPS = (("due_soon", "amber"), ("open_overdue", "red"), ("stop_overrun", "amber"), ("unanswered", "red"))


@dataclass(frozen=True)
class Lamp:
    """How many cases a warning holds now."""

    code: str
    label: str
    tone: str
    count: int
    url: str
    note: str


@dataclass(frozen=True)
class Warned:
    """A case that is late or has little time left, and how often its unit was reminded."""

    case: Case
    light: Light
    reminded: Reminded | None


def _in(scope: Scope) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(ended_on__isnull=True)
    for column, value in scope.cells.items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    return rows


@dataclass(frozen=True)
class Now:
    """What is open at this moment, how much of it is stopped, and the warnings."""

    open: int
    stopped: int
    lamps: list[Lamp]


def read_now(scope: Scope) -> Now:
    """One query over the open cases: their number follows the work in hand, not the years gone by."""
    day = today()
    codes = ("open", "open_stopped", *(code for code, _tone in LAMPS))
    counts = _in(scope).aggregate(**{code: Count("pk", filter=balance_condition(code, day)) for code in codes})
    notes = {
        "due_soon": _("a fifth of the time or less is left"),
        "open_overdue": _("open and past the promised day"),
        "stop_overrun": _("a special procedure takes longer than announced"),
        "unanswered": _("neither accepted, refused nor asked to supplement"),
    }
    lamps = [
        Lamp(code, str(BALANCES[code]), tone, counts[code], scope.list_url(code, day, day), notes[code])
        for code, tone in LAMPS
    ]
    return Now(counts["open"], counts["open_stopped"], lamps)


def urgent(scope: Scope, day: dt.date) -> list[Warned]:
    """Overdue first, then what has little time left, with their reminders; never more than fit the page. One query."""
    # Amber comes before red. The open cases are named once, by `_in`: named twice, the planner takes them for few.
    rows = _in(scope).filter(Q(amber_on__lte=day) | Q(overdue_from_on__lte=day), accepted_on__lte=day)
    order = F("overdue_from_on").asc(nulls_last=True)
    sent = Reminder.objects.filter(case=OuterRef("pk")).order_by().values("case")
    rows = rows.annotate(
        times=Subquery(sent.annotate(n=Count("pk")).values("n")),
        last_on=Subquery(sent.annotate(n=Max("reminded_on")).values("n")),
    )
    found: list[Any] = list(rows.select_related("item", "department", "staff").order_by(order, "pk")[:SHOWN])
    index = workdays() if scope.calendar is None else workdays_of(scope.calendar)
    return [
        Warned(case, light_of(case, index, day), Reminded(case.times, case.last_on) if case.times else None)
        for case in found
    ]
