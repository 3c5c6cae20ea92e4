"""A service with its plan and slots, for the tests of appointments."""

import datetime as dt
from typing import Any

from hall.appointments import actions
from hall.appointments.actions import PlanDraft, ServiceDraft
from hall.appointments.models import Appointment, Service, Slot
from portal.core.actors import Actor
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.factories import moment

FRIDAY = moment("2026-11-20 10:00")
MONDAY = dt.date(2026, 11, 23)


def manager() -> Actor:
    return actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def plan(**more: Any) -> PlanDraft:
    values: dict[str, Any] = {
        "weekdays": "01234",
        "first_time": dt.time(9),
        "last_time": dt.time(12),
        "slot_minutes": 30,
        "windows": 1,
        "per_window": 1,
        "valid_from": today(),
    }
    return PlanDraft(**{**values, **more})


def service(code: str = "QYDJ", **more: Any) -> Service:
    """A service whose slots are laid."""
    plan_values = more.pop("plan", {})
    values = {"name": "企业设立登记", "name_en": "Company registration", "item_codes": [], **more}
    actor = manager()
    made = actions.make_service(actor, ServiceDraft(code=code, **values))
    actions.add_plan(actor, made.pk, plan(**plan_values))
    return made


def slot(of: Service, text: str) -> Slot:
    """The slot that begins at `2026-11-23 09:00`."""
    return Slot.objects.get(service=of, starts_at=moment(text))


def booked(by: User, at: Slot) -> Appointment:
    return actions.book(actor_of(by), at.pk)
