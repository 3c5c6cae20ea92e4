"""Windows of the hall, and who serves at them."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hall.querysets import WindowDutyQuerySet, WindowQuerySet
from portal.core.time import today
from portal.people.models import Department, Posting


class Window(models.Model):
    """A counter of the hall (窗口)."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", pgettext_lazy("window kind", "Comprehensive intake")
        DEPARTMENT = "department", pgettext_lazy("window kind", "Department")
        ISSUING = "issuing", pgettext_lazy("window kind", "Issuing")
        COMPLAINT = "complaint", pgettext_lazy("window kind", "Complaints")

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.DEPARTMENT)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="windows")
    area = models.CharField(_("area"), max_length=80, blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = WindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def is_closed(self) -> bool:
        """Closed from that day on, the day itself included."""
        return self.closed_on is not None and self.closed_on <= today()


class WindowDuty(models.Model):
    """A posting that serves at a window, first and last day included."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="duties")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="duties")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Ended at once, in the middle of its last day.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = WindowDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("window duty")
        verbose_name_plural = _("window duties")
        constraints = [
            models.UniqueConstraint(fields=["window", "posting", "starts_on"], name="one_duty_a_start"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="duty_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} · {self.posting}"

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < today())
