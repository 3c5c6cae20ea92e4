"""What each role gets at the supervisors' pages."""

from collections.abc import Mapping
from typing import Any

from portal.core.models import ExportJob
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, nothing, only, signed_in, specialists


def open_case(cast: Cast) -> Mapping[str, Any]:
    """An accepted case of the staff's department."""
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    return {"number": factories.accepted(clerk, on=factories.item(dept=cast.department)).number}


def own_department(cast: Cast) -> Mapping[str, Any]:
    """The department that the staff work in."""
    return {"code": cast.department.code}


def any_item(cast: Cast) -> Mapping[str, Any]:
    """An item of that department."""
    return {"code": factories.item(dept=cast.department).code}


LOOKING_OVER = only("department_head", "supervisor", "auditor", "administrator")
ROWS = [
    ("supervision:board", nothing, LOOKING_OVER),
    ("supervision:cases", nothing, LOOKING_OVER),
    ("supervision:department", own_department, LOOKING_OVER),
    ("supervision:item", any_item, LOOKING_OVER),
    ("supervision:remind", open_case, only("supervisor", status=302), "post"),
]


def export_of_supervisor(cast: Cast) -> Mapping[str, Any]:
    """An export of the supervisor's that waits to be written."""
    person = cast.person("supervisor")
    job = ExportJob.objects.create(
        code="supervision.cases", language="zh-hans", owner=person, digest="x", created_at=now()
    )
    return {"export_id": job.pk}


AT_WORK = ("clerk", "reviewer", "department_head", "supervisor", "hall_manager", "auditor", "administrator")
NOBODY_ELSES = {**only(*AT_WORK, status=404), "supervisor": 200}
ROWS += [
    ("core:exports", nothing, {**only(*AT_WORK), **specialists(200)}),
    ("core:export-new", nothing, {**only(*AT_WORK, status=404), **specialists(404)}),
    ("core:export", export_of_supervisor, {**NOBODY_ELSES, **specialists(404)}),
    ("core:export-file", export_of_supervisor, {**signed_in(404), "supervisor": 404}),
    ("core:export-cancel", export_of_supervisor, {**NOBODY_ELSES, "supervisor": 302, **specialists(404)}, "post"),
]
