"""The log of the exchange, and what a person does about what got stuck."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hotline.province import actions, policies
from hotline.province.adapters import adapter
from hotline.province.models import NEEDS_PERSON, Exchange
from portal.core.errors import DomainError
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_exchange)
settlers = allowed_to(policies.may_settle)
TONES = {"waiting": "grey", "sending": "blue", "done": "green", "failed": "red", "unknown": "amber", "closed": "grey"}


def actor_of_page(request: HttpRequest) -> Any:
    user: Any = request.user
    dispatcher = user.access.has(Role.HOTLINE_DISPATCHER)
    return actor_for(request, Role.HOTLINE_DISPATCHER if dispatcher else Role.ADMINISTRATOR)


@never_cache
@require_safe
@readers
def exchanges(request: HttpRequest) -> HttpResponse:
    """What came and went, the newest first; or only what needs a person."""
    user: Any = request.user
    asked = {name: request.GET.get(name, "") for name in ("state", "direction")}
    rows = Exchange.objects.visible_to(user).select_related("ticket")
    if asked["state"] == "stuck":
        rows = rows.filter(state__in=NEEDS_PERSON)
    elif asked["state"] in Exchange.State.values:
        rows = rows.filter(state=asked["state"])
    if asked["direction"] in Exchange.Direction.values:
        rows = rows.filter(direction=asked["direction"])
    page = page_of(rows, "-at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "asked": asked,
        "states": Exchange.State,
        "directions": Exchange.Direction,
        "filtered": any(asked.values()),
        "configured": adapter().configured(),
    }
    return render(request, "province/exchanges.html", context)


@never_cache
@require_safe
@readers
def exchange(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """One message, with what can be done about it."""
    return _shown(request, exchange_id)


def _shown(request: HttpRequest, exchange_id: int, wrong: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    rows = Exchange.objects.visible_to(user).select_related("ticket", "closed_by")
    row = get_object_or_404(rows, pk=exchange_id)
    stuck = row.direction == Exchange.Direction.OUT and row.state in NEEDS_PERSON
    context = {
        "row": row,
        "tone": TONES[row.state],
        "may_settle": stuck and policies.may_settle(user),
        "history": history_of(row),
        "wrong": wrong,
        "typed": request.POST,
    }
    return render(request, "province/exchange.html", context, status=status)


@require_POST
@settlers
def send_again(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Send it again under its old key."""
    actions.send_again(actor_of_page(request), exchange_id)
    messages.success(request, _("It is being sent again."))
    return redirect("province:exchange", exchange_id)


@require_POST
@settlers
def settle(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Note what was done instead."""
    try:
        actions.settle(actor_of_page(request), exchange_id, note=request.POST.get("note", ""))
    except DomainError as error:
        if error.status == 404:
            raise
        texts = [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
        return _shown(request, exchange_id, wrong=texts[0], status=422)
    messages.success(request, _("Saved."))
    return redirect("province:exchange", exchange_id)
