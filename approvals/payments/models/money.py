"""What came from providers, what goes back, and the papers about both."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from approvals.payments.models.order import Attempt, Order


class ProviderNotice(models.Model):
    """A signed message of a provider about a try, once for each of its event numbers."""

    class Outcome(models.TextChoices):
        PAID = "paid", pgettext_lazy("provider notice", "Paid")
        REPEATED = "repeated", pgettext_lazy("provider notice", "Known already")
        FAILED = "failed", pgettext_lazy("provider notice", "Not paid")
        SURPLUS = "surplus", pgettext_lazy("provider notice", "Late or paid twice, goes back")
        MISMATCH = "mismatch", pgettext_lazy("provider notice", "Another amount or currency")

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="notices")
    reference = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    received_at = models.DateTimeField()
    body_sha256 = models.CharField(max_length=64)
    # A mismatch waits for a person.
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="one_notice_an_event")]
        indexes = [
            models.Index(
                fields=["received_at"], name="notice_open", condition=Q(outcome="mismatch", settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Refund(models.Model):
    """Money that goes back: proposed by one, decided by another, returned the way it came."""

    class Reason(models.TextChoices):
        NOT_DECIDED = "not_decided", pgettext_lazy("refund", "The case ended without a decision")
        LATE = "late", pgettext_lazy("refund", "Paid after the order had ended")
        TWICE = "twice", pgettext_lazy("refund", "Paid twice")
        MISMATCH = "mismatch", pgettext_lazy("refund", "Another amount was paid")
        EXEMPT = "exempt", pgettext_lazy("refund", "Reduction or exemption granted afterwards")
        MISTAKE = "mistake", pgettext_lazy("refund", "The fee was charged by mistake")
        OTHER = "other", pgettext_lazy("refund", "Other")

    # Reserved of the money that was received: everything but what was refused.
    COUNTED = ("proposed", "approved", "sending", "unknown", "failed", "done")

    number = models.CharField(max_length=40, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="refunds")  # the money that goes back
    method = models.CharField(max_length=20)
    surplus = models.BooleanField(default=False)  # of money that never paid the order
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True, default="")
    proof = models.CharField(max_length=200, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_is_something"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="refund_two_people",
            ),
            models.CheckConstraint(condition=~Q(state="done") | Q(done_on__isnull=False), name="refund_done_has_day"),
        ]
        indexes = [
            models.Index(
                fields=["state", "-id"],
                name="refund_open",
                condition=Q(state__in=["proposed", "approved", "sending", "unknown", "failed"]),
            ),
            models.Index(fields=["done_on"], name="refund_done"),
        ]

    def __str__(self) -> str:
        return self.number


class Receipt(models.Model):
    """缴款收据: numbered without gaps for each department and year. What is given back gets one of its own, in minus."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="receipts")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="receipt")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=40, unique=True)
    check_code = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "year", "serial"], name="one_receipt_a_serial"),
            models.UniqueConstraint(
                fields=["order"], name="one_payment_receipt_an_order", condition=Q(refund__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(refund__isnull=True, amount_fen__gt=0) | Q(refund__isnull=False, amount_fen__lt=0),
                name="receipt_sign",
            ),
        ]

    def __str__(self) -> str:
        return self.number
