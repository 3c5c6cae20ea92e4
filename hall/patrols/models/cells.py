"""The daily cells of patrols: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

PATROL_FIGURES = ("patrol_findings", "patrol_rectified", "patrol_rectified_late")
SOCIAL_FIGURES = ("social_findings", "social_rectified", "social_rectified_late")
FIGURES = (*PATROL_FIGURES, *SOCIAL_FIGURES)


class FindingFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(FindingFigures, FIGURES)


class FindingCell(FindingFigures):
    """By department, area and chapter."""

    department_id = models.BigIntegerField()
    area_id = models.BigIntegerField()
    chapter = models.CharField(max_length=16)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "area_id", "chapter"], name="one_finding_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="finding_cell_department"),)
