"""What attendance says for the red and blue board: of all shifts due, what was missed, late, cut short or left empty.

The share of a shift is what it can cost, so a department of fifty clerks is measured like one of two. Not coming at all
costs the shift, as does a post left empty; coming late or leaving early costs the part of it that a dated rule says. A
shift is paid for once.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.attendance.measures import DUE, SHIFT_MEASURES
from hall.attendance.models import EmptyPost, Shift
from hall.attendance.rules import LATE_COST
from hall.ratings.sources import FULL, Deduction, Score, ScoreSource, register_score_source
from portal.core.rules import rule
from portal.core.statistics import period

COLUMNS = {"window": "window_id", "department": "department_id", "staff": "staff_id"}
SHOWN = 50  # shifts that are listed for one subject; the points count all


def attendance(first: dt.date, last: dt.date, kind: str) -> Mapping[int, Score]:
    """The shifts that were due, less what was wrong with each of them; three queries."""
    column = COLUMNS[kind]
    sums = period(SHIFT_MEASURES, "post", first, last, figures=("due_at_post",), by=column)
    wrong = _wrong(first, last, column)
    late = rule(LATE_COST, last).share
    return {
        key: _score(row["due_at_post"], wrong.get(key, []), late)
        for key, row in sums.items()
        if key and row["due_at_post"]
    }


def _score(due: int, wrong: list[Shift], late: Fraction) -> Score:
    lost = sum((_lost(shift, late) for shift in wrong), Fraction(0))
    told = tuple(
        Deduction(
            shift.day, "；".join(_reasons(shift)), int(FULL * _lost(shift, late) / due),
            reverse("attendance:shift", args=[shift.pk]),
        )
        for shift in wrong[:SHOWN]
    )  # fmt: skip
    return Score(max(0, FULL - int(FULL * lost / due)), due, told)


def _wrong(first: dt.date, last: dt.date, column: str) -> dict[int, list[Shift]]:
    """The shifts with something wrong, in order. An accepted explanation takes its empty post out, as in the figures."""
    counted = EmptyPost.objects.filter(shift=OuterRef("pk")).exclude(state="accepted")
    rows = Shift.objects.filter(DUE, counted_on__range=(first, last)).annotate(left_empty=Exists(counted))
    late = Q(late_minutes__gt=0) | Q(early_minutes__gt=0)
    found: dict[int, list[Shift]] = defaultdict(list)
    for shift in rows.filter(late | Q(clocked_in_at__isnull=True) | Q(left_empty=True)).order_by("day", "pk"):
        found[getattr(shift, column) or 0].append(shift)
    return found


def _lost(shift: Shift, late: Fraction) -> Fraction:
    """How much of the shift is lost: all of it at most."""
    if shift.clocked_in_at is None or _left_empty(shift):
        return Fraction(1)
    return min(Fraction(1), late * (bool(shift.late_minutes) + bool(shift.early_minutes)))


def _reasons(shift: Shift) -> list[str]:
    if shift.clocked_in_at is None:
        return [_("Did not clock in")]
    told = []
    if shift.late_minutes:
        told.append(_("Clocked in %(n)s min late") % {"n": shift.late_minutes})
    if shift.early_minutes:
        told.append(_("Left %(n)s min early") % {"n": shift.early_minutes})
    if _left_empty(shift):
        told.append(_("The post was left empty"))
    return told


def _left_empty(shift: Shift) -> bool:
    return bool(getattr(shift, "left_empty", False))


def connect() -> None:
    """Called in `ready()`."""
    register_score_source(ScoreSource("attendance", gettext_lazy("Attendance"), attendance, order=30))
