"""Shifts: who is due at which window on a day, and when they came and went."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.attendance.querysets import ShiftQuerySet
from hall.models import Window
from portal.people.models import Department, Leave


class Excuse(models.TextChoices):
    """Why somebody is not due at the post: the kinds of leave, and a hall that is closed."""

    ANNUAL = "annual", Leave.Kind.ANNUAL.label
    SICK = "sick", Leave.Kind.SICK.label
    DUTY = "duty", Leave.Kind.DUTY.label
    TRAINING = "training", Leave.Kind.TRAINING.label
    OTHER = "other", Leave.Kind.OTHER.label
    CLOSED = "closed", pgettext_lazy("excuse", "Hall closed")


class ShiftPattern(models.Model):
    """The hours of a window that differ from those of the centre, by weekday (0 is Monday)."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="shift_patterns")
    weekdays = models.CharField(_("weekdays"), max_length=7)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift pattern")
        verbose_name_plural = _("shift patterns")
        ordering = ["window__code", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="pattern_has_hours"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="pattern_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} {self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def days(self) -> list[int]:
        return [int(digit) for digit in self.weekdays]


class Shift(models.Model):
    """One person's duty at a window on one day. `counted_on` is set once it has begun: from then on it is a figure."""

    class Way(models.TextChoices):
        WINDOW = "window", pgettext_lazy("clock-in", "At the window page")
        QR = "qr", pgettext_lazy("clock-in", "By the hall's code")
        CORRECTION = "correction", pgettext_lazy("clock-in", "Corrected by the manager")

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts")
    window = models.ForeignKey(Window, models.PROTECT, related_name="shifts")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="shifts")
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    due_by = models.DateTimeField(_("clocks in by"))
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="shifts_covered"
    )
    excuse = models.CharField(_("not due because of"), max_length=10, choices=Excuse.choices, blank=True, default="")
    clocked_in_at = models.DateTimeField(_("came"), null=True, blank=True)
    clocked_out_at = models.DateTimeField(_("left"), null=True, blank=True)
    way = models.CharField(max_length=12, choices=Way.choices, blank=True, default="")
    late_minutes = models.PositiveSmallIntegerField(default=0)
    early_minutes = models.PositiveSmallIntegerField(default=0)
    corrected = models.BooleanField(default=False)
    counted_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        indexes = [
            models.Index(fields=["day", "window"], name="shift_day_window"),
            models.Index(fields=["department", "day"], name="shift_department_day"),
            models.Index(fields=["staff", "-day"], name="shift_staff_day"),
            models.Index(fields=["counted_on"], name="shift_counted"),
            models.Index(fields=["starts_at"], name="shift_uncounted", condition=Q(counted_on__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["staff", "day"], name="one_shift_a_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_has_hours"),
            models.CheckConstraint(
                condition=Q(clocked_out_at__isnull=True)
                | Q(clocked_in_at__isnull=False, clocked_out_at__gte=F("clocked_in_at")),
                name="shift_leaves_after_coming",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} {self.day}"

    @property
    def is_present(self) -> bool:
        return self.clocked_in_at is not None and self.clocked_out_at is None
