"""What one person may hold: nothing while paused, nothing at the same time, not too much in a week."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from hall.appointments.models import Appointment, Holder, Slot
from hall.appointments.models.appointment import LIVE
from hall.appointments.rules import booking_rules
from portal.core.errors import WrongState
from portal.core.time import now, today

COUNTED = (*LIVE, "missed")


def check_limits(holder: Holder, slot: Slot, *, moving: Appointment | None = None) -> None:
    """Raise WrongState when the person may not hold this slot; the holder is locked. `moving` gives up its own time."""
    if holder.paused_until is not None and holder.is_paused and moving is None:
        until = date_format(holder.paused_until, "DATE_FORMAT")
        raise WrongState(
            _(
                "Booking is paused for you until %(day)s, because appointments were missed. You can take a number in"
                " the hall at any time."
            ),
            code="paused",
            day=until,
        )
    held = Appointment.objects.filter(holder=holder)
    if moving is not None:
        held = held.exclude(pk=moving.pk)
    if held.filter(state__in=LIVE, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).exists():
        raise WrongState(_("You have another appointment at this time already."), code="same_time")
    monday = slot.day - dt.timedelta(days=slot.day.weekday())
    week = held.filter(state__in=COUNTED, day__range=(monday, monday + dt.timedelta(days=6))).count()
    most = booking_rules()["week_limit"].days
    if week >= most:
        raise WrongState(_("One person can hold %(n)s appointments in a week at most."), code="week_limit", n=most)


def pause_if_missed(holder: Holder) -> bool:
    """After a missed appointment: pause booking once there are too many. The holder is locked; saves it."""
    rules = booking_rules()
    since = now() - dt.timedelta(days=rules["no_show_days"].days)
    if holder.counted_from is not None:
        since = max(since, holder.counted_from)
    missed = Appointment.objects.filter(holder=holder, state="missed", starts_at__gte=since).count()
    if missed < rules["no_shows"].days:
        return False
    holder.paused_until = today() + dt.timedelta(days=rules["pause_days"].days)
    holder.counted_from = now()
    holder.save(update_fields=["paused_until", "counted_from"])
    return True
