"""Slots: a time of a day with its places. The row is what two people who want the last place meet at."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hall.appointments.models.service import Service


class Slot(models.Model):
    """One time of a service. `planned` is what the plan gives (0: closed now), `capacity` never less than `booked`."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="slots")
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    planned = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    booked = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["service", "day", "starts_at"], name="slot_service_day")]
        constraints = [
            models.UniqueConstraint(fields=["service", "starts_at"], name="one_slot_a_time"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="slot_not_overbooked"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at}"

    @property
    def free(self) -> int:
        """Places left; none where the plan has closed the slot."""
        return max(0, min(self.planned, self.capacity) - self.booked)
