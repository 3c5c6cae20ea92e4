"""The daily cells of attendance: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

SHIFT_FIGURES = ("due_at_post", "attended", "late", "left_early", "excused")


class Post(AbstractCell):
    """By department, window and person; 0 stands for none."""

    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()

    class Meta:
        abstract = True


class ShiftFigures(Post):
    """The figures of shifts."""

    class Meta:
        abstract = True


class EmptyPostFigures(Post):
    """The figures of posts left empty."""

    class Meta:
        abstract = True


add_figures(ShiftFigures, SHIFT_FIGURES)
add_figures(EmptyPostFigures, ("empty_posts",))


class ShiftCell(ShiftFigures):
    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "window_id", "staff_id"], name="one_shift_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="shift_cell_department"),)


class EmptyPostCell(EmptyPostFigures):
    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "window_id", "staff_id"], name="one_empty_post_cell"
            ),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="empty_post_cell_department"),)
