"""What happens later: reminders, calling off what was closed, and laying slots after a change of the calendar."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext, override

from hall.appointments.models import Appointment, Slot, SlotException
from hall.appointments.notices import tell_reminder
from portal.core.calendar import day_name, workdays
from portal.core.jobs import Job, Later, enqueue, job
from portal.core.time import now

REMIND, CALL_OFF, LAY = "appointments.remind", "appointments.call_off", "appointments.lay"
# How long before the appointment each reminder goes out.
BEFORE = {"day": dt.timedelta(hours=24), "hours": dt.timedelta(hours=2)}


def remind_later(one: Appointment) -> None:
    """Write the reminders as jobs; one that would come at once or too late is left out."""
    for kind, before in BEFORE.items():
        due_at = one.starts_at - before
        if due_at > now():
            enqueue(REMIND, {"appointment": one.pk, "kind": kind}, due_at=due_at, key=f"{one.pk}:{kind}")


@job(REMIND)
def remind(payload: dict[str, Any], _job: Job) -> None:
    """Remind of an appointment that still stands; one that was put off is asked again when its time comes."""
    one = Appointment.objects.select_related("service", "holder__user").filter(pk=payload["appointment"]).first()
    if one is None or one.state != "booked" or one.starts_at <= now():
        return
    due_at = one.starts_at - BEFORE[payload["kind"]]
    if now() < due_at:
        raise Later(due_at)
    tell_reminder(one, payload["kind"])


def call_off_later(slots: list[int]) -> None:
    """Whoever booked these slots, which are closed now, is told by a job for each slot."""
    for pk in slots:
        enqueue(CALL_OFF, {"slot": pk}, key=str(pk))


@job(CALL_OFF, steps=True, lease_seconds=300)
def call_off(payload: dict[str, Any], running: Job) -> None:
    """Batch after batch; safe to repeat, since who was called off has no booked appointment any more."""
    from hall.appointments.actions import call_off_closed

    slot = Slot.objects.select_related("service").get(pk=payload["slot"])
    reason, after = reason_of(slot), 0
    while after := call_off_closed(slot.pk, reason, after):
        running.renew()


def reason_of(slot: Slot) -> str:
    """Why a slot is closed, in the centre's language, as the letter says it."""
    exceptions = SlotException.objects.filter(day=slot.day, withdrawn_at__isnull=True, windows=0)
    named = exceptions.filter(service__isnull=True) | exceptions.filter(service=slot.service_id)
    if found := named.order_by("pk").first():
        return found.reason
    index = workdays()
    with override("zh-hans"):
        if not index.is_workday(slot.day):
            return day_name(index.facts(slot.day)) or gettext("The hall is closed on this day.")
        return gettext("The opening hours have changed.")


@job(LAY, steps=True, lease_seconds=300)
def lay(_payload: dict[str, Any], running: Job) -> None:
    """Lay the slots of every service anew."""
    from hall.appointments.actions import lay_service, services_to_lay

    for pk in services_to_lay():
        lay_service(pk)
        running.renew()


def calendar_changed(_from_day: dt.date, version: int) -> None:
    """A changed calendar closes or opens days: the slots follow, and who had booked is told."""
    enqueue(LAY, {}, key=f"version:{version}")
