"""Which figures appointments give to the statistics: each counts on the day of the appointment."""

from typing import Any

from django.db.models import Q

from hall.appointments.models.appointment import Appointment
from hall.appointments.models.cells import AppointmentCell
from portal.core.statistics import Cuboid, Fact, MeasureSet, period
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import MONTH, Sums

APPOINTMENT_MEASURES = MeasureSet(
    "appointments",
    Appointment,
    cuboids=[
        Cuboid(
            "service",
            AppointmentCell,
            {"department_id": "department_id", "service_id": "service_id", "channel": "channel"},
        )
    ],
    facts=[
        # A cancelled appointment is none: its place went to somebody else.
        Fact("appointments", "day", ~Q(state="cancelled")),
        Fact("kept", "day", Q(state="checked_in")),
        Fact("missed", "day", Q(state="missed")),
        Fact("cancelled", "day", Q(state="cancelled")),
    ],
)
GIVEN = ("appointments",)
DIMENSIONS = {"department": "department_id", "month": MONTH}


def sums(scope: Scope) -> dict[Any, Sums]:
    """The figure of the hall's block that comes from appointments; one query. Who booked and never came is no number
    that was called and missed, though both are called so: only what the block means is given."""
    if scope.by and scope.by not in DIMENSIONS:
        return {}
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    return period(APPOINTMENT_MEASURES, "service", scope.first, scope.last, figures=GIVEN, by=by, filters=filters)
