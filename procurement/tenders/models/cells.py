"""The daily cells of tenders: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("tenders_announced", "tenders_waived_fen", "tenders_failed")


class TenderFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(TenderFigures, FIGURES)


class TenderCell(TenderFigures):
    """By category and threshold."""

    category = models.CharField(max_length=16)
    below_threshold = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "category", "below_threshold"], name="one_tender_cell"),)
