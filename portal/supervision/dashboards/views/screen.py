"""The big screen: the page, the feed that it asks every few seconds, and the devices that show it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.actors import Actor
from portal.core.errors import WrongState
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import form_page, posted
from portal.supervision.dashboards import actions, screen
from portal.supervision.dashboards.forms import ScreenForm
from portal.supervision.dashboards.models import BigScreen
from portal.supervision.dashboards.policies import may_manage_screens, may_see_screen

viewers = allowed_to(may_see_screen)
issuers = allowed_to(may_manage_screens)


@require_safe
@viewers
def page(request: HttpRequest) -> HttpResponse:
    """The big screen for whoever looks over the whole centre."""
    return _screen(request, reverse("dashboards:screen-feed"))


@require_safe
@viewers
def feed(request: HttpRequest) -> HttpResponse:
    """What it shows now."""
    return _answer(request)


@require_safe
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """The big screen of a device, in the device's language."""
    device = actions.screen_of(token)
    actions.note_seen(device)
    with override(device.language):
        return _screen(request, reverse("dashboards:wall-feed", args=[token]))


@require_safe
def wall_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What it shows now; nothing changed: 304 after one indexed read."""
    device = actions.screen_of(token)
    actions.note_seen(device)
    with override(device.language):
        return _answer(request)


def _screen(request: HttpRequest, address: str) -> HttpResponse:
    found = screen.reading()
    context = {"data": found.data, "etag": found.etag, "feed": address, "language": get_language()}
    response = render(request, "dashboards/screen.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    found = screen.reading()
    response: HttpResponse
    if request.headers.get("If-None-Match") == found.etag:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(found.data, json_dumps_params={"ensure_ascii": False})
    response["ETag"] = found.etag
    response["Cache-Control"] = "no-cache, private"
    return response


# --- devices ------------------------------------------------------------------------------------------------------------


def issuer(request: HttpRequest) -> Actor:
    """The person as supervisor, or as administrator."""
    user: Any = request.user
    return actor_for(request, Role.SUPERVISOR if user.access.has(Role.SUPERVISOR) else Role.ADMINISTRATOR)


@require_safe
@issuers
def devices(request: HttpRequest) -> HttpResponse:
    """The devices, the newest first."""
    user: Any = request.user
    rows = page_of(BigScreen.objects.visible_to(user), "-issued_at", request.GET.get("cursor", ""))
    return render(request, "dashboards/devices.html", {"page": rows, "devices": rows.rows})


@require_http_methods(["GET", "HEAD", "POST"])
@issuers
def device_new(request: HttpRequest) -> HttpResponse:
    """Issue a device; its address is shown this once."""
    form = ScreenForm(posted(request))

    def act() -> HttpResponse:
        device, secret = actions.issue_screen(issuer(request), **form.cleaned_data)
        url = request.build_absolute_uri(reverse("dashboards:wall", args=[secret]))
        return render(request, "dashboards/device_issued.html", {"device": device, "url": url})

    context = {
        "title": _("Issue a big screen"),
        "submit": _("Issue"),
        "back": reverse("dashboards:devices"),
    }
    return form_page(request, form, act, context)


@require_POST
@issuers
def device_revoke(request: HttpRequest, screen_id: int) -> HttpResponse:
    """Its address leads nowhere from now on."""
    try:
        actions.revoke_screen(issuer(request), screen_id)
        messages.success(request, _("The device was revoked."))
    except WrongState as error:
        messages.error(request, error.message)
    return redirect("dashboards:devices")
