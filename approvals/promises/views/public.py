"""For everybody: what the law allows, what we promise, and how long it really took."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.promises import facts
from approvals.promises.simulator import year_until
from portal.core.time import today
from portal.people.lists import page_of


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """The promises of the items that can be applied for; a fixed number of queries."""
    rows = facts.promises_in_force().filter(status="published")
    departments = facts.by_department(rows)
    if (chosen := request.GET.get("department", "")).isdecimal():
        rows = rows.filter(department_id=int(chosen[:18]))
    if text := request.GET.get("q", "").replace("\0", "").strip():
        rows = rows.filter(Q(name__icontains=text) | Q(code__istartswith=text) | Q(name_en__icontains=text))
    page = page_of(rows, "code", request.GET.get("cursor", ""))
    first, last = year_until(today())
    legal, taken = sum(one.legal for one in departments), sum(one.compressed_days for one in departments)
    context = {
        "page": page,
        "rows": facts.shown(page.rows),
        "departments": departments,
        "items": sum(one.items for one in departments),
        "compression": facts.ratio(taken, legal),
        "chosen": chosen,
        "q": text,
        "filtered": bool(chosen or text),
        "first": first,
        "last": last,
    }
    return render(request, "promises/public.html", context)
