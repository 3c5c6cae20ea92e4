"""Windows with clerks, people with cards, and intakes for the tests of the counter."""

import datetime as dt
from typing import Any

from approvals.cases.models import Case
from approvals.counter import actions
from approvals.counter.models import Intake, WindowScope
from hall.models import Window, WindowDuty
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from tests import factories

NUMBER = "11010519900101123"


def department(code: str = "ZJJ", **more: Any) -> Department:
    return factories.department(
        code, **{"name": "市住房和城乡建设局", "name_en": "Housing", "short_name": "住建局", **more}
    )


def clerk_at(window: Window | None = None, dept: Department | None = None, **more: Any) -> User:
    """A clerk of the department who serves at the window."""
    person = factories.staff(Role.CLERK, dept, **more)
    if window is not None:
        posting = Posting.objects.get(user=person)
        WindowDuty.objects.create(window=window, posting=posting, starts_on=dt.date(2020, 1, 1))
    return User.objects.get(pk=person.pk)


def window(code: str = "A01", *serves: Department) -> Window:
    made = Window.objects.create(code=code, name=f"{code} 综合受理窗口", kind=Window.Kind.COMPREHENSIVE)
    for one in serves:
        WindowScope.objects.create(window=made, department=one)
    return made


def as_clerk(user: User) -> Actor:
    return actor_of(User.objects.get(pk=user.pk), Role.CLERK)


def visitor(serial: int = 500, **more: Any) -> actions.Visitor:
    values = {"name": "王小明", "resident_number": factories.resident_number(serial), "phone": "13912345678"}
    return actions.Visitor(**{**values, **more})


def intake_of(clerk: User, item: Any, *, serial: int = 500, window_id: int | None = None) -> Intake:
    """Begun, with its item."""
    actor = as_clerk(clerk)
    begun = actions.begin_intake(actor, visitor(serial), window_id=window_id)
    return actions.choose_item(actor, begun.pk, item)


def filed(clerk: User, item: Any, *, serial: int = 500, kept: str = "original", window_id: int | None = None) -> Case:
    """Taken in at the window and filed, each material noted as `kept`."""
    actor, intake = as_clerk(clerk), intake_of(clerk, item, serial=serial, window_id=window_id)
    assert intake.case is not None and intake.case.version is not None
    noted = {material.pk: actions.Noted(kept) for material in intake.case.version.materials.all()}
    actions.note_materials(actor, intake.pk, noted)
    return actions.file_intake(actor, intake.pk, confirmation="paper", state_version=0, place="A柜3层")
