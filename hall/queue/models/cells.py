"""The daily cells of the hall: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

# Upper edges in seconds; the last bucket is for what took longer.
EDGES = tuple(60 * minutes for minutes in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120))
HISTOGRAMS = ("wait", "way", "service")
FIGURES = ("tickets", "served", "missed", "cancelled", "expired", "unreliable", "tied")


class HallFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(
    HallFigures,
    (
        *FIGURES,
        *(f"{name}_to_{edge}" for name in HISTOGRAMS for edge in EDGES),
        *(f"{name}_over_{EDGES[-1]}" for name in HISTOGRAMS),
    ),
)


class HallQueueCell(HallFigures):
    """By department, queue, hour of the arrival and channel."""

    department_id = models.BigIntegerField()
    queue_id = models.BigIntegerField()
    hour = models.IntegerField()
    channel = models.CharField(max_length=12)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "queue_id", "hour", "channel"], name="one_hall_queue_cell"
            ),
        )
        indexes = (models.Index(fields=["queue_id", "day"], name="hall_queue_cell_queue"),)


class HallWindowCell(HallFigures):
    """By department, window and person; 0 stands for none."""

    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "window_id", "staff_id"], name="one_hall_window_cell"
            ),
        )
        indexes = (models.Index(fields=["window_id", "day"], name="hall_window_cell_window"),)
