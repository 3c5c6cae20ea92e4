"""What can be booked and when: services, weekly plans, exceptional days; and lifting a pause. Every change an event."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hall.appointments.actions.portal import lay
from hall.appointments.models import Holder, Service, SlotException, SlotPlan
from hall.appointments.notices import tell_lifted
from hall.appointments.policies import may_lift_pause, may_plan
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")
LONGEST_DAY = dt.timedelta(hours=14)


@dataclass(frozen=True, kw_only=True)
class ServiceDraft:
    """What a manager tells about a service."""

    code: str
    name: str
    name_en: str = ""
    note: str = ""
    note_en: str = ""
    department_id: int | None = None
    queue_id: int | None = None
    item_codes: list[str]


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """A weekly pattern."""

    weekdays: str
    first_time: dt.time
    last_time: dt.time
    slot_minutes: int
    windows: int
    per_window: int
    valid_from: dt.date


@dataclass(frozen=True, kw_only=True)
class ExceptionDraft:
    """A day with other capacity; 0 windows close it."""

    day: dt.date
    windows: int
    reason: str


@action
def make_service(actor: Actor, draft: ServiceDraft) -> Service:
    """A new bookable service. Raises Invalid with `fields`, NotAllowed."""
    _only_planners(actor)
    service = Service()
    _fill(service, draft)
    service.save()
    record(service, "service.made", actor, data={"code": service.code})
    return service


@action
def change_service(actor: Actor, service_id: int, draft: ServiceDraft) -> Service:
    """Write the new values; appointments that are booked keep their department."""
    _only_planners(actor)
    service = _service(service_id)
    before = {name: getattr(service, name) for name in asdict(draft)}
    _fill(service, draft)
    changed = {name: [old, getattr(service, name)] for name, old in before.items() if old != getattr(service, name)}
    service.save()
    if changed:
        record(service, "service.changed", actor, data={"changed": changed})
    return service


@action
def close_service(actor: Actor, service_id: int, *, on: dt.date) -> Service:
    """Nothing can be booked from that day on; who has booked is told."""
    _only_planners(actor)
    service = _service(service_id)
    if service.closed_on is not None:
        raise WrongState(_("This service is closed already."))
    if on < today():
        raise Invalid(fields={"on": _("A service is closed today or on a day to come.")})
    service.closed_on = on
    service.save(update_fields=["closed_on"])
    record(service, "service.closed", actor, data={"on": on})
    lay(service)
    return service


@action
def add_plan(actor: Actor, service_id: int, draft: PlanDraft) -> SlotPlan:
    """A pattern from a day on. Raises Invalid with every wrong field at once."""
    _only_planners(actor)
    service = _service(service_id)
    if wrong := _wrong_plan(service, draft):
        raise Invalid(fields=wrong)
    plan = SlotPlan.objects.create(service=service, **asdict(draft))
    record(service, "service.plan_made", actor, data={"plan": plan.pk, **_told(draft)})
    lay(service)
    return plan


@action
def end_plan(actor: Actor, plan_id: int, *, on: dt.date) -> SlotPlan:
    """The pattern holds up to and including that day; who has booked later is told."""
    _only_planners(actor)
    found = SlotPlan.objects.filter(pk=plan_id).values_list("service_id", flat=True).first()
    if found is None:
        raise NotFound()
    service = _service(found)
    plan = db.lock_row(SlotPlan.objects.all(), plan_id)
    if plan.valid_to is not None and plan.valid_to < today():
        raise WrongState(_("This plan has ended already."))
    if on < max(plan.valid_from, today()):
        raise Invalid(fields={"on": _("Choose a day from today on, and not before the plan begins.")})
    plan.valid_to = on
    plan.save(update_fields=["valid_to"])
    record(service, "service.plan_ended", actor, data={"plan": plan.pk, "on": on})
    lay(service)
    return plan


@action
def add_exception(actor: Actor, service_id: int | None, draft: ExceptionDraft) -> SlotException:
    """Other capacity on one day, for one service or for all of them."""
    _only_planners(actor)
    services = db.lock_rows(Service.objects.all(), _services_of(service_id))
    if service_id is not None and not services:
        raise NotFound()
    wrong: dict[str, type_of_message] = {}
    if draft.day < today():
        wrong["day"] = _("Choose a day from today on.")
    elif _exceptions(service_id).filter(day=draft.day, withdrawn_at__isnull=True).exists():
        wrong["day"] = _("This day has an exception already. Withdraw that one first.")
    if not draft.reason.strip():
        wrong["reason"] = _("Enter the reason: who has booked reads it.")
    if wrong:
        raise Invalid(fields=wrong)
    made = SlotException.objects.create(
        service_id=service_id, author_name=actor.name, created_at=now(), **asdict(draft)
    )
    record(made, "service.exception_made", actor, data={"day": draft.day, "windows": draft.windows})
    for service in services:
        lay(service)
    return made


@action
def withdraw_exception(actor: Actor, exception_id: int) -> SlotException:
    """The day goes by its plan again."""
    _only_planners(actor)
    service_id = SlotException.objects.filter(pk=exception_id).values_list("service_id", flat=True).first()
    services = db.lock_rows(Service.objects.all(), _services_of(service_id))
    try:
        row = db.lock_row(SlotException.objects.all(), exception_id)
    except SlotException.DoesNotExist:
        raise NotFound() from None
    if row.withdrawn_at is not None:
        raise WrongState(_("This exception has been withdrawn already."))
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at"])
    record(row, "service.exception_withdrawn", actor, data={"day": row.day})
    for service in services:
        lay(service)
    return row


@action
def lift_pause(actor: Actor, holder_id: int, *, reason: str) -> Holder:
    """Let somebody book again before the pause is over. Raises Invalid without a reason, WrongState."""
    if actor.user is None or not may_lift_pause(actor.user):
        raise NotAllowed()
    try:
        holder = db.lock_row(Holder.objects.select_related("user"), holder_id)
    except Holder.DoesNotExist:
        raise NotFound() from None
    if not holder.is_paused:
        raise WrongState(_("This person can book."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Enter the reason.")})
    holder.paused_until, holder.counted_from = None, now()
    holder.save(update_fields=["paused_until", "counted_from"])
    record(holder, "holder.pause_lifted", actor, data={"reason": reason.strip()})
    tell_lifted(holder)
    return holder


def _exceptions(service_id: int | None) -> QuerySet[SlotException]:
    """Those of one service, or those of all."""
    if service_id is None:
        return SlotException.objects.filter(service__isnull=True)
    return SlotException.objects.filter(service=service_id)


def _only_planners(actor: Actor) -> None:
    if actor.user is not None and not may_plan(actor.user):
        raise NotAllowed()


def _service(service_id: int) -> Service:
    try:
        return db.lock_row(Service.objects.all(), service_id)
    except Service.DoesNotExist:
        raise NotFound() from None


def _services_of(service_id: int | None) -> list[int]:
    if service_id is not None:
        return [service_id]
    return list(Service.objects.open_on(today()).values_list("pk", flat=True))


def _fill(service: Service, draft: ServiceDraft) -> None:
    wrong: dict[str, type_of_message] = {}
    code = draft.code.strip().upper()
    if not CODE.fullmatch(code):
        wrong["code"] = _("1 to 32 capital letters, digits, hyphens or underscores, for example A01.")
    elif Service.objects.filter(code=code).exclude(pk=service.pk).exists():
        wrong["code"] = _("Another service has this code already.")
    if not draft.name.strip():
        wrong["name"] = _("Enter the service's name.")
    if wrong:
        raise Invalid(fields=wrong)
    for name, value in asdict(draft).items():
        setattr(service, name, value.strip() if isinstance(value, str) else value)
    service.code = code


def _wrong_plan(service: Service, draft: PlanDraft) -> dict[str, type_of_message]:
    if not draft.weekdays:
        return {"weekdays": _("Choose at least one weekday.")}
    if draft.last_time <= draft.first_time:
        return {"last_time": _("The end lies before the beginning.")}
    if draft.valid_from < today():
        return {"valid_from": _("A plan begins today or on a day to come.")}
    running = service.plans.exclude(valid_to__lt=draft.valid_from)
    for plan in running.filter(first_time__lt=draft.last_time, last_time__gt=draft.first_time):
        if set(plan.weekdays) & set(draft.weekdays):
            return {"first_time": _("Another plan covers these hours already. End it first.")}
    return {}


def _told(draft: PlanDraft) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in asdict(draft).items()}
