"""Alerts that people ordered for themselves: a digest of the morning, a figure that crosses a line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Department

USER = settings.AUTH_USER_MODEL


class Subscription(models.Model):
    """One alert of one person. Without a department it is about all that the person may see.

    `limit` is in the figure's own unit: a share as a fraction of 1, a count as it is. `crossed` remembers on which
    side the figure was found last, so that a message tells of the crossing and not of every day behind it.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", pgettext_lazy("alert", "Daily digest of the lamps")
        THRESHOLD = "threshold", pgettext_lazy("alert", "A figure crosses a line")

    class Side(models.TextChoices):
        ABOVE = "above", pgettext_lazy("alert", "rises above")
        BELOW = "below", pgettext_lazy("alert", "falls below")

    user = models.ForeignKey(USER, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    department = models.ForeignKey(Department, models.CASCADE, null=True, blank=True, related_name="+")
    figure = models.CharField(max_length=40, blank=True, default="")
    side = models.CharField(max_length=6, choices=Side.choices, blank=True, default="")
    limit = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    crossed = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("pk",)
        indexes = (models.Index(fields=["kind", "id"], name="subscription_kind"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="digest", figure="", limit__isnull=True)
                | Q(kind="threshold", figure__gt="", side__gt="", limit__isnull=False),
                name="a_threshold_has_its_line",
            ),
            models.UniqueConstraint(
                fields=["user", "department"],
                condition=Q(kind="digest", department__isnull=False),
                name="one_digest_a_department",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(kind="digest", department__isnull=True), name="one_digest_of_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.figure}"


class AlertSent(models.Model):
    """A subscription was served for a day: whoever comes second finds the row and sends nothing."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="sent")
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subscription", "day"], name="one_alert_a_day"),)

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.day}"
