"""The daily cells of ratings: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FLOWS = (
    "given", "satisfied", "bad", "grade_1", "grade_2", "grade_3", "grade_4", "grade_5", "defaults", "excluded",
    "rateable", "rectification_due", "rectified_in_time",
)  # fmt: skip


class Figures(AbstractCell):
    """What ratings add up to, without dimensions."""

    class Meta:
        abstract = True


add_figures(Figures, FLOWS)


class ItemCell(Figures):
    """Ratings by department, item, channel and kind of subject; '' stands for none."""

    department_id = models.BigIntegerField()
    item_code = models.CharField(max_length=80)
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=8)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "item_code", "channel", "kind"], name="one_rating_item_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="rating_item_cell_department"),)


class WindowCell(Figures):
    """Ratings by department, window and staff; 0 stands for none."""

    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "window_id", "staff_id"], name="one_rating_window_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="rating_window_cell_department"),)


class RateableItemCell(AbstractCell):
    """Visits and tickets that could be rated, by department and item."""

    department_id = models.BigIntegerField()
    item_code = models.CharField(max_length=80)
    rateable = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "item_code"], name="one_rateable_item_cell"),
        )


class RateableWindowCell(AbstractCell):
    """Visits and tickets that could be rated, by department, window and staff."""

    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    rateable = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "window_id", "staff_id"], name="one_rateable_window_cell"
            ),
        )
