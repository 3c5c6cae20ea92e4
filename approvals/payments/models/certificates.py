"""Reduction certificates of enterprises (收费减免优惠证), and reductions that an applicant asks for online."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.payments.models.order import Order
from approvals.payments.querysets import ReductionCertificateQuerySet, ReductionRequestQuerySet


class ReductionCertificate(models.Model):
    """What an enterprise pays less, for which items, from when to when. Issued by two people.

    It takes off `percent` of the fee, or `amount_fen` (never more than the fee). Without a department it holds for the
    items of all departments; without chosen items for all items of its department.
    """

    number = models.CharField(_("number of the reduction certificate"), max_length=40, unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="reduction_certificates")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="+")
    items = models.ManyToManyField("catalogue.Item", related_name="+", blank=True)
    ground = models.CharField(max_length=12, choices=Order.Ground.choices)
    basis = models.CharField(max_length=300)  # the policy document with its number
    percent = models.PositiveSmallIntegerField(null=True)
    amount_fen = models.BigIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField()  # the last day, included

    state = models.CharField(_("state"), max_length=10, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_on = models.DateField(null=True)
    last_note = models.CharField(max_length=300, blank=True, default="")

    objects = ReductionCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reduction certificate")
        verbose_name_plural = _("reduction certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True, amount_fen__gt=0)
                | Q(amount_fen__isnull=True, percent__gte=1, percent__lte=100),
                name="certificate_takes_off_one_way",
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="reduction_ends_after_start"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("proposed_by")), name="certificate_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "suspended"]) | Q(issued_by__isnull=False),
                name="certificate_issued_has_person",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "valid_to"], name="certificate_of_firm"),
            models.Index(fields=["-proposed_on", "-id"], name="certificate_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    def takes_off(self, gross_fen: int) -> int:
        """What it takes off a fee, in fen, rounded down to the whole fen."""
        wanted = self.amount_fen if self.percent is None else gross_fen * self.percent // 100
        return min(gross_fen, wanted or 0)


class ReductionRequest(models.Model):
    """An applicant asks online to pay less, with the ground and its proof; a reviewer or the head decides."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("reduction request", "Waiting for a decision")
        GRANTED = "granted", pgettext_lazy("reduction request", "Granted")
        REFUSED = "refused", pgettext_lazy("reduction request", "Not granted")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="reduction_requests")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="reduction_requests")
    ground = models.CharField(max_length=12, choices=Order.Ground.choices)
    proof = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    objects = ReductionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a reduction")
        verbose_name_plural = _("requests for reductions")
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_reduction_request", condition=Q(state="asked")),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="reduction_request_decided",
            ),
        ]
        indexes = [models.Index(fields=["department", "state", "-id"], name="reduction_request_desk")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"
