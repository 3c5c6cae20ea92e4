"""The daily cells of pledges: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

MATERIAL_FIGURES = ("promised", "settled", "settled_late", "lapsed")
COMMITMENT_FIGURES = ("signed", "decided", "kept", "broken")


class PromiseFigures(AbstractCell):
    """The figures of promised materials, without dimensions."""

    class Meta:
        abstract = True


add_figures(PromiseFigures, MATERIAL_FIGURES)


class PromisedCell(PromiseFigures):
    """By department and item."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "item_id"], name="one_promised_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="promised_cell_dept"),)


class CommitmentFigures(AbstractCell):
    """The figures of commitments, without dimensions."""

    class Meta:
        abstract = True


add_figures(CommitmentFigures, COMMITMENT_FIGURES)


class CommitmentCell(CommitmentFigures):
    """By department and item."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "item_id"], name="one_commitment_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="commitment_cell_dept"),)
