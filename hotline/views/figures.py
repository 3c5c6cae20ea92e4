"""The figures of the hotline by department, read from the cells only."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotline import policies
from hotline.measures import HOTLINE
from hotline.measures import figures as sums_of
from hotline.views.common import desk_people
from portal.core.statistics.blocks import Scope
from portal.core.time import today
from portal.people.models import Department

COLUMNS = (
    "recorded", "dispatched", "returned", "replied", "due", "on_time", "on_time_rate", "open", "open_overdue",
    "resolution_rate", "satisfaction_rate", "redo_rate",
)  # fmt: skip


def day_of(text: str, fallback: dt.date) -> dt.date:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return fallback
    return found if dt.date(2000, 1, 1) <= found <= dt.date(2100, 1, 1) else fallback


@require_safe
@desk_people
def figures(request: HttpRequest) -> HttpResponse:
    """One row for each department that the reader may see; at most six queries."""
    user: Any = request.user
    last = day_of(request.GET.get("to", ""), today())
    first = day_of(request.GET.get("from", ""), last.replace(day=1))
    first, last = min(first, last), max(first, last)
    scope = Scope(first, last, min(last, today()), by="department")
    own = None if policies.sees_all(user) else policies.at_department(user)
    names = {one.pk: one.display_name for one in Department.objects.all()}
    rows = [
        (names[key], HOTLINE.report(sums))
        for key, sums in sums_of(scope).items()
        if key in names and (own is None or key in own)
    ]
    rows.sort(key=lambda row: (-(row[1]["due"] or 0), row[0]))
    return render(request, "hotline/figures.html", {"rows": rows, "first": first, "last": last})
