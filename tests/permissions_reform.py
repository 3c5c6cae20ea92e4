"""What each role gets at the addresses of the reform."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.catalogue.models import Item
from approvals.reform import actions
from approvals.reform.models import Delegation
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, everyone, nothing, only

DESK = ("reviewer", "department_head", "supervisor", "auditor", "administrator")
AUTHORS = ("department_head", "supervisor", "administrator")
OVERSEERS = ("supervisor", "administrator")


def _item(cast: Cast) -> Item:
    return factories.item(dept=cast.department)


def item(cast: Cast) -> Mapping[str, Any]:
    return {"item_id": _item(cast).pk}


def _request(cast: Cast, **more: Any) -> Any:
    head = actor_of(cast.person("department_head"), Role.DEPARTMENT_HEAD)
    wanted = actions.Wanted(**{"change": "cancel", "on": today(), "ground": "国发〔2026〕1号", **more})
    return actions.propose(head, _item(cast).pk, wanted)


def request(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _request(cast).pk}


def delegation(cast: Cast) -> Mapping[str, Any]:
    lower = factories.department("LOWER", level="district")
    made = _request(cast, change="delegate", extent="accept", delegates=[lower.pk])
    actions.decide(actor_of(cast.person("supervisor"), Role.SUPERVISOR), made.pk, "confirm", state_version=0)
    return {"pk": Delegation.objects.get().pk}


TOMORROW = (dt.date.today() + dt.timedelta(days=1)).isoformat()
ROWS: list[tuple] = [
    ("reform:public", nothing, everyone()),
    ("reform:ledger", nothing, only(*DESK)),
    ("reform:items", nothing, only(*DESK)),
    ("reform:propose", item, only(*AUTHORS)),
    ("reform:propose", item, only(*AUTHORS, status=422), "post", {"change": "cancel", "on": TOMORROW}),
    ("reform:requests", nothing, only(*DESK)),
    ("reform:request", request, only(*DESK)),
    (
        "reform:request-act", lambda cast: {**request(cast), "act": "confirm"}, only(*OVERSEERS, status=302), "post",
        {"confirm-state_version": "0"},
    ),
    ("reform:delegations", nothing, only(*DESK)),
    ("reform:take-back", delegation, only(*AUTHORS)),
    ("reform:take-back", delegation, only(*AUTHORS, status=422), "post"),
]  # fmt: skip
