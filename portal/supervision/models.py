"""What supervisors leave behind: a row for each reminder, so that reminders can be counted and never sent twice a day."""

from django.conf import settings
from django.db import models


class Reminder(models.Model):
    """A unit was reminded of a case (催办). The department is the one that had the case then."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="reminders")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    reminded_on = models.DateField()
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "reminded_on"], name="reminded_once_a_day"),)
        indexes = (models.Index(fields=["reminded_on", "department"], name="reminder_day"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.reminded_on}"
