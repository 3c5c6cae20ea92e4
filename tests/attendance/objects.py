"""A clerk with a shift at a window, for the tests of attendance."""

import datetime as dt
from typing import Any

from hall.attendance import actions
from hall.attendance.models import Shift
from hall.models import Window, WindowDuty
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from tests import factories

FRIDAY = dt.date(2026, 11, 20)


def window(code: str = "A01", dept: Department | None = None) -> Window:
    return Window.objects.get_or_create(code=code, defaults={"name": "窗口", "department": dept})[0]


def clerk(code: str = "A01", dept: Department | None = None, **more: Any) -> User:
    """A clerk with a duty at the window since long ago."""
    person = factories.staff(Role.CLERK, dept, **more)
    posting = Posting.objects.get(user=person)
    WindowDuty.objects.create(window=window(code), posting=posting, starts_on=dt.date(2026, 1, 1))
    return person


def as_clerk(person: User) -> Actor:
    return actor_of(person, Role.CLERK)


def manager() -> Actor:
    return actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def planned(person: User, day: dt.date = FRIDAY) -> Shift:
    actions.plan_day(day)
    return Shift.objects.get(staff=person, day=day)
