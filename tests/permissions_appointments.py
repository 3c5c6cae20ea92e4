"""What each role gets at the addresses of appointments."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.appointments.models import Appointment, Holder, Service, Slot, SlotException, SlotPlan
from portal.core.numbers import query_code
from portal.core.time import now, today
from tests.permissions import Cast, everyone, nothing, only, signed_in


def _service(cast: Cast) -> Service:
    return Service.objects.create(code="QYDJ", name="企业设立登记", department=cast.department)


def _slot(cast: Cast) -> Slot:
    starts = now() + dt.timedelta(days=2)
    return Slot.objects.create(
        service=_service(cast), day=starts.date(), starts_at=starts, ends_at=starts + dt.timedelta(minutes=30),
        planned=1, capacity=1,
    )  # fmt: skip


def service_code(cast: Cast) -> Mapping[str, Any]:
    return {"code": _service(cast).code}


def service_day(cast: Cast) -> Mapping[str, Any]:
    return {"code": _service(cast).code, "day": today()}


def service(cast: Cast) -> Mapping[str, Any]:
    return {"service_id": _service(cast).pk}


def slot(cast: Cast) -> Mapping[str, Any]:
    return {"slot_id": _slot(cast).pk}


def appointment(cast: Cast) -> Mapping[str, Any]:
    person, at = cast.person("citizen"), _slot(cast)
    holder = Holder.objects.create(key=f"user:{person.pk}", user=person, name=person.name, phone=person.phone)
    Slot.objects.filter(pk=at.pk).update(booked=1)
    made = Appointment.objects.create(
        holder=holder, service=at.service, slot=at, department=cast.department, code=query_code(), day=at.day,
        starts_at=at.starts_at, ends_at=at.ends_at, booked_at=now(),
    )  # fmt: skip
    return {"appointment_id": made.pk}


def appointment_step(cast: Cast) -> Mapping[str, Any]:
    return {**appointment(cast), "code": "call_off"}


def plan(cast: Cast) -> Mapping[str, Any]:
    made = SlotPlan.objects.create(
        service=_service(cast), weekdays="0", first_time=dt.time(9), last_time=dt.time(10), slot_minutes=30, windows=1,
        valid_from=today(),
    )  # fmt: skip
    return {"plan_id": made.pk}


def all_services(_cast: Cast) -> Mapping[str, Any]:
    return {"service_id": 0}


def exception(cast: Cast) -> Mapping[str, Any]:
    made = SlotException.objects.create(
        service=_service(cast), day=today(), windows=0, reason="检修", author_name="x", created_at=now()
    )
    return {"exception_id": made.pk}


def holder(cast: Cast) -> Mapping[str, Any]:
    until = today() + dt.timedelta(days=5)
    made = Holder.objects.create(key="p", name="王丽娟", phone="13800138000", paused_until=until)
    return {"holder_id": made.pk}


DESK = ("clerk", "department_head", "supervisor", "hall_manager", "auditor", "administrator")
desk = only(*DESK)
planners = only("hall_manager", "administrator")
wrong = only("hall_manager", "administrator", status=422)
readers = only("supervisor", "hall_manager", "auditor", "administrator")
mine = only("citizen", otherwise=404)
booked = signed_in(302)

ROWS: list[tuple] = [
    ("appointments:services", nothing, everyone()),
    ("appointments:service", service_code, everyone()),
    ("appointments:day", service_day, everyone()),
    ("appointments:kiosk", nothing, everyone()),
    ("appointments:kiosk", nothing, everyone(422), "post", {"code": "AAAAAAAA"}),
    ("appointments:book", slot, signed_in()),
    ("appointments:book", slot, booked, "post", {"once_key": ""}),
    ("appointments:mine", nothing, signed_in()),
    ("appointments:mine-one", appointment, mine),
    ("appointments:calendar", appointment, mine),
    ("appointments:cancel", appointment, mine),
    ("appointments:cancel", appointment, only("citizen", status=302, otherwise=404), "post"),
    ("appointments:change", appointment, mine),
    ("appointments:change", appointment, only("citizen", status=422, otherwise=404), "post"),
    ("appointments:check-in-phone", appointment, only("citizen", status=302, otherwise=404), "post"),
    ("appointments:desk", nothing, desk),
    ("appointments:desk-new", nothing, only("clerk", "hall_manager", "administrator")),
    ("appointments:desk-book", slot, only("clerk", "hall_manager", "administrator")),
    ("appointments:desk-book", slot, only("clerk", "hall_manager", "administrator", status=422), "post"),
    ("appointments:desk-one", appointment, desk),
    (
        "appointments:desk-step", appointment_step,
        only("clerk", "hall_manager", "administrator", status=422), "post", {"reason": ""},
    ),
    ("appointments:plans", nothing, readers),
    ("appointments:service-plan", service, readers),
    ("appointments:service-new", nothing, planners),
    ("appointments:service-new", nothing, wrong, "post"),
    ("appointments:service-edit", service, planners),
    ("appointments:service-edit", service, wrong, "post"),
    ("appointments:service-close", service, planners),
    ("appointments:service-close", service, wrong, "post", {"on": "2001-01-01"}),
    ("appointments:plan-new", service, planners),
    ("appointments:plan-new", service, wrong, "post"),
    ("appointments:plan-end", plan, planners),
    ("appointments:plan-end", plan, wrong, "post", {"on": "2001-01-01"}),
    ("appointments:exception-new", all_services, planners),
    ("appointments:exception-new", service, wrong, "post"),
    ("appointments:exception-withdraw", exception, only("hall_manager", "administrator", status=302), "post"),
    ("appointments:paused", nothing, readers),
    ("appointments:lift", holder, planners),
    ("appointments:lift", holder, wrong, "post"),
]  # fmt: skip
