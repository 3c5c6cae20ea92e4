"""The auditor's page: who viewed whose personal data, newest first, by a cursor."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from portal.core.access import face_of, purpose_in_words, word_for
from portal.core.errors import NotAllowed
from portal.core.models.access import AccessLog

PAGE_ROWS = 50
READERS = frozenset({"auditor", "administrator"})


class Line:
    """An entry in the reader's words."""

    def __init__(self, row: AccessLog, roles: Collection[str]) -> None:
        face = face_of(row.stream)
        self.row = row
        self.record = f"{face.label} {row.stream_id}"
        leads = face.link is not None and (face.readers is None or not face.readers.isdisjoint(roles))
        self.link = face.link(row.stream_id) if face.link and leads else ""
        self.role, self.what = word_for(row.role), word_for(row.what)
        self.purpose = purpose_in_words(row.purpose)


@login_required
@require_GET
def access_log(request: HttpRequest) -> HttpResponse:
    """Filters by person (exact name) and days; `cursor` is the last number seen."""
    access: Any = getattr(request.user, "access", None)
    if access is None or not access.roles & READERS:
        raise NotAllowed()
    person = request.GET.get("person", "").strip()
    first, last = _day(request, "first"), _day(request, "last")
    before = request.GET.get("cursor", "")
    rows = (
        AccessLog.objects.visible_to(request.user)
        .by_person(person)
        .between(first, last)
        .page(before=int(before) if before.isdecimal() and len(before) < 19 else None, size=PAGE_ROWS)
    )
    filters = {"person": person, "first": first or "", "last": last or ""}
    page = rows[:PAGE_ROWS]
    context = {
        "lines": [Line(row, access.roles) for row in page],
        "filters": filters,
        "filtered": bool(person or first or last),
        "older": str(page[-1].pk) if rows[PAGE_ROWS:] else None,
    }
    return render(request, "core/access_log.html", context)


def _day(request: HttpRequest, name: str) -> dt.date | None:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
