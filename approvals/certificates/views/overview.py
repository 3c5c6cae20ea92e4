"""The figures of certificates by department and period; each leads to the rows that it counts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from approvals.certificates import overview as figures
from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.models import Certificate, CertificateUse
from approvals.certificates.views.register import readers
from approvals.delivery.lifecycle import DELIVERY
from portal.core.time import today
from portal.people.lists import page_of
from portal.people.models import Department


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what makes no sense is the year so far, of all departments that one may see."""

    figure: str
    first: dt.date
    last: dt.date
    department: Department | None
    scope: frozenset[int] | None

    @classmethod
    def of(cls, user: Any, params: QueryDict) -> "Asked":
        day = today()
        try:
            first = dt.date.fromisoformat(params.get("first", ""))
            last = dt.date.fromisoformat(params.get("last", ""))
        except ValueError:
            first, last = day.replace(month=1, day=1), day
        if first > last:
            first, last = last, first
        figure = params.get("figure", "")
        own = figures.departments_of(user)
        found = Department.objects.filter(code=params.get("department", "").replace("\0", "")[:32]).first()
        if found is not None and own is not None and found.pk not in own:
            found = None
        scope = own if found is None else frozenset({found.pk})
        return cls(figure if figure in figures.NAMES else "issued", first, last, found, scope)


@dataclass(frozen=True)
class Line:
    """A row behind a figure, whatever it is a row of."""

    number: str
    what: Any
    day: dt.date | None
    note: Any
    url: str = ""


def line(row: Any) -> Line:
    if isinstance(row, CertificateUse):
        number = row.case.number if row.case is not None else ""
        return Line(row.certificate.number, row.type.local_name, row.used_on, f"{row.item_name} {number}".strip())
    if isinstance(row, Certificate):
        url = reverse("certificates:certificate", args=[row.pk])
        return Line(row.number, row.type.local_name, row.issued_on, CERTIFICATE.states[row.state].label, url)
    return Line(row.case.number, row.case.item.local_name, row.posted_on, DELIVERY.states[row.state].label)


def listed(user: Any, params: QueryDict) -> Any:
    """The rows of the page that this address asks for."""
    asked = Asked.of(user, params)
    rows = figures.behind(asked.figure, asked.first, asked.last, departments=asked.scope)
    named = {
        CertificateUse: ("certificate", "type", "case", "department"),
        Certificate: ("type", "department"),
    }.get(rows.model, ("case__item", "department"))
    return rows.select_related(*named)


def table(user: Any, params: QueryDict) -> Any:
    """The departments of the table that this address asks for, as the page shows them."""
    asked = Asked.of(user, params)
    rows, _total = figures.rows_of(user, asked.first, asked.last)
    return Department.objects.filter(pk__in=[row.department.pk for row in rows if row.department is not None])


@never_cache
@require_safe
@readers
def overview(request: HttpRequest) -> HttpResponse:
    """All figures, by department. A fixed number of queries."""
    asked = Asked.of(request.user, request.GET)
    rows, total = figures.rows_of(request.user, asked.first, asked.last)
    context = {
        "first": asked.first, "last": asked.last, "labels": figures.NAMES.values(),
        "rows": [(one.department, _cells(asked, one)) for one in rows], "total": _cells(asked, total),
    }  # fmt: skip
    return render(request, "certificates/overview.html", context)


def _cells(asked: Asked, row: figures.Row) -> list[tuple[Any, int, str]]:
    """(label, figure, address of its list) in order."""
    where = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    if row.department is not None:
        where["department"] = row.department.code
    address = reverse("certificates:behind")
    return [
        (label, row.sums[code], f"{address}?{urlencode({'figure': code, **where})}")
        for code, label in figures.NAMES.items()
    ]


@never_cache
@require_safe
@readers
def behind(request: HttpRequest) -> HttpResponse:
    """The rows of one figure, the newest first."""
    asked = Asked.of(request.user, request.GET)
    page = page_of(listed(request.user, request.GET), "-id", request.GET.get("cursor", ""))
    context = {
        "asked": asked, "label": figures.NAMES[asked.figure], "page": page, "choices": figures.NAMES.items(),
        "rows": [(line(one), one.department) for one in page.rows],
        "standing": asked.figure in figures.STANDINGS,
    }  # fmt: skip
    return render(request, "certificates/behind.html", context)
