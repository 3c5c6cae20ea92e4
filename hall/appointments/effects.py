"""What each step does to an appointment and its places: called under the appointment's lock, before the row is saved."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.appointments.models import Appointment, Slot
from hall.appointments.places import give_back, take_place, usable
from hall.appointments.rules import booking_rules, minutes
from portal.core.errors import Invalid, WrongState
from portal.core.lifecycle import Step
from portal.core.time import now

TOO_EARLY = _("Check-in opens %(minutes)s minutes before the appointment. Please come back then.")
TOO_LATE = _("The appointment was kept open for %(minutes)s minutes and has lapsed. Please take a number.")
TOO_LATE_TO_CHANGE = _(
    "An appointment can be changed or cancelled up to %(hours)s hours before it begins. Please call the centre."
)


def check_in_window(appointment: Appointment) -> tuple[dt.datetime, dt.datetime]:
    """From when to when one can check in."""
    rules = booking_rules(appointment.day)
    early, late = minutes(rules["early_minutes"]), minutes(rules["late_minutes"])
    return appointment.starts_at - early, appointment.starts_at + late


def changeable_until(appointment: Appointment) -> dt.datetime:
    """The last moment at which the holder may change or cancel."""
    return appointment.starts_at - minutes(booking_rules(appointment.day)["cancel_hours"])


def check_in(step: Step[Appointment]) -> None:
    """Only within the times of the rule; what follows in the queue stands in `ticketing.py`."""
    one = step.obj
    opens, closes = check_in_window(one)
    if step.moment < opens:
        early = int((one.starts_at - opens).total_seconds() // 60)
        raise WrongState(TOO_EARLY, code="too_early", minutes=early)
    if step.moment > closes:
        late = int((closes - one.starts_at).total_seconds() // 60)
        raise WrongState(TOO_LATE, code="too_late", minutes=late)
    one.checked_in_at = one.ended_at = step.moment


def change(step: Step[Appointment]) -> None:
    """By the holder: in time, and to a place that is free."""
    _in_time(step)
    _to_slot(step)


def move(step: Step[Appointment]) -> None:
    """By the centre: at any time before it begins."""
    _to_slot(step)
    step.obj.reason = step.data["reason"] = step.inputs["reason"]


def cancel(step: Step[Appointment]) -> None:
    """By the holder: in time; the place is free at once."""
    _in_time(step)
    _end(step)


def call_off(step: Step[Appointment]) -> None:
    """By the centre, with a reason that the holder reads."""
    step.obj.reason = step.data["reason"] = step.inputs["reason"]
    _end(step)


def miss(step: Step[Appointment]) -> None:
    """The place is not given back: its time has gone by."""
    if step.moment <= check_in_window(step.obj)[1]:
        raise WrongState()
    step.obj.ended_at = step.moment


def _end(step: Step[Appointment]) -> None:
    give_back(step.obj.slot_id)
    step.obj.ended_at = step.moment


def _in_time(step: Step[Appointment]) -> None:
    if step.moment > changeable_until(step.obj):
        hours = booking_rules(step.obj.day)["cancel_hours"].days
        raise WrongState(TOO_LATE_TO_CHANGE, code="too_late", hours=hours)


def find_slot(typed: str, one: Appointment) -> Slot | None:
    """The slot of the same service that was chosen, as the form sends it."""
    if not typed.isdecimal():
        return None
    return Slot.objects.filter(pk=int(typed), service=one.service_id).first()


def _to_slot(step: Step[Appointment]) -> None:
    one = step.obj
    slot = find_slot(step.inputs["slot"], one)
    if slot is None or not usable(slot, now()):
        raise Invalid(fields={"slot": _("This time cannot be booked any more. Please choose another one.")})
    if slot.pk == one.slot_id:
        raise Invalid(fields={"slot": _("This is the time that you have already.")})
    # In the order of the keys, so that two people who change places never wait for each other in a circle.
    for pk in sorted((slot.pk, one.slot_id)):
        if pk == slot.pk:
            take_place(slot)
        else:
            give_back(pk)
    step.data.update({"from": one.starts_at.isoformat(), "to": slot.starts_at.isoformat()})
    one.slot, one.day, one.starts_at, one.ends_at = slot, slot.day, slot.starts_at, slot.ends_at
