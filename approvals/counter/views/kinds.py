"""Six kinds and five ways, counted: for those who look over the centre, and for heads of department."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from approvals.cases.kinds import KINDS, WAYS
from approvals.cases.measures import CASE_MEASURES
from approvals.counter import policies
from portal.core.errors import NotAllowed
from portal.core.statistics import SMALLEST, period
from portal.core.time import today
from portal.people.models import Department
from portal.people.roles import Role

FIGURES = ("received", *(kind.figure for kind in KINDS), "late_no")


def _days(given: Any) -> tuple[dt.date, dt.date, bool]:
    """The period of a query, else the running month; and whether what was given made sense."""
    day = today()
    try:
        first = dt.date.fromisoformat(given.get("from") or day.replace(day=1).isoformat())
        last = dt.date.fromisoformat(given.get("to") or day.isoformat())
    except ValueError:
        return day.replace(day=1), day, False
    return (first, last, True) if first <= last else (day.replace(day=1), day, False)


@login_required
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Each kind with its meaning, its way and its count; by department below. Read from the cells."""
    user: Any = request.user
    if not policies.may_see_kinds(user):
        raise NotAllowed()
    first, last, sensible = _days(request.GET)
    allowed = None if user.access.centre_wide else user.access.departments(Role.DEPARTMENT_HEAD)
    filters = {} if allowed is None else {"department_id": list(allowed)}
    rows = period(CASE_MEASURES, SMALLEST, first, last, by="department_id", filters=filters, figures=FIGURES)
    names = {one.pk: one for one in Department.objects.filter(pk__in=rows)}
    total = {name: sum(sums[name] for sums in rows.values()) for name in FIGURES}
    context = {
        "first": first,
        "last": last,
        "sensible": sensible,
        "total": total,
        "kinds": [(kind, total[kind.figure], WAYS[kind.way][0] if kind.way else "") for kind in KINDS],
        "ways": WAYS.values(),
        "rows": sorted(
            (
                (names[pk], sums["received"], [(kind, sums[kind.figure]) for kind in KINDS], sums["late_no"])
                for pk, sums in rows.items()
                if pk in names and any(sums.values())
            ),
            key=lambda row: -row[1],
        ),
    }
    return render(request, "counter/kinds.html", context, status=200 if sensible else 422)
