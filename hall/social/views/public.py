"""What everybody sees: who the social supervisors are, the published visits, and the proof of every draw. No sign-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.social.lifecycle import VISIT, VISIT_TONES
from hall.social.models import SocialSupervisor, Visit
from hall.social.pools import problems, record_of
from hall.social.reading import categories_of, gone_words, left_out, report_rows, seats_of, unit_rows
from portal.core.time import today
from portal.people.lists import page_of

MOST = 500


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The published visits, the latest first, and everybody in office."""
    rows = Visit.objects.filter(state="published").defer("pool", "orders", "gone").prefetch_related("departments")
    page = page_of(rows, "-published_at", request.GET.get("cursor", ""))
    people = SocialSupervisor.objects.in_office(today()).select_related("user").order_by("category", "pk")[:MOST]
    waiting = Visit.objects.filter(state__in=("frozen", "sealed", "drawn")).defer("pool", "orders", "gone")
    context = {"page": page, "rows": page.rows, "people": list(people), "waiting": list(waiting[:20])}
    return render(request, "social/public.html", context)


@never_cache
@require_safe
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One visit: digest and seeds from the beginning; day, units, people, findings and record once it is published."""
    one = get_object_or_404(Visit, number=number)
    context: dict[str, Any] = {
        "visit": one, "label": VISIT.states[one.state].label, "tone": VISIT_TONES[one.state],
        "seeds": list(one.seeds.all()), "candidates": len(one.pool["candidates"]), "places": categories_of(one),
    }  # fmt: skip
    if one.state == "published":
        context |= {
            "public": True, "problems": problems(record_of(one)), "left_out": left_out(one), "gone": gone_words(one),
            "seats": [seat for seat in seats_of(one, named=True) if seat["seat"].state in ("accepted", "reported")],
            "units": unit_rows(one), "reports": report_rows(one),
        }  # fmt: skip
    return render(request, "social/public_visit.html", context)


@never_cache
@require_safe
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The record that anybody replays, as JSON; 404 before the visit is published."""
    one = get_object_or_404(Visit, number=number, state="published")
    response = JsonResponse(record_of(one), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="draw-{one.number}.json"'
    return response
