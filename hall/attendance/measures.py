"""Which figures attendance gives to the statistics: shifts on the day they began, empty posts on theirs."""

from typing import Any

from django.db.models import Q

from hall.attendance.models.cells import SHIFT_FIGURES, EmptyPostCell, ShiftCell
from hall.attendance.models.empty_post import EmptyPost
from hall.attendance.models.shift import Shift
from portal.core.statistics import Cuboid, Fact, MeasureSet, period
from portal.core.statistics.blocks import Scope, add_sums
from portal.core.statistics.read import MONTH, Sums

DUE = Q(excuse="")
DIMS = {"department_id": "department_id", "window_id": "window_id", "staff_id": "staff_id"}

SHIFT_MEASURES = MeasureSet(
    "shifts",
    Shift,
    cuboids=[Cuboid("post", ShiftCell, DIMS)],
    facts=[
        # Who is on leave, away on duty or in training is not due; a substitute is, at the post of the absent colleague.
        Fact("due_at_post", "counted_on", DUE),
        Fact("attended", "counted_on", DUE & Q(clocked_in_at__isnull=False)),
        Fact("late", "counted_on", DUE & Q(late_minutes__gt=0)),
        Fact("left_early", "counted_on", DUE & Q(early_minutes__gt=0)),
        Fact("excused", "counted_on", ~DUE & ~Q(excuse="closed")),
    ],
)
EMPTY_POST_MEASURES = MeasureSet(
    "empty_posts",
    EmptyPost,
    cuboids=[Cuboid("post", EmptyPostCell, DIMS)],
    facts=[Fact("empty_posts", "day", ~Q(state="accepted"))],
)
GIVEN = ("attendance_rate", "empty_posts")
DIMENSIONS = {"department": "department_id", "window": "window_id", "staff": "staff_id", "month": MONTH}


def sums(scope: Scope) -> dict[Any, Sums]:
    """The figures of the hall's block that come from attendance; two queries."""
    if scope.by and scope.by not in DIMENSIONS:
        return {}
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    rows = period(SHIFT_MEASURES, "post", scope.first, scope.last, figures=SHIFT_FIGURES, by=by, filters=filters)
    for key, found in period(EMPTY_POST_MEASURES, "post", scope.first, scope.last, by=by, filters=filters).items():
        rows[key] = add_sums(rows.get(key, {}), found)
    return rows
