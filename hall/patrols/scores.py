"""What patrols say for the red and blue board: each finding costs, and one that is not put right in time costs more.

A finding (of a patrol, or of a social supervisor) belongs to its department and to the person named in it; through the
person's duty of that day, to a window.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.models import WindowDuty
from hall.patrols.measures import STANDS
from hall.patrols.models import Finding
from hall.patrols.rules import FOUND_COST, LATE_COST
from hall.ratings.sources import FULL, Deduction, Score, ScoreSource, register_score_source
from portal.core.rules import rules

POINT = 100  # points are kept in hundredths
SHOWN = 50  # deductions that are listed for one subject; the points count all


def patrols(first: dt.date, last: dt.date, kind: str) -> Mapping[int, Score]:
    """Full points less the findings of the days and those that came overdue in them; two queries."""
    days = (first, last)
    rows = list(Finding.objects.filter(STANDS & (Q(found_on__range=days) | _late(days))).order_by("found_on", "pk"))
    late = set(Finding.objects.filter(STANDS & _late(days)).values_list("pk", flat=True))
    windows = _windows(rows) if kind == "window" else {}
    by_subject: dict[int, list[Finding]] = defaultdict(list)
    for one in rows:
        key = {"department": one.department_id, "staff": one.person_id, "window": windows.get(one.pk)}[kind]
        if key is not None:
            by_subject[key].append(one)
    costs = rules((FOUND_COST, LATE_COST), last)
    each, more = POINT * costs[FOUND_COST].days, POINT * costs[LATE_COST].days
    return {key: _score(found, late, days, each, more) for key, found in by_subject.items()}


def _late(days: tuple[dt.date, dt.date]) -> Q:
    """Whose limit fell into the days and passed: sent back and not put right anew counts as well."""
    return Q(due_on__range=days) & (Q(rectified_on__isnull=True) | Q(rectified_on__gt=F("due_on")))


def _score(found: list[Finding], late: set[int], days: tuple[dt.date, dt.date], each: int, more: int) -> Score:
    """A finding costs `each` on its day and `more` on the day of the limit that it missed, in hundredths of a point."""
    told = []
    for one in found:
        path, number = reverse("patrols:finding", args=[one.number]), {"number": one.number}
        if days[0] <= one.found_on <= days[1]:
            told.append(Deduction(one.found_on, _words(one) % number, each, path))
        if one.pk in late:
            told.append(Deduction(one.due_on, _("Not put right in time: %(number)s") % number, more, path))
    return Score(max(0, FULL - sum(one.points for one in told)), len(found), tuple(told[:SHOWN]))


def _words(one: Finding) -> str:
    return (
        _("Finding of a social supervisor: %(number)s")
        if one.origin == "social"
        else _("Finding of a patrol: %(number)s")
    )


def _windows(findings: Iterable[Finding]) -> dict[int, int]:
    """The window at which the named person served on the day of the finding; one query."""
    named = [one for one in findings if one.person_id is not None]
    duties = WindowDuty.objects.filter(posting__user__in={one.person_id for one in named}).order_by("starts_on", "pk")
    rows = list(duties.values_list("posting__user", "window", "starts_on", "ends_on"))
    return {
        one.pk: window
        for one in named
        for user, window, starts, ends in rows
        if user == one.person_id and starts <= one.found_on and (ends is None or one.found_on <= ends)
    }


def connect() -> None:
    """Called in `ready()`."""
    register_score_source(ScoreSource("patrols", gettext_lazy("Patrols"), patrols, order=40))
