"""Booking, and the steps that people take with an appointment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.appointments import policies
from hall.appointments.actions.steps import locked, take
from hall.appointments.effects import find_slot
from hall.appointments.jobs import remind_later
from hall.appointments.limits import check_limits
from hall.appointments.measures import APPOINTMENT_MEASURES
from hall.appointments.models import Appointment, Holder, Slot
from hall.appointments.notices import tell_holder
from hall.appointments.places import take_place, usable
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.crypto import blind, blind_now
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.idempotency import body_hash, once
from portal.core.identity import normalise_phone
from portal.core.numbers import normalise_query_code, query_code
from portal.core.statistics import watch
from portal.core.time import now, today
from portal.people.models import User


@dataclass(frozen=True)
class Person:
    """Somebody without an account in the portal, as the desk writes them down."""

    name: str
    phone: str


@action
def book(
    actor: Actor,
    slot_id: int,
    *,
    person: Person | None = None,
    channel: str = Appointment.Channel.WEB,
    once_key: str = "",
) -> Appointment:
    """Book a place: for oneself, or, at the desk and on the telephone, for `person`.

    Raises SlotFull, WrongState (paused, too many, at the same time), Invalid, NotAllowed, NotFound.
    """
    body = body_hash({"slot": slot_id, "name": person.name if person else ""})
    outcome = once(
        actor, "appointments.book", once_key, body, lambda: {"pk": _book(actor, slot_id, person, channel).pk}
    )
    return Appointment.objects.select_related("service", "holder__user").get(pk=outcome["pk"])


def _book(actor: Actor, slot_id: int, person: Person | None, channel: str) -> Appointment:
    slot = Slot.objects.select_related("service").filter(pk=slot_id).first()
    if slot is None:
        raise NotFound()
    if actor.user is None or (person is not None and not policies.may_book_for_others(actor.user, slot.service)):
        raise NotAllowed()
    if not usable(slot, now()):
        raise WrongState(_("This time cannot be booked any more. Please choose another one."), code="slot_over")
    # The person is locked before the slot: the limits hold for one person, the places for all.
    holder = _locked_holder(person, actor.user)
    check_limits(holder, slot)
    take_place(slot)
    one = Appointment(
        holder=holder,
        service=slot.service,
        slot=slot,
        department_id=slot.service.department_id,
        code=query_code(),
        day=slot.day,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        channel=channel,
        booked_at=now(),
        booked_by=actor.user,
    )
    with watch(APPOINTMENT_MEASURES, one):
        one.save()
    event = record(one, "appointment.booked", actor, to_state="booked", data={"channel": channel, "at": one.starts_at})
    tell_holder(one, "booked", key=f"event:{event.pk}")
    remind_later(one)
    return one


@action
def take_step(
    actor: Actor,
    appointment_id: int,
    code: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None,
) -> Appointment:
    """One step by a person. Raises what the lifecycle raises."""
    one = locked(appointment_id, actor)
    if code in {"change", "move"}:
        slot = find_slot(str((inputs or {}).get("slot") or ""), one)
        holder = db.lock_row(Holder.objects.all(), one.holder_id)
        if slot is not None:
            check_limits(holder, slot, moving=one)
    return take(one, code, actor, inputs, state_version=state_version)


@action
def check_in_with_code(actor: Actor, typed: str) -> Appointment:
    """At the kiosk, by the code of today's appointment. Raises NotFound, WrongState."""
    code = normalise_query_code(typed)
    pk = Appointment.objects.filter(code=code, day=today()).values_list("pk", flat=True).first() if code else None
    if pk is None:
        raise NotFound(_("No appointment of today has this code. Please check it, or ask at the desk."))
    one = locked(pk, actor)
    if one.state == "checked_in":
        raise WrongState(_("This appointment has been checked in already."), code="checked_in")
    if one.state != "booked":
        raise WrongState(_("This appointment is no longer valid. Please ask at the desk."), code="not_valid")
    return take(one, "check_in_at_kiosk", actor, state_version=None)


# --- who books ------------------------------------------------------------------------------------------------------


def _locked_holder(person: Person | None, user: User) -> Holder:
    pk = _holder_of_user(user).pk if person is None else _holder_of_person(person).pk
    return db.lock_row(Holder.objects.select_related("user"), pk)


def _holder_of_user(user: User) -> Holder:
    return Holder.objects.get_or_create(
        key=f"user:{user.pk}", defaults={"user": user, "name": user.name, "phone": user.phone}
    )[0]


def _holder_of_person(person: Person) -> Holder:
    """The same person is found again by telephone and name together: relatives share a number."""
    name, phone = person.name.strip(), normalise_phone(person.phone)
    wrong: dict[str, Any] = {}
    if not 2 <= len(name) <= 60:
        wrong["name"] = _("Enter the person's name.")
    if not phone.isdecimal() or not 7 <= len(phone) <= 15:
        wrong["phone"] = _("Enter a telephone number at which the person can be reached.")
    if wrong:
        raise Invalid(fields=wrong)
    known = Holder.objects.filter(phone_blind=blind("phone", phone))
    if found := next((one for one in known[:20] if one.name == name), None):
        return found
    account = User.objects.filter(phone_blind=blind("phone", phone), name=name, is_active=True).order_by("pk").first()
    if account is not None:
        return _holder_of_user(account)
    key = f"person:{blind_now('booking', f'{phone}|{name}')}"
    return Holder.objects.get_or_create(key=key, defaults={"name": name, "phone": phone})[0]
