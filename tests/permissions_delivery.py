"""What each role gets at the addresses of deliveries."""

from collections.abc import Mapping
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.delivery import actions
from approvals.delivery.models import Delivery
from portal.core.jobs import run_due_jobs
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, only

OWNER = "citizen"
DESK = ("clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator")


def _work() -> None:
    while run_due_jobs():
        pass


def _accepted(cast: Cast) -> Case:
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    return factories.accepted(clerk, cast.person(OWNER), factories.item(dept=cast.department, review_steps=0))


def _issued(cast: Cast, way: str) -> Case:
    case, clerk = _accepted(cast), actor_of(cast.person("clerk"), Role.CLERK)
    actions.choose(actor_of(cast.person(OWNER)), case.pk, way=way)
    case = cases.take_step(clerk, case.pk, "approve", {"text": ""}, state_version=case.state_version)
    case = cases.take_step(clerk, case.pk, "issue", {"document_number": "1"}, state_version=case.state_version)
    _work()
    return case


def accepted(cast: Cast) -> Mapping[str, Any]:
    return {"number": _accepted(cast).number}


def provided(cast: Cast) -> Mapping[str, Any]:
    return {"number": _issued(cast, "electronic").number}


def delivery(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Delivery.objects.get(case=_issued(cast, "window")).pk}


def ready(cast: Cast) -> Mapping[str, Any]:
    return {**delivery(cast), "act": "make_ready"}


def own(status: int) -> dict[str, int]:
    return {**everyone(404), ANONYMOUS: 302, OWNER: status}


ROWS: list[tuple] = [
    ("delivery:choose", accepted, own(200)),
    ("delivery:choose", accepted, own(422), "post", {"way": "post"}),
    ("delivery:result", provided, own(200)),
    ("delivery:result", provided, own(302), "post"),
    ("delivery:desk", nothing, only(*DESK)),
    ("delivery:pick-up", nothing, only(*DESK)),
    ("delivery:posting-list", nothing, only(*DESK)),
    ("delivery:delivery", delivery, only(*DESK)),
    (
        "delivery:act", ready, {**only(*DESK, status=403), "clerk": 302}, "post",
        {"make_ready-state_version": "0"},
    ),
    ("delivery:demo", lambda _cast: {"number": "1"}, everyone(404)),
]  # fmt: skip
