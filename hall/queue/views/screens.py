"""Screens of the hall, of an area and of a window: one page each, and the feed that it asks every few seconds."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hall.queue import actions
from hall.queue.feed import device_of, etag_of, feed
from hall.queue.models import Device
from hall.queue.models.ticket import AT_WINDOW
from hall.queue.reads import line_of_window

SCREENS = (Device.Kind.HALL_SCREEN, Device.Kind.AREA_SCREEN, Device.Kind.WINDOW_SCREEN)


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a screen, filled; without JavaScript it asks for itself again."""
    device = device_of(token, *SCREENS)
    actions.note_seen(device)
    context: dict[str, Any] = {"device": device, "token": token, "feed": feed(device, -1)}
    if device.kind == Device.Kind.WINDOW_SCREEN:
        context["now"] = device.window.tickets.filter(state__in=AT_WINDOW).first()
        context["line"] = line_of_window(device.window_id, 4)
    template = "queue/screen_window.html" if device.kind == Device.Kind.WINDOW_SCREEN else "queue/screen.html"
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def screen_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What is new since the call that the screen has shown last. Nothing changed: 304 after one indexed read."""
    device = device_of(token, *SCREENS)
    actions.note_seen(device)
    return answer(request, device)


def answer(request: HttpRequest, device: Any) -> HttpResponse:
    """The feed of a device with its ETag."""
    etag = etag_of(device)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(feed(device, _after(request)), json_dumps_params={"ensure_ascii": False})
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    return response


def _after(request: HttpRequest) -> int:
    typed = request.GET.get("after", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1
