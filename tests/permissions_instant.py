"""What each role gets at the addresses of instant approval."""

from collections.abc import Mapping
from typing import Any

from approvals.instant.models import BrokenCheck, InstantDecision, RuleSet
from portal.core.time import now, today
from tests import factories
from tests.permissions import Cast, nothing, only

DESK = ("clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator")
EDITORS = ("department_head", "administrator")


def _rules(cast: Cast, **more: Any) -> RuleSet:
    item = factories.item(dept=cast.department, materials=0, instant=True)
    values = {"state": "draft", "made_by": factories.user(), **more}
    return RuleSet.objects.create(item=item, version=item.current, number=1, ground="x", checks=[], **values)


def code(cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.item(dept=cast.department, materials=0).code}


def trying(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _rules(cast).pk, "act": "try"}


def decision(cast: Cast) -> Mapping[str, Any]:
    rules = _rules(cast)
    case = factories.submitted(cast.person("citizen"), rules.item)
    row = InstantDecision.objects.create(
        case=case, rule_set=rules, item=rules.item, counted_for=cast.department, outcome="approved", decided_at=now(),
        decided_on=today(), draw=0, share="1", review="waiting", review_due_on=today(),
    )  # fmt: skip
    return {"pk": row.pk}


def broken(_cast: Cast) -> Mapping[str, Any]:
    return {"pk": BrokenCheck.objects.create(code="no_bar", error="x", off_at=now()).pk}


def editing(status: int) -> dict[str, int]:
    return {**only(*DESK, status=403), **dict.fromkeys(EDITORS, status)}


ROWS: list[tuple] = [
    ("instant:rules", nothing, only(*DESK)),
    ("instant:item", code, only(*DESK)),
    ("instant:item", code, editing(302), "post", {"check-0": "register", "ground": "海政办〔2026〕3号"}),
    ("instant:act", trying, editing(302), "post"),
    ("instant:switch-on", broken, {**only(*DESK, status=403), "administrator": 302}, "post", {"note": "已恢复"}),
    ("instant:decisions", nothing, only(*DESK)),
    ("instant:decision", decision, only(*DESK)),
    (
        "instant:decision", decision, {**only(*DESK, status=403), "reviewer": 302}, "post",
        {"right": "yes", "finding": "一致"},
    ),
    ("instant:figures", nothing, only(*DESK)),
]  # fmt: skip
