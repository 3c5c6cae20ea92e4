"""What the nightly work on the retention table did last."""

from django.db import models


class RetentionRun(models.Model):
    """One line of the retention table: when it was last worked through, and how much went."""

    code = models.CharField(max_length=60, unique=True)
    ran_at = models.DateTimeField()
    removed = models.PositiveIntegerField(default=0)
    removed_in_all = models.PositiveBigIntegerField(default=0)
    failure = models.CharField(max_length=100, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.code}: {self.removed} on {self.ran_at:%Y-%m-%d}"
