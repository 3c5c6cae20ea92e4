"""What the pages of a choice show: the days of a service with the places left, and the times of a day."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from hall.appointments.models import Service, Slot
from hall.appointments.rules import booking_rules, minutes
from portal.core.time import ZONE, now, today


@dataclass(frozen=True)
class DayChoice:
    """A day with its places."""

    day: dt.date
    free: int

    @property
    def weekday(self) -> int:
        return self.day.weekday()


def days_of(service: Service) -> list[DayChoice]:
    """The days within reach on which the service is offered, full ones included; one query."""
    rules = booking_rules()
    last = today() + dt.timedelta(days=rules["ahead_days"].days)
    rows = (
        Slot.objects.filter(service=service, day__range=(today(), last), planned__gt=0)
        .values("day")
        .annotate(
            left=Sum(
                F("planned") - F("booked"),
                filter=Q(booked__lt=F("planned"), starts_at__gte=now() + minutes(rules["lead_minutes"])),
            ),
            slots=Count("pk"),
        )
        .order_by("day")
    )
    return [DayChoice(row["day"], row["left"] or 0) for row in rows]


def times_of(service: Service, day: dt.date) -> tuple[list[Slot], list[Slot]]:
    """The slots of a day that can still be booked, full ones included: before noon and after; one query."""
    rules = booking_rules()
    first = now() + minutes(rules["lead_minutes"])
    last = today() + dt.timedelta(days=rules["ahead_days"].days)
    slots = [
        slot
        for slot in Slot.objects.filter(service=service, day=day, planned__gt=0, starts_at__gte=first)
        if slot.day <= last
    ]
    morning = [slot for slot in slots if slot.starts_at.astimezone(ZONE).hour < 12]
    return morning, [slot for slot in slots if slot not in morning]
