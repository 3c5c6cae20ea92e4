"""Which figures joint review gives to the statistics: opinions in time, late and silent; absences; time saved."""

from django.db.models import F, Q

from approvals.projects.models import AbsenceCell, Invitation, OpinionCell, OpinionRequest, Stage, StageCell
from portal.core.statistics import Cuboid, Fact, MeasureSet

# Spoken or decided by the department itself; what the portal deemed is counted apart.
SPOKEN = Q(state__in=("answered", "decided"))

OPINION_MEASURES = MeasureSet(
    "opinions",
    OpinionRequest,
    cuboids=[Cuboid("department", OpinionCell, {"department_id": "department_id", "kind": "kind"})],
    facts=[
        Fact("opinions_asked", "asked_on", ~Q(state="withdrawn")),
        Fact("opinions_on_time", "ended_on", SPOKEN & Q(late=False)),
        Fact("opinions_late", "ended_on", SPOKEN & Q(late=True)),
        Fact("opinions_silent", "silent_on"),
        Fact("opinions_deemed", "ended_on", Q(state="deemed")),
        Fact("opinions_absent", "ended_on", Q(state="deemed", by_absence=True)),
    ],
)
ABSENCE_MEASURES = MeasureSet(
    "absences",
    Invitation,
    cuboids=[Cuboid("department", AbsenceCell, {"department_id": "department_id"})],
    facts=[
        Fact("invited", "held_on"),
        Fact("present", "held_on", Q(attendance="present")),
        Fact("absent", "held_on", Q(attendance="absent")),
        Fact("excused", "held_on", Q(attendance="excused")),
    ],
)
STAGE_MEASURES = MeasureSet(
    "project_stages",
    Stage,
    cuboids=[Cuboid("stage", StageCell, {"lead_id": "lead_id", "code": "code"})],
    facts=[
        Fact("stages_closed", "closed_on", Q(state="closed")),
        Fact("stages_late", "closed_on", Q(state="closed", closed_on__gt=F("due_on"))),
        Fact("serial_days", "closed_on", Q(state="closed"), F("serial_days")),
        Fact("span_days", "closed_on", Q(state="closed"), F("span_days")),
    ],
)
