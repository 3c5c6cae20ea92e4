"""The books at the end of the day: a clerk's cash-up, and the provider's statement against our rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from approvals.payments.models.money import Refund
from approvals.payments.models.order import Attempt


class CashUp(models.Model):
    """What a clerk took and gave back on a day, and what was counted in the drawer."""

    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    day = models.DateField()
    cash_fen = models.BigIntegerField()  # taken less given back, by our rows
    pos_fen = models.BigIntegerField()
    payments = models.PositiveIntegerField()
    counted_fen = models.BigIntegerField()  # counted in the drawer
    note = models.CharField(max_length=300, blank=True, default="")
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clerk", "department", "day"], name="one_cash_up_a_day"),
            models.CheckConstraint(
                condition=Q(counted_fen=models.F("cash_fen")) | ~Q(note=""), name="cash_difference_is_explained"
            ),
        ]
        indexes = [models.Index(fields=["department", "-day"])]

    def __str__(self) -> str:
        return f"{self.clerk_id} {self.day}"

    @property
    def difference_fen(self) -> int:
        return self.counted_fen - self.cash_fen


class Reconciliation(models.Model):
    """对账: one provider's statement of one day, compared with our rows; run again it is compared anew."""

    provider = models.CharField(max_length=20)
    day = models.DateField()
    run_at = models.DateTimeField()
    their_count = models.PositiveIntegerField(default=0)
    their_fen = models.BigIntegerField(default=0)
    our_count = models.PositiveIntegerField(default=0)
    our_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="one_reconciliation_a_day")]
        indexes = [models.Index(fields=["-day", "-id"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"


class Difference(models.Model):
    """One line that is not the same on both sides, until somebody settles it."""

    class Kind(models.TextChoices):
        ONLY_THERE = "only_there", pgettext_lazy("reconciliation", "Only in the provider's statement")
        ONLY_HERE = "only_here", pgettext_lazy("reconciliation", "Only in our books")
        AMOUNT = "amount", pgettext_lazy("reconciliation", "Another amount")

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reference = models.CharField(max_length=80)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="+")
    their_fen = models.BigIntegerField(null=True)
    our_fen = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "reference"], name="one_difference_a_reference")
        ]
        indexes = [models.Index(fields=["department"], name="difference_open", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
