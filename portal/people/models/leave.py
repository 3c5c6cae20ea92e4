"""Leave: the days on which somebody is away and the substitute stands in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.querysets import LeaveQuerySet


class Leave(models.Model):
    """Days away, first and last included. A cancelled one stays on record."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", pgettext_lazy("leave", "Annual leave")
        SICK = "sick", pgettext_lazy("leave", "Sick leave")
        DUTY = "duty", pgettext_lazy("leave", "Away on duty")
        TRAINING = "training", pgettext_lazy("leave", "Training")
        OTHER = "other", pgettext_lazy("leave", "Other")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.ANNUAL)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        indexes = [models.Index(fields=["user", "ends_on"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="leave_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.starts_on} – {self.ends_on}"
