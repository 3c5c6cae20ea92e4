"""The daily cells of calls, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("calls_offered", "calls_answered", "wait_seconds", "talk_seconds")


class CallFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(CallFigures, FIGURES)


class CallCell(CallFigures):
    """By line and agent (0: nobody answered)."""

    line = models.CharField(max_length=16)
    agent_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "line", "agent_id"], name="one_call_cell"),)
