"""What each role gets at the addresses of the workbench. The applicant of the cases is the table's citizen."""

from collections.abc import Mapping
from typing import Any

from approvals.cases import actions
from approvals.cases.models import Case
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import STAFF, Cast, nothing, only, specialists

# State versions: 1 after the submission, 2 after the acceptance, 3 after a proposal.
SUBMITTED, ACCEPTED, PROPOSED = {"state_version": 1}, {"state_version": 2}, {"state_version": 3}


def _submitted(cast: Cast, **version: Any) -> Case:
    return factories.submitted(cast.person("citizen"), factories.item(dept=cast.department, **version))


def _accepted(cast: Cast, **version: Any) -> Case:
    """Accepted by a clerk who is nobody of the table."""
    clerk = factories.staff(Role.CLERK, cast.department)
    case = _submitted(cast, **version)
    return actions.take_step(actor_of(clerk, Role.CLERK), case.pk, "accept", state_version=case.state_version)


def submitted(cast: Cast) -> Mapping[str, Any]:
    return {"number": _submitted(cast).number}


def immediate(cast: Cast) -> Mapping[str, Any]:
    return {"number": _submitted(cast, kind="immediate").number}


def accept(cast: Cast) -> Mapping[str, Any]:
    return {**submitted(cast), "code": "accept"}


def refuse(cast: Cast) -> Mapping[str, Any]:
    return {"number": _accepted(cast).number, "code": "refuse"}


def correct(cast: Cast) -> Mapping[str, Any]:
    return {"number": _accepted(cast).number, "code": "correct"}


def withdraw(cast: Cast) -> Mapping[str, Any]:
    """A step of the applicant has no page on the workbench."""
    return {**submitted(cast), "code": "withdraw"}


def proposed_by_another(step: str, **inputs: Any) -> Any:
    def make(cast: Cast) -> Mapping[str, Any]:
        case = _accepted(cast)
        clerk = factories.staff(Role.CLERK, cast.department)
        given = {"grounds": "不符合条件", **inputs}
        proposal = actions.propose(actor_of(clerk, Role.CLERK), case.pk, step, given, state_version=case.state_version)
        return {"number": case.number, "proposal_id": proposal.pk}

    return make


DESK = ("clerk", "reviewer", "department_head")
CONFIRM = {"decision": "confirm", **PROPOSED}


def staff_only(*roles: str, status: int = 200) -> dict[str, int]:
    """`status` for the named roles, 403 for the rest of the staff; for citizens there is no such case."""
    readers = set(STAFF) - {"hall_manager"}
    return {**only(*roles, status=status, otherwise=404), **{role: 403 for role in readers if role not in roles}}


ROWS = [
    ("cases:desk", nothing, only(*DESK)),
    (
        "cases:desk-case",
        submitted,
        {**staff_only(*(role for role in STAFF if role != "hall_manager")), **specialists(404)},
    ),
    (
        "cases:desk-case",
        lambda _cast: {"number": "SP-20260101-NONE-000001-A"},
        only(otherwise=404),
    ),
    ("cases:step", accept, {**staff_only("clerk"), **specialists(404)}),
    ("cases:step", accept, {**staff_only("clerk", status=302), **specialists(404)}, "post", SUBMITTED),
    ("cases:step", refuse, {**staff_only("clerk", "reviewer"), **specialists(404)}),
    ("cases:step", refuse, {**staff_only("clerk", "reviewer", status=422), **specialists(404)}, "post", ACCEPTED),
    ("cases:step", correct, {**staff_only("supervisor"), **specialists(404)}),
    ("cases:step", withdraw, {**only(otherwise=404), **specialists(404)}),
    ("cases:take-over", submitted, {**staff_only("clerk", status=302), **specialists(404)}, "post"),
    ("cases:at-once", immediate, {**staff_only("clerk", status=302), **specialists(404)}, "post", SUBMITTED),
    (
        "cases:proposal",
        proposed_by_another("refuse"),
        {**staff_only("department_head", status=302), **specialists(404)},
        "post",
        CONFIRM,
    ),
    (
        "cases:proposal",
        proposed_by_another("suspend", ground="hearing", announced_days=5),
        {**staff_only("reviewer", "department_head", status=302), **specialists(404)},
        "post",
        CONFIRM,
    ),
]
