"""Which figures packages give to the statistics: filed, concluded, in time, and the days that filing together saved."""

from typing import Any

from django.db.models import F, Q

from approvals.packages.models import PackageCell, PackageFiling
from approvals.packages.models.cells import FIGURES
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, register_block
from portal.core.statistics.read import MONTH, Sums, period

CONCLUDED = Q(state="concluded")
DECIDED = CONCLUDED & Q(one_by_one_days__isnull=False)

PACKAGE_MEASURES = MeasureSet(
    "packages",
    PackageFiling,
    cuboids=[Cuboid("package", PackageCell, {"department_id": "department_id", "package_id": "package_id"})],
    facts=[
        Fact("filed", "submitted_on"),
        Fact("parts", "submitted_on", Q(), F("parts_filed")),
        Fact("concluded", "ended_on", CONCLUDED),
        Fact("partly", "ended_on", CONCLUDED & Q(outcome="partly")),
        Fact("with_limit", "ended_on", CONCLUDED & Q(due_on__isnull=False)),
        Fact("in_time", "ended_on", CONCLUDED & Q(ended_on__lte=F("due_on"))),
        Fact("withdrawn", "ended_on", Q(state="withdrawn")),
        Fact("one_by_one_days", "ended_on", DECIDED, F("one_by_one_days")),
        Fact("together_days", "ended_on", DECIDED, F("together_days")),
    ],
)
DIMENSIONS = {"department": "department_id", "month": MONTH}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; one query."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    return period(PACKAGE_MEASURES, "package", scope.first, scope.last, by=by, filters=filters, figures=FIGURES)


PACKAGES = Block("packages", order=FIGURES, sums=figures, dimensions=frozenset(DIMENSIONS))


def connect() -> None:
    """Called in `ready()`."""
    register_block(PACKAGES)
