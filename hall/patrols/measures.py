"""Which figures patrols give to the statistics: findings on their day, rectifications on theirs."""

from typing import Any

from django.db.models import F, Q

from hall.patrols.models.cells import FIGURES, FindingCell
from hall.patrols.models.finding import Finding
from portal.core.statistics import Cuboid, Fact, MeasureSet, period
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import MONTH, Sums

STANDS = ~Q(state="set_aside")

FINDING_MEASURES = MeasureSet(
    "patrol_findings",
    Finding,
    cuboids=[
        Cuboid("area", FindingCell, {"department_id": "department_id", "area_id": "area_id", "chapter": "chapter"})
    ],
    facts=[
        Fact("patrol_findings", "found_on", STANDS),
        Fact("patrol_rectified", "rectified_on", STANDS & Q(rectified_on__lte=F("due_on"))),
        Fact("patrol_rectified_late", "rectified_on", STANDS & Q(rectified_on__gt=F("due_on"))),
    ],
)
DIMENSIONS = {"department": "department_id", "month": MONTH}


def sums(scope: Scope) -> dict[Any, Sums]:
    """The figures of the hall's block that come from patrols; one query."""
    if scope.by and scope.by not in DIMENSIONS:
        return {}
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    return period(FINDING_MEASURES, "area", scope.first, scope.last, figures=FIGURES, by=by, filters=filters)
