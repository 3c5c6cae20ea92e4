"""What the portal does by itself: lay the slots, call off what is closed, mark what was missed."""

import datetime as dt

from hall.appointments.actions.steps import locked, take
from hall.appointments.jobs import call_off_later
from hall.appointments.limits import pause_if_missed
from hall.appointments.models import Appointment, Holder, Service
from hall.appointments.notices import tell_paused
from hall.appointments.rules import booking_rules, minutes
from hall.appointments.slots import lay_slots
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.events import record
from portal.core.time import now, today

BATCH = 100
PORTAL = Actor.system("系统自动")  # as the history names it, in the centre's language


def services_to_lay() -> list[int]:
    """The services that have slots to come."""
    return list(Service.objects.open_on(today()).order_by("pk").values_list("pk", flat=True))


@action
def lay_service(service_id: int) -> None:
    """Bring the slots of one service in line with its plans, as far ahead as can be booked."""
    lay(db.lock_row(Service.objects.all(), service_id))


def lay(service: Service) -> None:
    """The same inside somebody else's transaction, which has locked the service."""
    last = today() + dt.timedelta(days=booking_rules()["ahead_days"].days)
    if closed := lay_slots(service, today(), last, workdays()):
        call_off_later(closed)


@action
def call_off_closed(slot_id: int, reason: str, after: int = 0) -> int:
    """Call off a batch of those who booked a slot that is closed now; returns the last one's key, 0 at the end."""
    rows = Appointment.objects.filter(slot=slot_id, slot__planned=0, state="booked", starts_at__gt=now(), pk__gt=after)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    for pk in pks:
        one = locked(pk, PORTAL)
        if one.state == "booked":
            take(one, "close", PORTAL, {"reason": reason}, state_version=None)
    return pks[-1] if len(pks) == BATCH else 0


@action
def mark_missed(limit: int = BATCH) -> int:
    """Mark the appointments at whose time nobody came; who missed too many cannot book for a while."""
    closed = now() - minutes(booking_rules()["late_minutes"])
    due = Appointment.objects.filter(state="booked", starts_at__lt=closed).order_by("starts_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        one = locked(pk, PORTAL)
        if one.state != "booked":
            continue
        try:
            take(one, "miss", PORTAL, state_version=None)
        except DomainError:
            continue  # the rule of its own day keeps it open longer: at the next turn
        done += 1
        holder = db.lock_row(Holder.objects.select_related("user"), one.holder_id)
        if pause_if_missed(holder):
            record(holder, "holder.paused", PORTAL, data={"until": holder.paused_until})
            tell_paused(holder)
    return done
