"""The daily cells of steps and ways: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures
from portal.supervision.dashboards.models.steps import LONGEST_WAY

# Upper edges in working days, and in minutes for what is over within hours; the last bucket is for what took longer.
DAY_EDGES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 45, 60, 90)
MINUTE_EDGES = (1, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 7200)
STEP_FIGURES = ("steps", "minutes", "days")


class StepFigures(AbstractCell):
    """The figures of steps, without dimensions."""

    class Meta:
        abstract = True


class WayFigures(AbstractCell):
    """The figures of ways, without dimensions."""

    class Meta:
        abstract = True


add_figures(
    StepFigures,
    (
        *STEP_FIGURES,
        *(f"lasted_to_{edge}" for edge in DAY_EDGES),
        f"lasted_over_{DAY_EDGES[-1]}",
        *(f"clock_to_{edge}" for edge in MINUTE_EDGES),
        f"clock_over_{MINUTE_EDGES[-1]}",
    ),
)
add_figures(WayFigures, ("cases", "minutes"))


class StepDepartmentCell(StepFigures):
    """By department, kind, and the states that the step led from and to."""

    department_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "kind", "from_state", "to_state"], name="one_step_department_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="step_cell_department"),)


class StepItemCell(StepFigures):
    """The same by item, too."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "item_id", "kind", "from_state", "to_state"], name="one_step_item_cell"
            ),
        )
        indexes = (models.Index(fields=["item_id", "day"], name="step_cell_item"),)


class WayDepartmentCell(WayFigures):
    """By department, kind and way."""

    department_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    way = models.CharField(max_length=LONGEST_WAY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "kind", "way"], name="one_way_department_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="way_cell_department"),)


class WayItemCell(WayFigures):
    """The same by item, too."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    way = models.CharField(max_length=LONGEST_WAY)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "item_id", "kind", "way"], name="one_way_item_cell"
            ),
        )
        indexes = (models.Index(fields=["item_id", "day"], name="way_cell_item"),)
