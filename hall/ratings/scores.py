"""What ratings say for the red and blue board: satisfaction, with every bad rating and late rectification as evidence."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.ratings.measures import RATING_MEASURES, STANDS
from hall.ratings.models import Rating
from hall.ratings.sources import FULL, Deduction, Score, ScoreSource, register_score_source
from portal.core.rules import rule
from portal.core.statistics import period

CUBOIDS = {"window": "window_id", "department": "department_id", "staff": "staff_id"}
LATE_COST = "rating.late_points"  # what a rectification costs that missed its limit, in points
POINT = 100  # points are kept in hundredths
SHOWN = 50  # deductions that are listed for one subject; the points count all


def satisfaction(first: dt.date, last: dt.date, kind: str) -> Mapping[int, Score]:
    """The share of grades 3 to 5, less what each rectification costs that was late."""
    column = CUBOIDS[kind]
    sums = period(RATING_MEASURES, "window", first, last, figures=("given", "satisfied"), by=column)
    each = POINT * rule(LATE_COST, last).days
    bad, late = _bad(first, last, column), _late(first, last, column)
    return {
        key: _score(row["given"], row["satisfied"], bad.get(key, []), late.get(key, []), each)
        for key, row in sums.items()
        if key and row["given"]
    }


def _score(given: int, satisfied: int, bad: list[dt.date], late: list[dt.date], late_points: int) -> Score:
    each = FULL // given
    points = max(0, FULL * satisfied // given - late_points * len(late))
    told = [Deduction(day, _("Bad rating of %(day)s") % {"day": _day(day)}, each, "/ratings/?view=bad") for day in bad]
    told += [
        Deduction(day, _("Bad rating not rectified by %(day)s") % {"day": _day(day)}, late_points, "/rectifications/")
        for day in late
    ]
    return Score(points, given, tuple(told[:SHOWN]))


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


def _bad(first: dt.date, last: dt.date, column: str) -> dict[int, list[dt.date]]:
    rows = Rating.objects.counted().filter(rated_on__range=(first, last), grade__lte=2)
    return _by_key(rows.order_by("rated_on").values_list(column, "rated_on"))


def _late(first: dt.date, last: dt.date, column: str) -> dict[int, list[dt.date]]:
    missed = Q(rectified_on__isnull=True) | Q(rectified_on__gt=F("rectify_due_on"))
    rows = Rating.objects.filter(STANDS & missed, rectify_due_on__range=(first, last))
    return _by_key(rows.order_by("rectify_due_on").values_list(column, "rectify_due_on"))


def _by_key(pairs: "Iterable[tuple[Any, Any]]") -> dict[int, list[dt.date]]:
    found: dict[int, list[dt.date]] = defaultdict(list)
    for key, day in pairs:
        if key is not None:
            found[key].append(day)
    return found


def connect() -> None:
    """Called in `ready()`."""
    register_score_source(ScoreSource("satisfaction", gettext_lazy("Satisfaction"), satisfaction, order=10))
