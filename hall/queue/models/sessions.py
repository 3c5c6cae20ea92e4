"""Who sits at a window now, and the breaks: append-only rows besides their end."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.queue.models.layout import Hall
from portal.core.time import now


class WindowSession(models.Model):
    """A person serves at a window, from sitting down to leaving."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="sessions")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="window_sessions")
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        verbose_name = _("window session")
        verbose_name_plural = _("window sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["window"], condition=models.Q(ended_at__isnull=True), name="one_person_a_window"
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(ended_at__isnull=True), name="one_window_a_person"
            ),
        ]
        indexes = [models.Index(fields=["window", "started_at"], name="session_window")]

    def __str__(self) -> str:
        return f"{self.window_id} · {self.staff_id}"

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class WindowBreak(models.Model):
    """A pause of a window with its reason."""

    class Reason(models.TextChoices):
        MEAL = "meal", pgettext_lazy("break", "Meal")
        REST = "rest", pgettext_lazy("break", "Short rest")
        MEETING = "meeting", pgettext_lazy("break", "Meeting or training")
        PAPERWORK = "paperwork", pgettext_lazy("break", "Working on papers")
        FAULT = "fault", pgettext_lazy("break", "System or equipment fault")

    session = models.ForeignKey(WindowSession, models.CASCADE, related_name="breaks")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(ended_at__isnull=True), name="one_break_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
