"""The daily cells of fees: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = (
    "due", "due_fen", "paid", "paid_fen", "reduced", "reduced_fen", "refunded", "refunded_fen", "expired", "cancelled",
    "saved", "saved_fen",
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


class SavingCell(PaymentFigures):
    """By department, item, enterprise and ground of the reduction; 0 stands for no enterprise."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    reduction_ground = models.CharField(max_length=12)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "department_id", "item_id", "organisation_id", "reduction_ground"],
                name="one_saving_cell",
            ),
        )
        indexes = (models.Index(fields=["organisation_id", "day"], name="saving_cell_organisation"),)
