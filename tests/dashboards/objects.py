"""Small worlds of cases with known days, by the real actions."""

from typing import Any

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.dashboards import steps
from tests.factories import citizen, department, item, moment, staff


def at(text: str) -> Any:
    """The present is this moment of Shanghai."""
    return driven_clock(moment(text))


def clerk_of(dept: Any) -> Actor:
    return actor_of(staff(Role.CLERK, dept), Role.CLERK)


def step(case: Case, code: str, actor: Actor, when: str, **inputs: Any) -> Case:
    """One step at a moment; returns the case as it is afterwards."""
    with at(when):
        return actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)


def filed(on: Item, when: str) -> Case:
    with at(when):
        actor = actor_of(citizen())
        draft = actions.start_draft(actor, on)
        return actions.take_step(actor, draft.pk, "submit", state_version=draft.state_version)


def lived(
    on: Item, clerk: Actor, *, filed_at: str, accepted_at: str, approved_at: str = "", window: Any = None
) -> Case:
    """A case of an item without review: filed, accepted, and, if a moment is given, approved."""
    case = step(filed(on, filed_at), "accept", clerk, accepted_at)
    if window is not None:
        Case.objects.filter(pk=case.pk).update(window=window)
        case.refresh_from_db()
    return step(case, "approve", clerk, approved_at) if approved_at else case


def thing(code: str = "SCJG", **more: Any) -> Item:
    """An item that is decided without a review."""
    return item(
        dept=department(code, name=f"部门{code}", name_en=f"Bureau {code}"),
        **{"review_steps": 0, "promised_days": 5, **more},
    )


def counted() -> None:
    """Everything is read into steps and cells."""
    steps.build_everything()
    statistics.refresh_all()
