"""What the committee asks bidders, and the rejections that count only after question, answer and confirmation."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.evaluation.models.evaluation import EvaluatedBid, Evaluation
from procurement.evaluation.querysets import ClarificationQuerySet
from procurement.experts.models import PanelMember


class Clarification(models.Model):
    """A question to one bidder with its limit. Nothing in the answer may change the substance of the bid."""

    class Kind(models.TextChoices):
        PLAIN = "plain", pgettext_lazy("clarification", "Clarification")
        REJECTION = "rejection", pgettext_lazy("clarification", "Before a rejection")
        LOW_PRICE = "low_price", pgettext_lazy("clarification", "Abnormally low price")
        ARITHMETIC = "arithmetic", pgettext_lazy("clarification", "Arithmetic correction")

    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="clarifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by_buyer = models.BooleanField(default=False)  # asked in the buyer's review of the qualification
    question = models.TextField(_("question"))
    corrected_fen = models.BigIntegerField(_("corrected price"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("answer until"))
    answer = models.TextField(_("answer"), blank=True, default="")
    accepted = models.BooleanField(null=True, blank=True)  # of a correction
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")
        indexes = (
            models.Index(
                fields=["due_at"],
                name="clarification_open",
                condition=Q(answered_at__isnull=True, lapsed_at__isnull=True),
            ),
            models.Index(fields=["-asked_at", "-id"], name="clarification_latest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="arithmetic") | Q(corrected_fen__gt=0), name="correction_names_its_price"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(lapsed_at__isnull=True), name="answered_or_lapsed"
            ),
        )

    def __str__(self) -> str:
        return self.question[:40]


class Rejection(models.Model):
    """A bid that is about to be rejected: it counts once it is confirmed after the clarification."""

    class Ground(models.TextChoices):
        QUALIFICATION = "qualification", pgettext_lazy("ground of a rejection", "Qualification")
        CONFORMITY = "conformity", pgettext_lazy("ground of a rejection", "Conformity")
        LOW_PRICE = "low_price", pgettext_lazy("ground of a rejection", "Abnormally low price")
        ARITHMETIC = "arithmetic", pgettext_lazy("ground of a rejection", "Correction not accepted")
        OVER_LIMIT = "over_limit", pgettext_lazy("ground of a rejection", "Corrected price over the limit")

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("rejection", "Open")
        CONFIRMED = "confirmed", pgettext_lazy("rejection", "Confirmed")
        DROPPED = "dropped", pgettext_lazy("rejection", "Dropped")

    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="rejections")
    clarification = models.OneToOneField(Clarification, models.PROTECT, related_name="rejection")
    ground = models.CharField(max_length=13, choices=Ground.choices)
    text = models.TextField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["bid", "ground"], name="one_rejection_a_ground"),
            models.CheckConstraint(
                condition=Q(outcome="open") | Q(decided_at__isnull=False), name="decided_rejection_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.bid_id} {self.ground}"

    @property
    def by_buyer(self) -> bool:
        """Decided by the buyer in its review of the qualification, not by the committee."""
        return self.clarification.by_buyer


class Ballot(models.Model):
    """A member's vote: on a rejection, or (without one) on whether too few bids leave no competition."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="ballots")
    rejection = models.ForeignKey(Rejection, models.CASCADE, null=True, blank=True, related_name="ballots")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="+")
    reject = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["rejection", "member"], condition=Q(rejection__isnull=False), name="one_ballot_a_member"
            ),
            models.UniqueConstraint(
                fields=["evaluation", "member"], condition=Q(rejection__isnull=True), name="one_ballot_on_competition"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.reject}"
