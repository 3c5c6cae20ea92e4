"""The daily cells of fees: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = (
    "due", "due_fen", "paid", "paid_fen", "reduced", "reduced_fen", "refunded", "refunded_fen", "expired", "cancelled",
)  # fmt: skip


class PaymentFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(PaymentFigures, FIGURES)


class PaymentCell(PaymentFigures):
    """By department, item and method; the method is empty while nothing is paid."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    method = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "item_id", "method"], name="one_payment_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="payment_cell_department"),)
