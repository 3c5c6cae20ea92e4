"""The payment order of a case, and each try to pay it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.payments.querysets import OrderQuerySet

# Money is asked for, or will be: one such order at most for a case.
OPEN = ("assessing", "due", "started")
PAYABLE = ("due", "started")
# The case's fee is settled: paid (and not given back as a whole), or nothing is owed.
SETTLED = ("paid", "part_refunded", "waived")
PAID = ("paid", "part_refunded", "refunded")


class Order(models.Model):
    """What a case owes. Amounts are fen; `gross_fen` by the schedule, less `reduced_fen`, is `amount_fen`."""

    class Ground(models.TextChoices):
        """Why less is asked for than the schedule says."""

        SMALL_FIRM = "small_firm", pgettext_lazy("fee reduction", "Small or micro firm, individual business")
        HARDSHIP = "hardship", pgettext_lazy("fee reduction", "Subsistence allowance or hardship")
        DISABILITY = "disability", pgettext_lazy("fee reduction", "Person with a disability")
        VETERAN = "veteran", pgettext_lazy("fee reduction", "Veteran or family of a martyr")
        POLICY = "policy", pgettext_lazy("fee reduction", "Exempt by a policy document")
        CERTIFICATE = "certificate", pgettext_lazy("fee reduction", "Reduction certificate of the enterprise")

    class When(models.TextChoices):
        DECISION = "decision", pgettext_lazy("fee due", "Before the decision")
        ISSUE = "issue", pgettext_lazy("fee due", "Before the document is issued")

    number = models.CharField(_("order number"), max_length=40, unique=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="orders")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    payer_name = models.CharField(max_length=200, blank=True, default="")
    when = models.CharField(max_length=10, choices=When.choices)
    state = models.CharField(_("state"), max_length=14, default="due")
    state_version = models.PositiveIntegerField(default=0)

    lines = models.JSONField(default=list)  # [{code, name, name_en, unit, unit_en, price_fen, quantity}]
    basis = models.CharField(max_length=300, blank=True, default="")
    gross_fen = models.BigIntegerField(default=0)
    reduced_fen = models.BigIntegerField(default=0)
    amount_fen = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")
    reduction_ground = models.CharField(max_length=12, choices=Ground.choices, blank=True, default="")
    reduction_note = models.CharField(max_length=300, blank=True, default="")
    certificate = models.ForeignKey("payments.ReductionCertificate", models.PROTECT, null=True, related_name="orders")
    reduced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reduced_on = models.DateField(null=True)

    made_at = models.DateTimeField()
    made_on = models.DateField()
    expires_on = models.DateField()  # the last day on which it can be paid
    reminded_on = models.DateField(null=True)
    # "" until it is paid; then the provider's code, or cash or pos.
    method = models.CharField(max_length=20, blank=True, default="")
    paid_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)
    refunded_fen = models.BigIntegerField(default=0)
    ended_on = models.DateField(null=True)  # cancelled or expired

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_open_order", condition=Q(state__in=OPEN)),
            models.CheckConstraint(
                condition=Q(amount_fen=F("gross_fen") - F("reduced_fen")), name="order_amount_is_what_is_left"
            ),
            models.CheckConstraint(condition=Q(reduced_fen__gte=0, amount_fen__gte=0), name="order_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("amount_fen")), name="order_refund_within_paid"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PAID) | (Q(paid_on__isnull=False) & ~Q(method="")), name="order_paid_has_day"
            ),
            models.CheckConstraint(
                condition=Q(reduced_fen=0) | (Q(reduced_on__isnull=False) & ~Q(reduction_ground="")),
                name="order_reduction_has_ground",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="order_case"),
            models.Index(fields=["department", "state", "-id"], name="order_desk"),
            models.Index(fields=["expires_on", "id"], name="order_expires", condition=Q(state__in=("due", "started"))),
            models.Index(fields=["made_on", "department"], name="order_made"),
            models.Index(fields=["paid_on", "department"], name="order_paid"),
            models.Index(fields=["reduced_on", "department"], name="order_reduced"),
            models.Index(fields=["ended_on", "department"], name="order_ended"),
            models.Index(
                fields=["certificate", "-id"], name="order_certificate", condition=Q(certificate__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_payable(self) -> bool:
        return self.state in PAYABLE

    @property
    def left_fen(self) -> int:
        """What was paid and not given back."""
        return self.amount_fen - self.refunded_fen if self.state in PAID else 0


class Attempt(models.Model):
    """One try to pay an order. `key` is what the provider knows it by, in every call and every callback."""

    class State(models.TextChoices):
        SENDING = "sending", pgettext_lazy("payment try", "Being sent to the provider")
        STARTED = "started", pgettext_lazy("payment try", "Waiting for the payment")
        SUCCEEDED = "succeeded", pgettext_lazy("payment try", "Money received")
        MISMATCH = "mismatch", pgettext_lazy("payment try", "Another amount received")
        FAILED = "failed", pgettext_lazy("payment try", "Failed")
        CLOSED = "closed", pgettext_lazy("payment try", "Closed")

    ALIVE = ("sending", "started")

    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    key = models.CharField(max_length=60, unique=True)
    method = models.CharField(max_length=20)  # the provider's code, or cash or pos
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    amount_fen = models.BigIntegerField()  # asked for
    received_fen = models.BigIntegerField(null=True)
    received_currency = models.CharField(max_length=3, blank=True, default="")
    surplus = models.BooleanField(default=False)  # came late or twice: it does not pay the order and goes back
    reference = models.CharField(max_length=80, blank=True, default="")  # the provider's number, or the slip's
    pay_url = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    finished_on = models.DateField(null=True)
    asked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], name="one_payment_an_order", condition=Q(state="succeeded", surplus=False)
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["succeeded", "mismatch"]) | Q(received_fen__gt=0, finished_on__isnull=False),
                name="money_received_has_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["clerk", "finished_on"], name="attempt_counter", condition=Q(clerk__isnull=False)),
            models.Index(
                fields=["asked_at", "id"], name="attempt_alive", condition=Q(state__in=("sending", "started"))
            ),
            models.Index(
                fields=["finished_on", "method"], name="attempt_money", condition=Q(received_fen__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key
