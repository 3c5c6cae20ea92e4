"""Waiting, way and service by queue, window and hour: from the cells only."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.models import Window
from hall.queue.measures import SERVICE, TICKET_MEASURES, WAIT, WAY, minutes_at
from hall.queue.models import Queue
from hall.queue.policies import may_see_overview
from portal.core.statistics import period
from portal.core.time import today
from portal.core.views.guards import allowed_to

LONGEST = 366  # days


@require_safe
@allowed_to(may_see_overview)
def page(request: HttpRequest) -> HttpResponse:
    """Five queries, whatever the period."""
    last = _day(request.GET.get("to", ""), today())
    first = _day(request.GET.get("from", ""), last - dt.timedelta(days=6))
    wrong = last < first or (last - first).days > LONGEST
    if wrong:
        first, last = today() - dt.timedelta(days=6), today()
    total = period(TICKET_MEASURES, "queue", first, last)[None]
    queues = period(TICKET_MEASURES, "queue", first, last, by="queue_id")
    hours = period(TICKET_MEASURES, "queue", first, last, by="hour")
    windows = period(TICKET_MEASURES, "window", first, last, by="window_id")
    named_queues = {one.pk: f"{one.prefix} {one.display_name}" for one in Queue.objects.filter(pk__in=queues)}
    named_windows = {one.pk: one.code for one in Window.objects.filter(pk__in=windows)}
    context = {
        "first": first,
        "last": last,
        "wrong": wrong,
        "total": _row(_("All"), total),
        "tables": [
            (_("By queue"), [_row(named_queues[key], sums) for key, sums in queues.items() if key in named_queues]),
            (_("By window"), [_row(named_windows[key], sums) for key, sums in windows.items() if key in named_windows]),
            (
                _("By hour of arrival"),
                [_row(f"{key:02d}:00", sums) for key, sums in hours.items() if any(sums.values())],
            ),
        ],
    }
    for _title, rows in context["tables"]:  # type: ignore[attr-defined]
        rows.sort(key=lambda row: row["name"])
    return render(request, "queue/figures.html", context)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return otherwise


def _row(name: str, sums: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        **{
            figure: sums.get(figure, 0)
            for figure in ("tickets", "served", "missed", "cancelled", "expired", "unreliable")
        },
        "wait_half": minutes_at(WAIT, 0.5, sums),
        "wait_most": minutes_at(WAIT, 0.9, sums),
        "way_half": minutes_at(WAY, 0.5, sums),
        "service_half": minutes_at(SERVICE, 0.5, sums),
        "service_most": minutes_at(SERVICE, 0.9, sums),
    }
