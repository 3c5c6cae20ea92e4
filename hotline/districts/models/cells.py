"""The daily cells of assignments, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("assigned", "late_assigned", "late_signed", "inner_returned", "inner_wrongful", "inner_replied", "in_time")


class AssignmentFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(AssignmentFigures, FIGURES)


class AssignmentCell(AssignmentFigures):
    """By district and the department below it."""

    district_id = models.BigIntegerField()
    department_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "district_id", "department_id"], name="one_assignment_cell"),
        )
        indexes = (models.Index(fields=["district_id", "day"], name="assignment_cell_district"),)
