"""The reasons that people may tick: lists in versions, so that an old rating keeps the words of its day."""

from django.db import models
from django.utils.translation import get_language

from portal.core.time import now


class ReasonList(models.Model):
    """One version of the list; the one that began last is in force."""

    number = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField()
    made_by_name = models.CharField(max_length=100, blank=True, default="")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"#{self.number}"


class Reason(models.Model):
    """One reason for one grade."""

    list = models.ForeignKey(ReasonList, models.CASCADE, related_name="reasons")
    grade = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["-grade", "order"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="one_reason_a_code"),
            models.CheckConstraint(condition=models.Q(grade__range=(1, 5)), name="reason_of_a_grade"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
