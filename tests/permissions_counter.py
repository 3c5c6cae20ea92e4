"""What each role gets at the addresses of counter. The person at the window is the table's citizen."""

from collections.abc import Mapping
from typing import Any

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.counter import actions
from approvals.counter.models import HandOver, Intake
from hall.models import Window
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import STAFF, Cast, nothing, only


def _intake(cast: Cast) -> Intake:
    person = cast.person("citizen")
    person.name = "李四"  # no card bears a name with digits
    person.save(update_fields=["name"])
    visitor = actions.Visitor(
        name=person.name, resident_number=person.citizen.resident_number, phone=person.phone, identity="card"
    )
    return actions.begin_intake(actor_of(cast.person("clerk"), Role.CLERK), visitor)


def begun(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _intake(cast).pk}


def with_item(cast: Cast) -> Mapping[str, Any]:
    intake = _intake(cast)
    item = factories.item(dept=cast.department, materials=0)
    actions.choose_item(actor_of(cast.person("clerk"), Role.CLERK), intake.pk, item)
    return {"pk": intake.pk}


def filed(cast: Cast) -> Mapping[str, Any]:
    kwargs = with_item(cast)
    actions.file_intake(actor_of(cast.person("clerk"), Role.CLERK), kwargs["pk"], confirmation="paper", state_version=0)
    return kwargs


def _submitted(cast: Cast) -> Case:
    return factories.submitted(cast.person("citizen"), factories.item(dept=cast.department))


def submitted(cast: Cast) -> Mapping[str, Any]:
    return {"number": _submitted(cast).number}


def supplement(cast: Cast) -> Mapping[str, Any]:
    clerk, case = actor_of(factories.staff(Role.CLERK, cast.department), Role.CLERK), _submitted(cast)
    given = {"text": "请补充", "limit_days": 5, "missing": []}
    case_actions.take_step(clerk, case.pk, "ask_supplement", given, state_version=case.state_version)
    return {"number": case.number}


def section(cast: Cast) -> Mapping[str, Any]:
    from tests.cases.filing_objects import filed as through_pages
    from tests.cases.filing_objects import signed_in

    cast.department  # noqa: B018 - the item's department is the table's
    return {"number": through_pages(signed_in(cast.person("citizen"))).number, "section": "shop"}


def handover(cast: Cast) -> Mapping[str, Any]:
    giver = cast.person("clerk")
    actor = actor_of(giver, Role.CLERK)
    receiver = factories.staff(Role.CLERK, cast.department)
    factories.accepted(actor, cast.person("citizen"), factories.item(dept=cast.department))
    made: HandOver = actions.propose_handover(
        actor, department_id=cast.department.pk, giver_id=giver.pk, receiver_id=receiver.pk, reason="shift"
    )
    return {"pk": made.pk}


def window(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Window.objects.create(code="A01", name="综合窗口").pk}


CLERK = only("clerk")
# One clerk's own thing: others of the staff have no part in it, and no other clerk is in the table.
STEP_TAKEN = only("clerk", status=302)
OVERSEES = ("supervisor", "auditor", "administrator")
FILED_CASE = {**only("clerk", otherwise=403), "citizen": 403, "other_citizen": 403}

ROWS = [
    ("counter:intakes", nothing, CLERK),
    ("counter:intake-new", nothing, CLERK),
    ("counter:demo-reader", nothing, only("clerk", status=404)),
    ("counter:intake-item", begun, CLERK),
    ("counter:intake", with_item, CLERK),
    ("counter:intake-renew", with_item, STEP_TAKEN, "post"),
    ("counter:intake-confirm", with_item, CLERK),
    ("counter:intake-done", filed, CLERK),
    ("counter:intake-drop", with_item, STEP_TAKEN, "post"),
    ("counter:intake-take-over", with_item, STEP_TAKEN, "post"),
    ("counter:papers", nothing, CLERK),
    ("counter:case-papers", submitted, FILED_CASE),
    ("counter:spot", section, FILED_CASE),
    ("counter:brought", supplement, FILED_CASE),
    ("counter:handovers", nothing, only("clerk", "department_head")),
    ("counter:handover-new", nothing, only("clerk", "department_head")),
    ("counter:handover", handover, only("clerk", "department_head")),
    ("counter:windows", nothing, only("hall_manager", "administrator")),
    ("counter:window", window, only("hall_manager", "administrator")),
    ("counter:window", window, only("hall_manager", "administrator", status=302), "post", {"items": ""}),
    ("counter:kinds", nothing, only("department_head", *OVERSEES)),
]
assert set(OVERSEES) <= set(STAFF)
