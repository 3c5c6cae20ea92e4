"""The public red and black lists, as a page and as data for other systems. No sign-in needed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.identity import mask_name
from portal.core.time import today
from portal.people.lists import page_of
from procurement.conduct.models import Decision
from procurement.conduct.querysets import LISTED
from procurement.conduct.views.rating import decision_face


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """What stands on the lists, the latest first; firms by name, experts by a masked one."""
    kind, page = _page(request)
    rows = [(one, shown_name(one), *decision_face(one)) for one in page.rows]
    return render(request, "conduct/lists.html", {"kind": kind, "page": page, "rows": rows, "today": today()})


def _page(request: HttpRequest) -> tuple[str, Any]:
    kind = request.GET.get("kind", "")
    rows = Decision.objects.listed()
    rows = rows.filter(kind=kind) if kind in LISTED else rows
    return kind if kind in LISTED else "", page_of(rows, "-decided_at", request.GET.get("cursor", ""))


def shown_name(one: Decision) -> str:
    """A person's name is masked, a firm's is public."""
    return mask_name(one.name) if one.about == Decision.About.EXPERT else one.name


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The same page of the lists for other systems: ground, source, authority, days, how to object."""
    kind, page = _page(request)
    rows = [
        {
            "list": one.kind, "about": one.about, "name": shown_name(one), "uscc": one.uscc, "ground": one.ground,
            "source": one.source, "authority": one.authority, "from": one.starts_on, "until": one.ends_on,
            "ended_on": one.ended_on, "in_force": one.holds_on(today()), "how_to_object": one.appeal,
        }
        for one in page.rows
    ]  # fmt: skip
    answer = {"kind": kind, "entries": rows, "next_cursor": page.next_cursor}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
