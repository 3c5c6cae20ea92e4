"""The lists of acts, accountability records and samples, by the filters of their pages."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, ACT, SAMPLE
from portal.supervision.monitoring.models import Accountability, Act, Sample

if TYPE_CHECKING:
    from portal.people.models import User


def _narrowed(rows: "QuerySet[Any]", query: Mapping[str, str], states: Any, kinds: Any, kind: str) -> "QuerySet[Any]":
    """By department, state and kind; what makes no sense narrows nothing."""
    department = query.get("department", "")
    if department.isdecimal() and len(department) < 19:
        rows = rows.filter(department=int(department))
    if query.get("state") in states:
        rows = rows.filter(state=query["state"])
    if query.get("kind") in kinds:
        rows = rows.filter(**{kind: query["kind"]})
    return rows


def acts_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Act]":
    rows = Act.objects.visible_to(user).select_related("department", "person")
    return _narrowed(rows, query, ACT.states, Act.Kind.values, "kind")


def accountabilities_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Accountability]":
    rows = Accountability.objects.visible_to(user).select_related("department", "person")
    return _narrowed(rows, query, ACCOUNTABILITY.states, Accountability.Measure.values, "measure")


def samples_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Sample]":
    rows = Sample.objects.visible_to(user).select_related("department")
    return _narrowed(rows, query, SAMPLE.states, Sample.Kind.values, "kind")
