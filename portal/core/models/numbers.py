"""The counter rows from which numbers are taken."""

from django.db import models


class NumberCounter(models.Model):
    """The last number given for one prefix, department and day."""

    prefix = models.CharField(max_length=6)
    department_code = models.CharField(max_length=20)
    day = models.DateField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "department_code", "day"], name="core_one_counter_for_prefix_day")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.department_code}-{self.day}: {self.last}"
