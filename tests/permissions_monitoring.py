"""What each role gets at the pages of electronic supervision."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core.time import now, today
from portal.people.roles import Role
from portal.supervision.monitoring.models import Accountability, Act, Sample, SampleDraw, Subscription
from tests import factories
from tests.permissions import Cast, nothing, only, signed_in

READERS = ("supervisor", "auditor", "administrator", "department_head")
OVER_ALL = ("supervisor", "auditor", "administrator")
EVERY_READER = only(*READERS)
SUPERVISOR = only("supervisor")


def _act(cast: Cast, **more: Any) -> Act:
    by = factories.staff(Role.SUPERVISOR)
    values: dict[str, Any] = {
        "number": f"DB-{Act.objects.count()}", "kind": "order", "department": cast.department, "title": "督办",
        "text": "请办结", "limit_days": 3, "issued_at": now(), "issued_on": today(), "issued_by": by,
        "due_on": today() + dt.timedelta(days=3),
    }  # fmt: skip
    return Act.objects.create(**{**values, **more})


def own_act(cast: Cast) -> Mapping[str, Any]:
    """An order to the department of the staff."""
    return {"pk": _act(cast).pk}


def act_elsewhere(cast: Cast) -> Mapping[str, Any]:
    """An order to another department."""
    return {"pk": _act(cast, department=factories.department("ZJJ", name="住建局")).pk}


def record(cast: Cast) -> Mapping[str, Any]:
    """A measure against the department of the staff, confirmed by somebody else."""
    first, second = factories.staff(Role.SUPERVISOR), factories.staff(Role.SUPERVISOR)
    row = Accountability.objects.create(
        number="WZ-1", department=cast.department, measure="talk", ground="x", basis="y", proposed_by=first,
        proposed_at=now(), confirmed_by=second, confirmed_on=today(), appeal_until_on=today(), state="confirmed",
    )  # fmt: skip
    return {"pk": row.pk}


def _draw() -> SampleDraw:
    return SampleDraw.objects.create(
        week=dt.date(2026, 11, 9), drawn_at=now(), seed="a" * 64, share="0.1", pool=[], pool_digest="b" * 64
    )


def sample(cast: Cast) -> Mapping[str, Any]:
    """A sample of the department that waits for its review: the head does not see it yet."""
    row = Sample.objects.create(
        draw=_draw(), key="event:1", kind="refusal", department=cast.department, number="SP-1", path="/",
        happened_on=today(), due_on=today(),
    )  # fmt: skip
    return {"pk": row.pk}


def a_draw(_cast: Cast) -> Mapping[str, Any]:
    return {"pk": _draw().pk}


def own_unit(cast: Cast) -> Mapping[str, Any]:
    return {"code": cast.department.code}


def other_unit(_cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.department("ZJJ", name="住建局").code}


def own_clerk(cast: Cast) -> Mapping[str, Any]:
    return {"pk": cast.person("clerk").pk}


def alert_of_supervisor(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Subscription.objects.create(user=cast.person("supervisor"), kind="digest", made_at=now()).pk}


def step(of: Any, code: str) -> Any:
    return lambda cast: {**of(cast), "code": code}


ROWS: list[tuple] = [
    ("monitoring:lamps", nothing, EVERY_READER),
    ("monitoring:live", nothing, EVERY_READER),
    ("monitoring:workbook", nothing, EVERY_READER),
    ("monitoring:remind", nothing, only("supervisor", status=302), "post", {"lamp": "cases.decision:1"}),
    ("monitoring:acts", nothing, EVERY_READER),
    ("monitoring:act-new", nothing, SUPERVISOR),
    ("monitoring:act-new", nothing, only("supervisor", status=422), "post", {"department": "SCJG", "title": ""}),
    ("monitoring:act", own_act, EVERY_READER),
    ("monitoring:act", act_elsewhere, {**EVERY_READER, "department_head": 404}),
    (
        "monitoring:act-step", step(own_act, "receive"),
        {**only(*OVER_ALL), **dict.fromkeys(OVER_ALL, 403), "department_head": 302},
        "post", {"receive-state_version": "0"},
    ),
    (
        "monitoring:act-step", step(own_act, "withdraw"),
        {**only(*OVER_ALL, status=403), "supervisor": 302, "department_head": 403},
        "post", {"withdraw-state_version": "0", "withdraw-note": "撤回"},
    ),
    ("monitoring:accountabilities", nothing, EVERY_READER),
    ("monitoring:accountability-new", nothing, SUPERVISOR),
    (
        "monitoring:accountability-new", nothing, only("supervisor", status=422), "post",
        {"department": "SCJG", "measure": "points"},
    ),
    ("monitoring:accountability", record, {**only(*READERS, otherwise=404)}),
    (
        "monitoring:accountability-step", step(record, "appeal"),
        {**signed_in(404), **dict.fromkeys(OVER_ALL, 403), "department_head": 302},
        "post", {"appeal-state_version": "0", "appeal-note": "不服"},
    ),
    (
        "monitoring:accountability-step", step(record, "revoke"),
        {**signed_in(404), **dict.fromkeys(OVER_ALL, 403), "supervisor": 302, "department_head": 403},
        "post", {"revoke-state_version": "0", "revoke-note": "经复核认定有误"},
    ),
    ("monitoring:samples", nothing, EVERY_READER),
    ("monitoring:sample", sample, {**EVERY_READER, "department_head": 404}),
    (
        "monitoring:sample-step", step(sample, "proper"),
        {**only(*OVER_ALL, status=403), "supervisor": 302, "department_head": 404}, "post", {"proper-state_version": "0"},
    ),
    ("monitoring:draw", a_draw, {**EVERY_READER, "department_head": 404}),
    ("monitoring:units", nothing, EVERY_READER),
    ("monitoring:unit", own_unit, EVERY_READER),
    ("monitoring:unit", other_unit, {**EVERY_READER, "department_head": 404}),
    ("monitoring:person", own_clerk, EVERY_READER),
    ("monitoring:alerts", nothing, EVERY_READER),
    ("monitoring:alerts", nothing, only(*READERS, status=302), "post", {"kind": "digest", "side": "above"}),
    (
        "monitoring:alert-cancel", alert_of_supervisor, {**only(*READERS, status=404), "supervisor": 302}, "post",
    ),
]  # fmt: skip
