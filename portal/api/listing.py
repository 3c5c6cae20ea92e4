"""The hot list of the API: a department's cases by keyset, its statement compiled once for each set of filters."""

from collections.abc import Mapping
from typing import Any

from approvals.cases.models import Case
from portal.api.representations import CASE_COLUMNS
from portal.core.api.cursors import Asked
from portal.core.db.prepared import Prepared
from portal.people.access import Access
from portal.people.models import User
from portal.people.roles import Role

COLUMNS = {
    "state": "state",
    "item": "item__code",
    "number": "number",
    "external_id": "external_id",
    "submitted_from": "submitted_on__gte",
    "submitted_to": "submitted_on__lte",
}
# What a value may be while the statement is compiled is a number or a text; days and the rest go the ORM's usual way.
PLAIN = frozenset({"item", "number", "external_id"})


def case_list(user: Any, department: int | None, asked: Mapping[str, Any], place: Asked) -> list[dict[str, Any]]:
    """One row more than the page has, as dictionaries; what this system sees of its department."""
    if department is None:
        return []
    if asked.keys() <= PLAIN:
        values = {**asked, "department": department, "system": user.access.system}
        if place.after is not None:
            values["after"] = place.after
        return [dict(zip(CASE_COLUMNS, row, strict=True)) for row in _prepared.rows(place.limit, values)]
    rows = _rows(user, department, asked)
    if place.after is not None:
        rows = rows.filter(pk__lt=place.after)
    return list(rows.order_by("-id").values(*CASE_COLUMNS)[: place.limit + 1])


def _rows(user: Any, department: int, asked: Mapping[str, Any]) -> Any:
    rows = Case.objects.visible_to(user).filter(department_id=department)
    if asked.get("state") != "draft":
        rows = rows.filed()
    if "open" in asked:
        rows = rows.filter(ended_on__isnull=asked["open"])
    return rows.filter(**{COLUMNS[name]: value for name, value in asked.items() if name in COLUMNS})


def _build(limit: Any, given: Mapping[str, Any]) -> Any:
    """The same queryset for a system of nowhere, whose code and department are filled in at each execution."""
    nobody = User(is_system=True)
    grants = frozenset({(Role.CLERK.value, given["department"])})
    nobody.__dict__.update(access=Access(grants, system=given["system"]), acting_for=frozenset())
    rows = _rows(nobody, given["department"], {name: given[name] for name in PLAIN if name in given})
    if "after" in given:
        rows = rows.filter(pk__lt=given["after"])
    return rows.order_by("-id").values_list(*CASE_COLUMNS)[: limit + 1]


_prepared = Prepared(_build)
