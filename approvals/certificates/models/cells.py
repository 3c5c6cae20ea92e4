"""The daily cells of certificates and of their uses: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = ("issued", "renewed", "suspended", "revoked", "printed")
USE_FIGURES = ("uses",)


class CertificateFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(CertificateFigures, FIGURES)


class CertificateCell(CertificateFigures):
    """By department and type."""

    department_id = models.BigIntegerField()
    type_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "department_id", "type_id"], name="one_certificate_cell"),
        )
        indexes = (models.Index(fields=["department_id", "day"], name="certificate_cell_dept"),)


class UseFigures(AbstractCell):
    """The figures of uses, without dimensions."""

    class Meta:
        abstract = True


add_figures(UseFigures, USE_FIGURES)


class UseCell(UseFigures):
    """By the department that was spared the paper, and the type."""

    department_id = models.BigIntegerField()
    type_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "type_id"], name="one_use_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="use_cell_dept"),)
