"""What each role gets at the addresses of period reports."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core.time import now
from portal.people.roles import Role
from portal.supervision.reports.models import Report, ReportText
from tests import factories
from tests.permissions import Cast, nothing, only

READERS = ("supervisor", "auditor", "administrator", "department_head")
OVER_ALL = ("supervisor", "auditor", "administrator")
BLOCKS = {"period": {"from": "2026-01-01", "to": "2026-01-31", "as_of": "2026-01-31"}}


def report(cast: Cast) -> Mapping[str, Any]:
    """A draft about the whole centre, drawn up by somebody else."""
    author = factories.staff(Role.SUPERVISOR)
    row = Report.objects.create(
        title="一月报告", first=dt.date(2026, 1, 1), last=dt.date(2026, 1, 31), comparison="none", language="zh-hans",
        data={"now": BLOCKS, "then": None, "months": [], "departments": []}, read_at=now(), made_by=author, made_at=now(),
    )  # fmt: skip
    ReportText.objects.create(report=row, number=1, paragraphs={"opening": "", "closing": ""}, by=author, at=now())
    return {"pk": row.pk}


def version(cast: Cast) -> Mapping[str, Any]:
    return {**report(cast), "number": 1}


def step(code: str) -> Any:
    return lambda cast: {**report(cast), "code": code}


def _seen(*, writer: int, reader: int = 403) -> dict[str, int]:
    """The supervisor's answer, that of those who only read, 404 for a head whose department it is not."""
    return {**only("supervisor", status=writer), "auditor": reader, "administrator": reader, "department_head": 404}


ROWS: list[tuple] = [
    ("reports:list", nothing, only(*READERS)),
    ("reports:new", nothing, only("supervisor", "department_head")),
    ("reports:figure", lambda cast: {"path": "ratings.given"}, {**only(*OVER_ALL), "department_head": 404}),
    ("reports:new", nothing, only("supervisor", "department_head", status=422), "post", {"title": ""}),
    ("reports:report", report, _seen(writer=200, reader=200)),
    ("reports:version", version, _seen(writer=200, reader=200)),
    ("reports:edit", report, _seen(writer=200)),
    ("reports:edit", report, _seen(writer=422), "post", {"state_version": "7", "closing": "x"}),
    ("reports:read-again", report, _seen(writer=302, reader=403), "post", {"state_version": "0"}),
    ("reports:document", report, _seen(writer=302, reader=302), "post"),
    ("reports:step", step("submit"), _seen(writer=302, reader=403), "post", {"state_version": "0"}),
    ("reports:step", step("nowhere"), _seen(writer=404, reader=404), "post", {"state_version": "0"}),
]
