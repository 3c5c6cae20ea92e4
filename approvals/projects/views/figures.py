"""Figures of joint review: what each department answered, missed and did not attend; the time that was saved."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.projects.measures import ABSENCE_MEASURES, OPINION_MEASURES, STAGE_MEASURES
from approvals.projects.models import StageCode
from approvals.projects.views.common import readers
from portal.core.statistics import period, ratio
from portal.core.time import today
from portal.people.models import Department


def period_of(params: QueryDict) -> tuple[dt.date, dt.date]:
    """From and to of the address; the year so far where they make no sense."""
    day = today()
    try:
        first = dt.date.fromisoformat(params.get("first", ""))
        last = dt.date.fromisoformat(params.get("last", ""))
    except ValueError:
        return day.replace(month=1, day=1), day
    return (first, last) if first <= last else (last, first)


def department_rows(user: Any, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Each department's figures, from the cells: two queries and one for the names. Own departments only, unless the
    reader looks over the centre."""
    opinions = period(OPINION_MEASURES, "department", first, last, by="department_id")
    absences = period(ABSENCE_MEASURES, "department", first, last, by="department_id")
    wanted = opinions.keys() | absences.keys()
    if not user.access.centre_wide:
        wanted &= user.access.departments()
    names = Department.objects.in_bulk(wanted)
    rows = []
    for pk in sorted(wanted & names.keys(), key=lambda one: names[one].code):
        asked, came = opinions.get(pk, {}), absences.get(pk, {})
        spoken = asked.get("opinions_on_time", 0) + asked.get("opinions_late", 0)
        # Each request counts once: in time on the day of its answer, or missed on the day after its limit (also where the
        # answer came later, or never), or missed by absence.
        missed = asked.get("opinions_silent", 0) + asked.get("opinions_absent", 0)
        rows.append(
            {
                "department": names[pk], **asked, **came, "spoken": spoken,
                "on_time_rate": ratio(asked.get("opinions_on_time", 0), asked.get("opinions_on_time", 0) + missed),
                "absence_rate": ratio(came.get("absent", 0), came.get("invited", 0)),
            }
        )  # fmt: skip
    return rows


def stage_rows(first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Closed stages with their days, from the cells; the last row is all of them."""
    sums = period(STAGE_MEASURES, "stage", first, last, by="code")
    nothing = dict.fromkeys(STAGE_MEASURES.figures, 0)
    rows: list[dict[str, Any]] = [{"label": label, **sums.get(code, nothing)} for code, label in StageCode.choices]
    total: dict[str, Any] = {name: sum(row[name] for row in rows) for name in STAGE_MEASURES.figures}
    for row in (*rows, total):
        row["saved"] = row["serial_days"] - row["span_days"]
        row["share"] = ratio(row["saved"], row["serial_days"])
    return [*rows, {"label": None, **total}]


@require_safe
@readers
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a period."""
    first, last = period_of(request.GET)
    stages = stage_rows(first, last)
    context = {
        "first": first, "last": last, "departments": department_rows(request.user, first, last), "stages": stages[:-1],
        "total": stages[-1], "here": "figures",
    }  # fmt: skip
    return render(request, "projects/figures.html", context)
