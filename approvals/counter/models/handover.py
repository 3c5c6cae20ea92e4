"""Handing cases over to a colleague: one, or all open ones of a clerk for leave or at the end of a shift (交接)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HandOver(models.Model):
    """One hand-over within a department; the cases change hands when the receiver or the head accepts it."""

    class Reason(models.TextChoices):
        SHIFT = "shift", pgettext_lazy("hand-over", "End of shift")
        LEAVE = "leave", pgettext_lazy("hand-over", "Leave")
        MOVE = "move", pgettext_lazy("hand-over", "Change of post")
        OTHER = "other", pgettext_lazy("hand-over", "Other reason")

    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="handed_over")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="taken_over")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    note = models.TextField(_("what to know"), blank=True, default="")
    state = models.CharField(max_length=10, default="waiting")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")), name="nobody_hands_over_to_themselves"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "-id"], name="handover_department"),
            models.Index(fields=["receiver", "-id"], name="handover_receiver"),
            models.Index(fields=["giver", "-id"], name="handover_giver"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.receiver_id}"


class HandOverCase(models.Model):
    """One case of a hand-over; `waiting` until the hand-over is decided, `moved` when the case changed hands."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="lines")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="handovers")
    waiting = models.BooleanField(default=True)
    moved = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "case"], name="a_case_once_in_a_handover"),
            models.UniqueConstraint(
                fields=["case"], name="one_waiting_handover_a_case", condition=models.Q(waiting=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}/{self.case_id}"
