"""The daily cells of appointments: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("appointments", "kept", "missed", "cancelled")


class AppointmentFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(AppointmentFigures, FIGURES)


class AppointmentCell(AppointmentFigures):
    """By department (0: the shared services), service and channel of the booking."""

    department_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    channel = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "service_id", "channel"], name="one_appointment_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="appointment_cell_department"),)
