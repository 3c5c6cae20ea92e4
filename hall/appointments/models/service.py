"""What can be booked: a service, its weekly plans, and the days that differ from them."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hall.appointments.querysets import ServiceQuerySet
from hall.queue.models import Queue
from portal.people.models import Department


class Service(models.Model):
    """A service of the hall that people come to at a time of their own choice (预约事项).

    `queue` is the line that a checked-in visitor joins; `item_codes` name the items it is for.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")
    note = models.CharField(_("what to bring"), max_length=400, blank=True, default="")
    note_en = models.CharField(_("what to bring, in English"), max_length=600, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="bookable_services")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="bookable_services")
    item_codes = models.JSONField(_("items"), default=list, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("bookable service")
        verbose_name_plural = _("bookable services")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def display_note(self) -> str:
        return self.note_en if self.note_en and (get_language() or "").startswith("en") else self.note


class SlotPlan(models.Model):
    """The weekly pattern of a service: on these weekdays, from when to when, how many at a time.

    `weekdays` are the digits 0 (Monday) to 6; a weekend day worked in exchange goes by Friday's pattern.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="plans")
    weekdays = models.CharField(_("weekdays"), max_length=7)
    first_time = models.TimeField(_("first time"))
    last_time = models.TimeField(_("end"))
    slot_minutes = models.PositiveSmallIntegerField(_("minutes of a slot"))
    windows = models.PositiveSmallIntegerField(_("windows"))
    per_window = models.PositiveSmallIntegerField(_("people at a window in a slot"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("slot plan")
        verbose_name_plural = _("slot plans")
        ordering = ["first_time", "pk"]
        indexes = [models.Index(fields=["service", "valid_from"], name="slot_plan_service")]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_time__gt=models.F("first_time")), name="plan_has_hours"),
            models.CheckConstraint(
                condition=models.Q(slot_minutes__gte=5, windows__gte=1, per_window__gte=1), name="plan_has_slots"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="plan_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.first_time:%H:%M}–{self.last_time:%H:%M}"

    @property
    def capacity(self) -> int:
        """How many people in one slot."""
        return self.windows * self.per_window

    @property
    def days(self) -> list[int]:
        return [int(digit) for digit in self.weekdays]


class SlotException(models.Model):
    """A day on which a service has other capacity than its plan, or none: for one service or, without one, for all."""

    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="exceptions")
    day = models.DateField(_("day"))
    windows = models.PositiveSmallIntegerField(_("windows on this day"))  # 0: closed
    reason = models.CharField(_("reason"), max_length=200)
    author_name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("exception of a slot plan")
        verbose_name_plural = _("exceptions of slot plans")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "day"],
                condition=models.Q(withdrawn_at__isnull=True, service__isnull=False),
                name="one_exception_a_day",
            ),
            models.UniqueConstraint(
                fields=["day"],
                condition=models.Q(withdrawn_at__isnull=True, service__isnull=True),
                name="one_hall_exception_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.windows}"
