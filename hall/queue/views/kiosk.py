"""The kiosk: choose an area, choose what you come for, take the slip. Two levels, large targets, no sign-in.

The address carries the language and the large print, so that the next person finds the start page as it was.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.queue import actions, reads
from hall.queue.feed import device_of
from hall.queue.forms import KioskForm
from hall.queue.hours import gives_numbers, hours_of
from hall.queue.models import Device, Queue, Ticket
from hall.queue.rules import limits
from hall.queue.views.follow import follow_context, link_of, qr_of
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid
from portal.core.identity import check_resident_number
from portal.core.time import today


@require_safe
@never_cache
def start(request: HttpRequest, token: str) -> HttpResponse:
    """The areas, with who waits."""
    device, look = _kiosk(request, token)
    context = {
        **look,
        "lines": reads.lines(Queue.objects.in_use().filter(hall=device.hall_id)),
        "open": gives_numbers(device.hall),
        "hours": hours_of(device.hall, today()),
    }
    return render(request, "queue/kiosk_start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def choose(request: HttpRequest, token: str, queue_id: int) -> HttpResponse:
    """What the person comes for; sent twice it gives one number."""
    device, look = _kiosk(request, token)
    queue = get_object_or_404(Queue.objects.in_use().select_related("hall"), pk=queue_id, hall=device.hall_id)
    form = KioskForm(request.POST if request.method == "POST" else None, queue=queue)
    if form.is_valid():
        try:
            priority = _priority(form.cleaned_data)
            draft = form.draft(Ticket.Channel.KIOSK, priority=priority)
            ticket = actions.take_number(doer(device), draft, once_key=form.cleaned_data["once_key"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect(reverse("queue:kiosk-ticket", args=[token, ticket.public_id]) + look["query"])
    context = {**look, "form": form, "queue": queue}
    return render(request, "queue/kiosk_choose.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def ticket(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    """The number, printed once; the page goes back to the start by itself."""
    device, look = _kiosk(request, token)
    rows = Ticket.objects.select_related("queue", "hall", "window").filter(hall=device.hall_id)
    found = get_object_or_404(rows, public_id=public_id)
    context = {**look, **follow_context(found), "qr": qr_of(link_of(found))}
    return render(request, "queue/kiosk_ticket.html", context)


def doer(device: Any) -> Actor:
    """The device as the one who acts; events name it."""
    return Actor(user=None, role="device", name=f"{device.kind}:{device.pk}")


def _kiosk(request: HttpRequest, token: str) -> tuple[Any, dict[str, Any]]:
    device = device_of(token, Device.Kind.KIOSK)
    english, elder = request.GET.get("lang") == "en", request.GET.get("elder") == "1"
    code = "en" if english else "zh-hans"
    translation.activate(code)
    request.LANGUAGE_CODE = code
    request.elder = elder  # type: ignore[attr-defined]
    actions.note_seen(device)
    look = {
        "device": device, "token": token, "english": english, "large": elder, "query": _query(english, elder),
        "other_language": _query(not english, elder), "other_size": _query(english, not elder),
    }  # fmt: skip
    return device, look


def _query(english: bool, elder: bool) -> str:
    asked = [part for part, wanted in (("lang=en", english), ("elder=1", elder)) if wanted]
    return f"?{'&'.join(asked)}" if asked else "?"


def _priority(data: dict[str, Any]) -> str:
    """What was chosen; a card says who is an older person without asking."""
    if not data["card"].strip() or data["priority"]:
        return str(data["priority"])
    try:
        age = check_resident_number(data["card"]).age_on(today())
    except Invalid as error:
        raise Invalid(fields={"card": error.raw_message}) from None
    return Ticket.Priority.ELDERLY if age >= limits(today()).elderly_years else ""
