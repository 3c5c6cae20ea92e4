"""The public proof of a draw: the digest at once, everything with the result, and how to check it. No sign-in needed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement.experts.lifecycle import DRAW, DRAW_TONES
from procurement.experts.models import Draw
from procurement.experts.published import problems, record_of
from procurement.experts.querysets import RESULT_PUBLIC
from procurement.experts.views.draws import left_out, seats_of
from procurement.tenders.models import Project
from procurement.tenders.views.public import public_one


@never_cache
@require_safe
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """All draws of a tender: what was promised, revealed and drawn; names and record once the result is public."""
    tender = public_one(number, request.user)
    rows = list(tender.draws.prefetch_related("seeds").order_by("number"))
    context = {"tender": tender, "public": is_public(tender), "draws": [_face(request, one) for one in rows]}
    return render(request, "experts/proof.html", context)


def is_public(tender: Project) -> bool:
    return tender.state in RESULT_PUBLIC


def _face(request: HttpRequest, one: Draw) -> dict[str, Any]:
    shown = is_public(one.project) and one.state == "drawn"
    return {
        "draw": one,
        "label": DRAW.states[one.state].label,
        "tone": DRAW_TONES[one.state],
        "candidates": len(one.pool["candidates"]),
        "left_out": left_out(one) if shown else [],
        "seats": [seat for seat in seats_of(request, one) if seat["live"]] if shown else [],
        "problems": problems(record_of(one)) if shown and not one.named else [],
        "shown": shown,
    }


@never_cache
@require_safe
def record(request: HttpRequest, number: str, draw_number: int) -> HttpResponse:
    """The record that anybody replays, as JSON; 404 before the result is public."""
    one = get_object_or_404(
        Draw.objects.select_related("project"),
        project=public_one(number, request.user),
        number=draw_number,
        state="drawn",
        named=False,  # nothing was drawn, so there is nothing to replay
    )
    if not is_public(one.project):
        raise Http404
    response = JsonResponse(record_of(one), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="draw-{one.project.number}-{one.number}.json"'
    return response
