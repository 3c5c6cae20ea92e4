"""The daily cells of deliveries: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("due", "delivered", "in_time", "late", "posted", "free_post", "failed")


class DeliveryFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(DeliveryFigures, FIGURES)


class DeliveryCell(DeliveryFigures):
    """By department, item and way."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    way = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "item_id", "way"], name="one_delivery_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="delivery_cell_department"),)
