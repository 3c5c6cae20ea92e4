"""The daily cells of the hotline: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FLOWS = (
    "recorded", "direct", "due", "on_time", "closed", "called_back", "contacted", "asked", "resolved", "judged",
    "satisfied", "excluded",
)  # fmt: skip
BALANCES = ("open", "open_overdue")
STEPS = (
    "dispatched", "returned", "wrongful", "replied", "redone", "reopened", "urged", "extended", "suspended", "ordered",
    "late_sign",
)  # fmt: skip


class TicketFigures(AbstractCell):
    """What is counted of tickets."""

    class Meta:
        abstract = True


class StepFigures(AbstractCell):
    """What is counted of happenings, each by the department of its moment."""

    class Meta:
        abstract = True


add_figures(TicketFigures, (*FLOWS, *BALANCES))
add_figures(StepFigures, STEPS)
BY_CATEGORY = ["day", "department_id", "category_id", "channel", "line"]
BY_STREET = ["day", "department_id", "street_code"]


class TicketCell(TicketFigures):
    """By department, category, channel and line."""

    department_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    line = models.CharField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=BY_CATEGORY, name="one_ticket_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="ticket_cell_department"),)


class TicketStreetCell(TicketFigures):
    """By department and street."""

    department_id = models.BigIntegerField()
    street_code = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=BY_STREET, name="one_ticket_street_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="ticket_street_cell_department"),)


class StepCell(StepFigures):
    """By department, category, channel and line."""

    department_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    line = models.CharField(max_length=16)

    class Meta:
        constraints = (models.UniqueConstraint(fields=BY_CATEGORY, name="one_ticket_step_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="ticket_step_cell_department"),)


class StepStreetCell(StepFigures):
    """By department and street."""

    department_id = models.BigIntegerField()
    street_code = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=BY_STREET, name="one_ticket_step_street_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="step_street_cell_department"),)
