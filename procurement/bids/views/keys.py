"""An officer's opening key: made in the browser, tried, replaced."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import Invalid
from portal.core.views.guards import allowed_to
from procurement.bids import actions, demo, policies
from procurement.bids.actions.keys import challenge_box
from procurement.bids.models import OfficerKey, Opener
from procurement.bids.views.common import body_of, officer

holders = allowed_to(policies.may_hold_key)


@never_cache
@require_safe
@holders
def page(request: HttpRequest) -> HttpResponse:
    """The officer's keys, and the openings that the present one is for."""
    return _page(request)


def _page(request: HttpRequest, wrong: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    keys = list(OfficerKey.objects.filter(user=user)[:20])
    current = next((one for one in keys if one.ended_at is None), None)
    places = Opener.objects.filter(user=user, opening__state__in=("named", "receiving", "closed", "opening"))
    context = {
        "keys": keys,
        "current": current,
        "box": challenge_box(current) if current else "",
        "places": list(places.select_related("opening__project", "key").order_by("opening__due_at")[:50]),
        "wrong": wrong,
        "demo_files": demo.files_for(user),
    }
    return render(request, "bids/keys.html", context, status=status)


@never_cache
@require_POST
@holders
def register(request: HttpRequest) -> JsonResponse:
    """The public half of a key that the browser has made; answers with the box that shows whether it works."""
    made = actions.register_key(officer(request), str(body_of(request).get("public", "")))
    return JsonResponse({"id": made.pk, "fingerprint": made.fingerprint, "box": challenge_box(made)}, status=201)


@never_cache
@require_POST
@holders
def prove(request: HttpRequest, key_id: int) -> JsonResponse:
    """What the browser read out of the box."""
    key = actions.prove_key(officer(request), key_id, str(body_of(request).get("text", "")))
    return JsonResponse({"id": key.pk, "fingerprint": key.fingerprint})


@never_cache
@require_POST
@holders
def end(request: HttpRequest, key_id: int) -> HttpResponse:
    """Give the key up, with the reason."""
    try:
        actions.end_key(officer(request), key_id, request.POST.get("note", ""))
    except Invalid as error:
        return _page(request, " ".join(str(text) for text in error.fields.values()), status=422)
    messages.success(request, _("The key was given up. Please make a new one."))
    return redirect("bids:keys")
