"""People and items for the tests of promises."""

from typing import Any

from approvals.catalogue.models import Item
from portal.core.jobs import run_due_jobs
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories


class Crew:
    """A department with reviewer and head, the centre's supervisor and administrator, and a weak promise."""

    def __init__(self, **version: Any) -> None:
        self.reviewer_user, self.head_user = factories.staff(Role.REVIEWER), factories.staff(Role.DEPARTMENT_HEAD)
        self.supervisor_user = factories.staff(Role.SUPERVISOR)
        self.administrator_user = factories.staff(Role.ADMINISTRATOR)
        self.reviewer = actor_of(self.reviewer_user, Role.REVIEWER)
        self.head = actor_of(self.head_user, Role.DEPARTMENT_HEAD)
        self.supervisor = actor_of(self.supervisor_user, Role.SUPERVISOR)
        self.administrator = actor_of(self.administrator_user, Role.ADMINISTRATOR)
        self.item = complete(**{"legal_days": 20, "promised_days": 20, **version})


def complete(**version: Any) -> Item:
    """An item with all that a further version needs before it may be published."""
    values = {
        "conditions": "符合规定", "steps": [{"name": "受理", "days": 1}], "channels": ["counter"], "online": False,
        "legal_grounds": [{"law": "某法", "article": "第一条"}],
    }  # fmt: skip
    return factories.item(**{**values, **version})


def work() -> None:
    while run_due_jobs():
        pass
