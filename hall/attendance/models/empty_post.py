"""A post left empty (空岗): which window, from when to when, what the person says, what the manager decides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.attendance.models.shift import Shift
from hall.attendance.querysets import EmptyPostQuerySet
from hall.models import Window
from portal.people.models import Department


class EmptyPost(models.Model):
    """One finding. It runs until somebody is at the post again; an accepted explanation takes it out of the figures."""

    class Kind(models.TextChoices):
        ABSENT = "absent", pgettext_lazy("empty post", "Nobody clocked in")
        PAUSED = "paused", pgettext_lazy("empty post", "Break too long")
        IDLE = "idle", pgettext_lazy("empty post", "People wait and nobody is called")

    window = models.ForeignKey(Window, models.PROTECT, related_name="empty_posts")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="empty_posts")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="empty_posts")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="empty_posts")
    kind = models.CharField(_("what was found"), max_length=8, choices=Kind.choices)
    day = models.DateField(_("day"))
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("to"), null=True, blank=True)
    state = models.CharField(max_length=12, default="open")
    state_version = models.PositiveIntegerField(default=0)
    explanation = models.TextField(_("explanation"), blank=True, default="")
    note = models.TextField(_("decision"), blank=True, default="")

    objects = EmptyPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post left empty")
        verbose_name_plural = _("posts left empty")
        indexes = [
            models.Index(fields=["-from_at", "-id"], name="empty_post_latest"),
            models.Index(fields=["department", "-from_at"], name="empty_post_department"),
            models.Index(fields=["staff", "-from_at"], name="empty_post_staff"),
            models.Index(fields=["day"], name="empty_post_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["window"], condition=Q(until_at__isnull=True), name="one_running_empty_post"
            ),
            models.UniqueConstraint(fields=["window", "kind", "from_at"], name="one_empty_post_a_start"),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")), name="empty_post_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.from_at}"

    @property
    def minutes(self) -> int | None:
        """How long it lasted; None while it runs."""
        return None if self.until_at is None else int((self.until_at - self.from_at).total_seconds() // 60)
