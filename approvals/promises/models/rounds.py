"""A clean-up round (服务承诺清理), and each promise that it found without substance."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.promises.querysets import PromiseFindingQuerySet

WAITING = "asked"


class CleanUp(models.Model):
    """One round over all promises. It keeps the threshold of its day."""

    name = models.CharField(max_length=80)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reply_due_on = models.DateField()
    min_compression = models.DecimalField(max_digits=5, decimal_places=4)  # share of the legal limit
    looked_at = models.PositiveIntegerField(default=0)  # promises that were in force on the day
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("clean-up round")
        verbose_name_plural = _("clean-up rounds")
        constraints = [
            models.CheckConstraint(condition=Q(reply_due_on__gte=F("opened_on")), name="round_reply_after_opening"),
        ]
        indexes = [models.Index(fields=["-opened_on", "-id"], name="round_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class Finding(models.Model):
    """A promise that a round sent back to its department (含金量不高，退回修改), with the reply and what became of it."""

    class Reply(models.TextChoices):
        SHORTEN = "shorten", pgettext_lazy("reply", "We shorten the promise")
        KEEP = "keep", pgettext_lazy("reply", "We keep the promise, for reasons")

    cleanup = models.ForeignKey(CleanUp, models.PROTECT, related_name="findings")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="promise_findings")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    # As the round found it, in working days; None where the law sets no limit, or nothing is known of the past.
    legal_days = models.PositiveSmallIntegerField(null=True)
    previous_days = models.PositiveSmallIntegerField(null=True)
    promised_days = models.PositiveSmallIntegerField()

    state = models.CharField(max_length=10, default=WAITING)
    state_version = models.PositiveIntegerField(default=0)
    reply_due_on = models.DateField()
    amber_on = models.DateField()
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    times_returned = models.PositiveSmallIntegerField(default=0)

    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True, default="")
    proposed_days = models.PositiveSmallIntegerField(null=True)
    reply_text = models.CharField(max_length=500, blank=True, default="")
    replied_on = models.DateField(null=True)
    replied_late = models.BooleanField(default=False)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision_note = models.CharField(max_length=500, blank=True, default="")
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PromiseFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("flagged promise")
        verbose_name_plural = _("flagged promises")
        constraints = [
            models.UniqueConstraint(fields=["cleanup", "item"], name="one_finding_a_round"),
            models.CheckConstraint(
                condition=Q(state=WAITING) | (Q(replied_on__isnull=False) & ~Q(reply="")),
                name="finding_replied_has_reply",
            ),
            models.CheckConstraint(
                condition=~Q(reply="shorten") | Q(proposed_days__lt=F("promised_days")),
                name="finding_shorter_is_shorter",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("replied_by")), name="finding_second_person"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "state", "reply_due_on", "id"], name="finding_desk"),
            models.Index(fields=["cleanup", "state", "id"], name="finding_of_round"),
            models.Index(
                fields=["amber_on", "id"], name="finding_amber", condition=Q(state=WAITING, amber_lit_on__isnull=True)
            ),
            models.Index(
                fields=["reply_due_on", "id"], name="finding_red", condition=Q(state=WAITING, red_lit_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cleanup_id}/{self.item_id}"

    @property
    def compressed_days(self) -> int | None:
        """Working days that the promise takes off the legal limit, as found."""
        return None if self.legal_days is None else self.legal_days - self.promised_days
