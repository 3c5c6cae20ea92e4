"""Which figures patrols give to the statistics: findings on their day, rectifications on theirs.

Findings of social supervisors have figures of their own: they are never counted as those of patrols.
"""

from typing import Any

from django.db.models import F, Q

from hall.patrols.models.cells import PATROL_FIGURES, SOCIAL_FIGURES, FindingCell
from hall.patrols.models.finding import Finding
from portal.core.statistics import Cuboid, Fact, MeasureSet, period
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import MONTH, Sums

STANDS = ~Q(state__in=("noted", "set_aside"))
PATROL, SOCIAL = STANDS & Q(origin="patrol"), STANDS & Q(origin="social")
IN_TIME, LATE = Q(rectified_on__lte=F("due_on")), Q(rectified_on__gt=F("due_on"))

FINDING_MEASURES = MeasureSet(
    "patrol_findings",
    Finding,
    cuboids=[
        Cuboid("area", FindingCell, {"department_id": "department_id", "area_id": "area_id", "chapter": "chapter"})
    ],
    facts=[
        Fact("patrol_findings", "found_on", PATROL),
        Fact("patrol_rectified", "rectified_on", PATROL & IN_TIME),
        Fact("patrol_rectified_late", "rectified_on", PATROL & LATE),
        Fact("social_findings", "found_on", SOCIAL),
        Fact("social_rectified", "rectified_on", SOCIAL & IN_TIME),
        Fact("social_rectified_late", "rectified_on", SOCIAL & LATE),
    ],
)
DIMENSIONS = {"department": "department_id", "month": MONTH}


def sums(scope: Scope) -> dict[Any, Sums]:
    """The figures of the hall's block that come from patrols; one query."""
    if scope.by and scope.by not in DIMENSIONS:
        return {}
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    return period(FINDING_MEASURES, "area", scope.first, scope.last, figures=PATROL_FIGURES, by=by, filters=filters)


def social_sums(scope: Scope) -> Sums:
    """Findings of social supervisors in the period: handed over, put right in time, put right late; one query."""
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    found = period(FINDING_MEASURES, "area", scope.first, scope.last, figures=SOCIAL_FIGURES, filters=filters)
    return found.get(None, {})
