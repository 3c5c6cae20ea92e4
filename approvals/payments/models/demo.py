"""The books of the demonstration provider, which plays a payment platform outside. Empty in production."""

from django.db import models
from django.db.models import Q


class DemoPayment(models.Model):
    """A payment as the provider knows it."""

    key = models.CharField(max_length=60, unique=True)
    token = models.CharField(max_length=40, unique=True)  # of the pay page's address
    order_number = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default="open")  # open, paid, failed, closed
    reference = models.CharField(max_length=40, unique=True)
    notify_url = models.CharField(max_length=500)
    return_url = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["paid_on"], name="demo_paid", condition=Q(paid_on__isnull=False))]

    def __str__(self) -> str:
        return self.key


class DemoRefund(models.Model):
    """Money that the provider sent back."""

    payment = models.ForeignKey(DemoPayment, models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=60, unique=True)
    reference = models.CharField(max_length=40, unique=True)
    amount_fen = models.BigIntegerField()
    done_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.key
