"""The lists of acts, accountability records and samples, by the filters of their pages."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date

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


def span_asked(query: Mapping[str, str]) -> tuple[dt.date, dt.date] | None:
    """The days from `from` to `to`; None where the address names no such period."""
    try:
        first, last = (parse_date(query.get(name, "")) for name in ("from", "to"))
    except ValueError:  # written like a day that there is not
        return None
    return (first, last) if first and last and first <= last else None


def acts_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Act]":
    """By department, kind, state, and the days on which they were issued or, `by=answered`, first answered."""
    rows = Act.objects.visible_to(user).select_related("department", "person")
    if span := span_asked(query):
        day = "answered_on" if query.get("by") == "answered" else "issued_on"
        rows = rows.filter(**{f"{day}__range": span})
    return _narrowed(rows, query, ACT.states, Act.Kind.values, "kind")


def accountabilities_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Accountability]":
    rows = Accountability.objects.visible_to(user).select_related("department", "person")
    return _narrowed(rows, query, ACCOUNTABILITY.states, Accountability.Measure.values, "measure")


def samples_listed(user: "User", query: Mapping[str, str]) -> "QuerySet[Sample]":
    rows = Sample.objects.visible_to(user).select_related("department")
    return _narrowed(rows, query, SAMPLE.states, Sample.Kind.values, "kind")
