"""The one way in which an appointment takes a step: lock, check against the table, apply, save, count, record."""

from collections.abc import Mapping
from typing import Any

from hall.appointments import policies
from hall.appointments.jobs import remind_later
from hall.appointments.lifecycle import APPOINTMENT
from hall.appointments.measures import APPOINTMENT_MEASURES
from hall.appointments.models import Appointment
from hall.appointments.notices import tell_holder
from hall.appointments.ticketing import give_ticket
from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record
from portal.core.statistics import watch

CHECK_INS = frozenset({"check_in", "check_in_at_kiosk"})
MOVES = frozenset({"change", "move"})


def locked(appointment_id: int, actor: Actor) -> Appointment:
    """The appointment, locked; NotFound for a missing one and for one that the actor may not see, alike."""
    rows = Appointment.objects.select_related("holder__user", "service", "slot")
    try:
        one = db.lock_row(rows, appointment_id)
    except Appointment.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, one):
        raise NotFound()
    return one


def take(
    one: Appointment, code: str, actor: Actor, inputs: Mapping[str, Any] | None = None, *, state_version: int | None
) -> Appointment:
    """Take one step with a locked appointment. Raises Stale, WrongState, NotAllowed, Invalid, SlotFull."""
    step = APPOINTMENT.begin(one, code, actor, inputs, state_version=state_version)
    with watch(APPOINTMENT_MEASURES, one):
        before, after = step.apply()
        if code in CHECK_INS:
            give_ticket(one)
            step.data["ticket"] = one.ticket_number
        one.save()
    event = record(one, f"appointment.{code}", actor, from_state=before, to_state=after, data=step.data)
    tell_holder(one, code, key=f"event:{event.pk}")
    if code in MOVES:
        remind_later(one)
    return one
