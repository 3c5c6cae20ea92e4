"""The page of one figure: its number, the sums that give it, and the rows that each of them counts."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.errors import NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from portal.people.models import Department
from portal.supervision.policies import departments_on_board
from portal.supervision.reports import behind, policies
from portal.supervision.reports.figures import Span


@require_safe
@allowed_to(policies.may_list)
def figure(request: HttpRequest, path: str) -> HttpResponse:
    """What a figure is made of, for whoever may read the reports of that department or of the centre."""
    span, department = _asked(request)
    found = behind.made(path, span, request.GET.get("of", ""), department)
    counted = behind.rows_of(found)
    page = None if counted is None else page_of(counted, behind.order_of(found), request.GET.get("cursor", ""))
    rows = behind.items_of(found) if page is None else [behind.cells(found, row) for row in page.rows]
    context = {"found": found, "page": page, "rows": rows, "listed": bool(found.shown)}
    return render(request, "reports/figure.html", context)


def _asked(request: HttpRequest) -> tuple[Span, Department | None]:
    """Period and department of the address. Raises NotFound for a department that the reader does not look over."""
    user: Any = request.user
    first, last = sorted((_day(request.GET.get("from", "")), _day(request.GET.get("to", ""))))
    as_of = min(_day(request.GET.get("as_of", "")), last)
    text = request.GET.get("department", "")
    department = Department.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    allowed = departments_on_board(user)
    if (text and department is None) or (allowed is not None and (department is None or department.pk not in allowed)):
        raise NotFound()
    return Span(first, last, as_of, department.pk if department else None), department


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
