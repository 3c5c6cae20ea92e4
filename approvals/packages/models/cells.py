"""The daily cells of packages: what `measures.py` declares, kept by the statistics engine."""

from django.db import models

from portal.core.models.statistics import AbstractCell, add_figures

FIGURES = (
    "filed", "parts", "concluded", "partly", "with_limit", "in_time", "withdrawn", "one_by_one_days", "together_days",
)  # fmt: skip


class PackageFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(PackageFigures, FIGURES)


class PackageCell(PackageFigures):
    """By leading department and package."""

    department_id = models.BigIntegerField()
    package_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "package_id"], name="one_package_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="package_cell_dept"),)
