"""Taking and giving back the places of a slot: one conditional statement each, so that nobody books twice."""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from hall.appointments.models import Slot
from hall.appointments.rules import booking_rules, minutes
from portal.core.errors import DomainError


class SlotFull(DomainError):
    """Somebody was faster."""

    code = "slot_full"
    default_message = _("This time has just been taken. Please choose another one.")


def take_place(slot: Slot) -> None:
    """One place of the slot is ours from now on, or somebody else has the last one. Raises SlotFull.

    The condition stands in the statement itself: whoever comes second reads the row anew once the first has committed.
    """
    free = Slot.objects.filter(pk=slot.pk, booked__lt=F("planned"))
    if not free.update(booked=F("booked") + 1):
        raise SlotFull


def give_back(slot_id: int) -> None:
    """One place is free again; a slot that was kept larger for those who had booked shrinks to its plan."""
    Slot.objects.filter(pk=slot_id, booked__gt=0).update(
        booked=F("booked") - 1, capacity=Greatest(F("planned"), F("booked") - 1)
    )


def usable(slot: Slot, moment: dt.datetime) -> bool:
    """Whether the slot can be booked at that moment at all, full or not."""
    return slot.planned > 0 and slot.starts_at >= moment + minutes(booking_rules()["lead_minutes"])
