"""Which figures steps and ways give to the statistics.

A step counts on the day on which the case left the state, a way on the day of the case's end. Working days and minutes
of the clock are kept side by side: what is decided at once is measured in hours, everything else in days.
"""

from django.db.models import F

from portal.core.statistics import Cuboid, Fact, Histogram, MeasureSet
from portal.supervision.dashboards.models import (
    CaseStep,
    CaseWay,
    StepDepartmentCell,
    StepItemCell,
    WayDepartmentCell,
    WayItemCell,
)
from portal.supervision.dashboards.models.cells import DAY_EDGES, MINUTE_EDGES

LASTED = Histogram("lasted", "left_on", "days", DAY_EDGES)
CLOCK = Histogram("clock", "left_on", "minutes", MINUTE_EDGES)
STATES = {"from_state": "from_state", "to_state": "to_state"}
OWN = {"department_id": "department_id", "kind": "kind"}

STEP_MEASURES = MeasureSet(
    "case_steps",
    CaseStep,
    cuboids=[
        Cuboid("department", StepDepartmentCell, {**OWN, **STATES}),
        Cuboid("item", StepItemCell, {"item_id": "item_id", **OWN, **STATES}),
    ],
    facts=[
        Fact("steps", "left_on"),
        Fact("minutes", "left_on", value=F("minutes")),
        Fact("days", "left_on", value=F("days")),
    ],
    histograms=[LASTED, CLOCK],
)

WAY_MEASURES = MeasureSet(
    "case_ways",
    CaseWay,
    cuboids=[
        Cuboid("department", WayDepartmentCell, {**OWN, "way": "way"}),
        Cuboid("item", WayItemCell, {"item_id": "item_id", **OWN, "way": "way"}),
    ],
    facts=[Fact("cases", "ended_on"), Fact("minutes", "ended_on", value=F("minutes"))],
)
