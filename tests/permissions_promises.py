"""What each role gets at the addresses of promises."""

from collections.abc import Mapping
from typing import Any

from approvals.catalogue.models import Item
from approvals.promises import actions
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, everyone, nothing, only

DESK = ("reviewer", "department_head", "supervisor", "auditor", "administrator")
OVERSEERS = ("supervisor", "administrator")
OUTSIDE = {"citizen", "other_citizen", "clerk", "hall_manager", "hotline_operator", "hotline_dispatcher"}


def _item(cast: Cast) -> Item:
    return factories.item(dept=cast.department, legal_days=20, promised_days=20)


def item(cast: Cast) -> Mapping[str, Any]:
    return {"item_id": _item(cast).pk}


def _round(cast: Cast) -> Any:
    _item(cast)
    return actions.open_round(actor_of(cast.person("supervisor"), Role.SUPERVISOR), name="一")


def cleanup(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _round(cast).pk}


def finding(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _round(cast).findings.get().pk}


def proposal(cast: Cast) -> Mapping[str, Any]:
    reviewer = actor_of(cast.person("reviewer"), Role.REVIEWER)
    return {"pk": actions.propose(reviewer, _item(cast).pk, days=9, ground="历史").pk}


ROWS: list[tuple] = [
    ("promises:public", nothing, everyone()),
    ("promises:items", nothing, only(*DESK)),
    ("promises:simulator", item, only(*DESK)),
    ("promises:simulator", item, only(*DESK, status=422), "post", {"days": "20", "ground": "x"}),
    ("promises:proposals", nothing, only(*DESK)),
    ("promises:proposal", proposal, only(*DESK)),
    (
        "promises:proposal-act", lambda cast: {**proposal(cast), "act": "take_over"},
        {**only(status=403), "department_head": 302}, "post", {"take_over-state_version": "0"},
    ),
    ("promises:rounds", nothing, only(*DESK)),
    ("promises:round-new", nothing, only(*OVERSEERS)),
    ("promises:round-new", nothing, only(*OVERSEERS, status=302), "post", {"name": "一"}),
    ("promises:round", cleanup, only(*DESK)),
    ("promises:round-close", cleanup, only(*OVERSEERS, status=302), "post"),
    ("promises:findings", nothing, only(*DESK)),
    ("promises:finding", finding, only(*DESK)),
    (
        "promises:finding-act", lambda cast: {**finding(cast), "act": "reply"},
        {**only(status=403), "department_head": 302}, "post",
        {"reply-state_version": "0", "reply-kind": "keep", "reply-text": "需现场核验"},
    ),
]  # fmt: skip
