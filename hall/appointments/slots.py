"""From plans, exceptions and the working calendar to the slots of a day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from hall.appointments.models import Service, Slot, SlotException, SlotPlan
from portal.core import db
from portal.core.time import ZONE
from portal.core.workdays import WorkdayIndex

FRIDAY = 4


@dataclass(frozen=True)
class Wanted:
    """A slot as the plan wants it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    places: int


def plan_day(
    day: dt.date,
    plans: Iterable[SlotPlan],
    exception: SlotException | None,
    index: WorkdayIndex,
    closed_on: dt.date | None,
) -> list[Wanted]:
    """The slots of one service on one day; none on days off and once the service is closed."""
    if not index.is_workday(day) or (closed_on is not None and closed_on <= day):
        return []
    weekday = day.weekday() if day.weekday() <= FRIDAY else FRIDAY
    found: dict[dt.datetime, Wanted] = {}
    for plan in plans:
        begun = plan.valid_from <= day and (plan.valid_to is None or day <= plan.valid_to)
        if begun and (weekday in plan.days or day.weekday() in plan.days):
            windows = plan.windows if exception is None else exception.windows
            for one in _slots_of(day, plan, windows * plan.per_window):
                found.setdefault(one.starts_at, one)
    return sorted((one for one in found.values() if one.places), key=lambda one: one.starts_at)


def _slots_of(day: dt.date, plan: SlotPlan, places: int) -> Iterable[Wanted]:
    start = dt.datetime.combine(day, plan.first_time, ZONE)
    end = dt.datetime.combine(day, plan.last_time, ZONE)
    length = dt.timedelta(minutes=plan.slot_minutes)
    while start + length <= end:
        yield Wanted(start, start + length, places)
        start += length


def lay_slots(service: Service, first: dt.date, last: dt.date, index: WorkdayIndex) -> list[int]:
    """Bring the slots of a service in line with its plans, from the first day to the last.

    Runs in the caller's transaction, which has locked the service. Nobody who has booked is put out: returns the slots
    that are closed now although somebody booked them, for the caller to call off.
    """
    plans = list(service.plans.all())
    exceptions = exceptions_of(service, first, last)
    wanted: dict[dt.datetime, Wanted] = {}
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        wanted |= {one.starts_at: one for one in plan_day(day, plans, exceptions.get(day), index, service.closed_on)}
    pks = Slot.objects.filter(service=service, day__range=(first, last)).values_list("pk", flat=True)
    held = {slot.starts_at: slot for slot in db.lock_rows(Slot.objects.all(), list(pks))}
    Slot.objects.bulk_create(
        [_new(service, one) for start, one in wanted.items() if start not in held], ignore_conflicts=True
    )
    changed = [slot for start, slot in held.items() if _adjust(slot, wanted.get(start))]
    Slot.objects.bulk_update(changed, ["ends_at", "planned", "capacity"])
    return [slot.pk for slot in held.values() if slot.planned == 0 and slot.booked]


def exceptions_of(service: Service, first: dt.date, last: dt.date) -> dict[dt.date, SlotException]:
    """The exception of each day: the service's own goes before that of the whole hall, unless the hall is closed."""
    rows = SlotException.objects.filter(day__range=(first, last), withdrawn_at__isnull=True)
    found: dict[dt.date, SlotException] = {}
    for row in rows.filter(service__isnull=True):
        found[row.day] = row
    for row in rows.filter(service=service):
        if row.day not in found or found[row.day].windows:
            found[row.day] = row
    return found


def _new(service: Service, one: Wanted) -> Slot:
    return Slot(
        service=service,
        day=one.starts_at.astimezone(ZONE).date(),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        planned=one.places,
        capacity=one.places,
    )


def _adjust(slot: Slot, one: Wanted | None) -> bool:
    """Whether the slot differs from the plan; it is set right."""
    places = one.places if one else 0
    ends_at = one.ends_at if one and not slot.booked else slot.ends_at
    capacity = max(places, slot.booked)
    if (slot.planned, slot.capacity, slot.ends_at) == (places, capacity, ends_at):
        return False
    slot.planned, slot.capacity, slot.ends_at = places, capacity, ends_at
    return True
