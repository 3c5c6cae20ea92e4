"""Which figures assignments give to the statistics: by district and the department below it, each on its own day."""

from django.db.models import F, Q

from hotline.districts.models import Assignment, AssignmentCell
from portal.core.statistics import Cuboid, Fact, MeasureSet

ASSIGNMENT_MEASURES = MeasureSet(
    "hotline_assignments",
    Assignment,
    cuboids=[Cuboid("district", AssignmentCell, {"district_id": "district_id", "department_id": "department_id"})],
    facts=[
        Fact("assigned", "assigned_on"),
        Fact("late_assigned", "assigned_on", Q(assigned_at__gt=F("assign_due_at"))),
        Fact("late_signed", "signed_on", Q(signed_at__gt=F("sign_due_at"))),
        Fact("inner_returned", "returned_on"),
        Fact("inner_wrongful", "returned_on", Q(wrongful=True)),
        Fact("inner_replied", "replied_on"),
        Fact("in_time", "replied_on", Q(replied_at__lte=F("reply_due_at"))),
    ],
)
