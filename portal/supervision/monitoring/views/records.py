"""The records: all units with their counts, one unit, one person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.errors import NotFound
from portal.people.models import Department, Posting, User
from portal.supervision.filters import plain
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.records import KINDS, Whose, counts_by_department, record_of
from portal.supervision.monitoring.views.common import readers
from portal.supervision.monitoring.workbook import download, write_record


@require_safe
@readers
def units(request: HttpRequest) -> HttpResponse:
    """Every unit with what stands on its record of twelve months."""
    seen = policies.departments_seen(request.user)  # type: ignore[arg-type]
    departments = Department.objects.order_by("code")
    known = list(departments if seen is None else departments.filter(pk__in=seen))
    counted = counts_by_department(seen)
    shown = [(one, counted[one.pk]) for one in known if one.pk in counted]
    shown.sort(key=lambda pair: (-sum(pair[1][1:]), pair[0].code))
    rows = [(one, list(zip(KINDS.values(), counts, strict=True))) for one, counts in shown]
    return render(request, "monitoring/units.html", {"rows": rows, "kinds": KINDS.values()})


@require_safe
@readers
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The record of one department."""
    found = Department.objects.filter(code=plain(code)).first()
    user: Any = request.user
    if found is None or not policies.sees_department(user, found.pk):
        raise NotFound()
    people = User.objects.filter(pk__in=Posting.objects.in_force().filter(department=found).values("user"))
    context = {
        "department": found, "people": people.order_by("name", "pk"), "may_supervise": policies.may_supervise(user)
    }  # fmt: skip
    return _shown(request, Whose(departments=(found.pk,)), found.display_name, context)


@require_safe
@readers
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of one person: for who looks over the centre, and for the person's own head what is the unit's."""
    user: Any = request.user
    found = User.objects.filter(pk=pk).first()
    postings = Posting.objects.in_force().filter(user=pk, department__isnull=False)
    departments = frozenset(postings.values_list("department_id", flat=True))
    if found is None or not policies.may_see_person(user, departments):
        raise NotFound()
    whose = Whose(departments=policies.departments_seen(user), person=pk)
    return _shown(request, whose, found.name, {})


def _shown(request: HttpRequest, whose: Whose, title: str, context: dict[str, Any]) -> HttpResponse:
    """The page of a record, or the whole of it as a workbook."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    if request.GET.get("format") == "xlsx":
        return download("record.xlsx", lambda path: write_record(path, whose, title, kind=kind))
    record = record_of(whose, request.GET.get("cursor", ""), kind=kind)
    labels = [label for label, _total in record.totals]
    months = [(month, list(zip(labels, counts, strict=True))) for month, counts in record.months]
    context |= {"record": record, "months": months, "kinds": KINDS, "kind": kind, "title": title}
    return render(request, "monitoring/record.html", context)
