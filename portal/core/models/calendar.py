"""The working calendar: its days, the administrators' overrides, and the version that caches go by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarDay(models.Model):
    """One day. `workday_index` is the running number of working days, so that SQL counts by joining on a date.

    `plan_is_workday`, `kind` and `name` are the plan's; `is_workday` is what counts, overrides included.
    """

    class Kind(models.TextChoices):
        WORKDAY = "workday", pgettext_lazy("day", "Working day")
        WEEKEND = "weekend", pgettext_lazy("day", "Weekend")
        HOLIDAY = "holiday", pgettext_lazy("day", "Holiday")
        MAKE_UP = "make_up", pgettext_lazy("day", "Worked weekend day")

    day = models.DateField(_("day"), primary_key=True)
    is_workday = models.BooleanField(_("working day"))
    workday_index = models.PositiveIntegerField(_("working days since the calendar begins"))
    plan_is_workday = models.BooleanField(_("working day by the plan"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("holiday"), max_length=40, blank=True, default="")
    provisional = models.BooleanField(_("provisional"), default=False)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarOverride(models.Model):
    """An administrator's word over the plan: a local holiday, a hall closed for a typhoon.

    The author is kept as the events keep it, by id and name: the ground floor does not know the accounts.
    """

    day = models.DateField(_("day"))
    is_workday = models.BooleanField(_("working day"))
    reason = models.CharField(_("reason"), max_length=200)
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(_("author"), max_length=100)
    created_at = models.DateTimeField(_("made at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("calendar override")
        verbose_name_plural = _("calendar overrides")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"], condition=models.Q(withdrawn_at__isnull=True), name="core_one_override_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"


class CalendarState(models.Model):
    """One row: the version that every change of a day raises. Writers of the calendar queue up for it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="core_one_calendar")]

    def __str__(self) -> str:
        return f"calendar version {self.version}"
