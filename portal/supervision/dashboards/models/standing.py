"""What stands open at this moment, as it was last counted."""

from django.db import models
from django.db.models import Q


class OpenWork(models.Model):
    """The open cases by department and deadline light: one row, however many cases there are.

    `departments` is {key of the department: {light: number}}.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    counted_at = models.DateTimeField()
    counted_on = models.DateField()  # lights are those of this day
    departments = models.JSONField(default=dict)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="open_work_is_one_row"),)

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d %H:%M:%S}"
