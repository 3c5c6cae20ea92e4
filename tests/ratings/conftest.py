"""A department with its people, a window, and services that ended there."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction

from hall.models import Window
from hall.ratings import actions
from hall.ratings.models import Invitation, Rating
from hall.ratings.services import invite
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories


@dataclass
class Town:
    """Who is there."""

    department: Department
    window: Window
    clerk: User
    head: User
    manager: User
    supervisor: User
    citizen: User

    def actor(self, who: str) -> Actor:
        person = User.objects.get(pk=getattr(self, who).pk)
        roles = {"clerk": Role.CLERK, "head": Role.DEPARTMENT_HEAD, "manager": Role.HALL_MANAGER}
        return actor_of(person, roles.get(who, Role.SUPERVISOR if who == "supervisor" else Role.CITIZEN))

    def invitation(self, **more: object) -> Invitation:
        """A service of the clerk at the window that ended now."""
        values = {
            "kind": "visit",
            "subject": f"V{Invitation.objects.count():05}",
            "department_id": self.department.pk,
            "window_id": self.window.pk,
            "staff_id": self.clerk.pk,
            "item_code": "SCJG-001",
            **more,
        }
        with transaction.atomic():
            return invite(**values)  # type: ignore[arg-type]

    def rated(self, grade: int = 5, *, asked: Invitation | None = None, **draft: object) -> Rating:
        values = {"channel": "web", "grade": grade, **draft}
        return actions.rate((asked or self.invitation()).token, actions.RatingDraft(**values))  # type: ignore[arg-type]


@pytest.fixture
def town() -> Town:
    place = factories.department()
    return Town(
        place,
        Window.objects.create(code="A01", name="企业登记", department=place),
        factories.staff(Role.CLERK, place, name="李晓燕"),
        factories.staff(Role.DEPARTMENT_HEAD, place, name="赵明华"),
        factories.staff(Role.HALL_MANAGER, place, name="周海宁"),
        factories.staff(Role.SUPERVISOR, name="郑国栋"),
        factories.citizen(name="王丽娟"),
    )


@pytest.fixture
def step(town: Town) -> Callable[..., object]:
    """`step(work, "manager", "close", text="…")`: the next step by one of the town's people."""

    def take(work: object, who: str, code: str, **inputs: object) -> object:
        return actions.take_step(town.actor(who), work.pk, code, inputs, state_version=work.state_version)  # type: ignore[attr-defined]

    return take
