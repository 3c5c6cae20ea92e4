"""The daily cells of joint review: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

OPINIONS = (
    "opinions_asked", "opinions_on_time", "opinions_late", "opinions_silent", "opinions_deemed", "opinions_absent",
)  # fmt: skip
ABSENCES = ("invited", "present", "absent", "excused")
STAGES = ("stages_closed", "stages_late", "serial_days", "span_days")


class OpinionFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(OpinionFigures, OPINIONS)


class OpinionCell(OpinionFigures):
    """By department and kind of request."""

    department_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "kind"], name="one_opinion_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="opinion_cell_department"),)


class AbsenceFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(AbsenceFigures, ABSENCES)


class AbsenceCell(AbsenceFigures):
    """By department."""

    department_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id"], name="one_absence_cell"),)


class StageFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(StageFigures, STAGES)


class StageCell(StageFigures):
    """By leading department and stage."""

    lead_id = models.BigIntegerField()
    code = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "lead_id", "code"], name="one_build_stage_cell"),)
