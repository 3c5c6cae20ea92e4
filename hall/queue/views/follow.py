"""The phone: take a number from afar, follow it, give it up, rejoin. Works without JavaScript."""

from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.queue import actions, reads
from hall.queue.forms import PhoneNumberForm
from hall.queue.hours import gives_numbers, hours_of
from hall.queue.lifecycle import TICKET
from hall.queue.models import Hall, Queue, Ticket
from hall.queue.rules import limits
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.throttle import count, sender_of

NUMBERS_AN_HOUR = 10  # from one address


def link_of(ticket: Ticket) -> str:
    """The whole address of the ticket's page."""
    return f"{settings.SITE_URL}{reverse('queue:follow', args=[ticket.public_id])}"


def qr_of(address: str) -> str:
    """The address as a picture that a page can show without a request."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))


@require_safe
@never_cache
def halls(request: HttpRequest) -> HttpResponse:
    """The halls with their queues, who waits, and where a number can be taken from here."""
    day = today()
    lines = reads.lines()
    shown = [
        {"hall": hall, "open": gives_numbers(hall), "hours": hours_of(hall, day),
         "lines": [line for line in lines if line.queue.hall_id == hall.pk]}
        for hall in Hall.objects.open_on(day)
    ]  # fmt: skip
    mine: list[Ticket] = []
    if request.user.is_authenticated:
        mine = list(Ticket.objects.filter(person=request.user, day=day, ended_at__isnull=True).select_related("queue"))
    return render(request, "queue/halls.html", {"halls": shown, "mine": mine, "states": TICKET.states})


@require_http_methods(["GET", "POST"])
@never_cache
def take(request: HttpRequest, queue_id: int) -> HttpResponse:
    """A number by telephone (云叫号)."""
    queue = get_object_or_404(Queue.objects.in_use().select_related("hall"), pk=queue_id, remote=True)
    user: Any = request.user
    initial = {"phone": user.phone} if user.is_authenticated else {}
    form = PhoneNumberForm(request.POST if request.method == "POST" else None, queue=queue, initial=initial)
    if form.is_valid():
        try:
            count("queue.take", sender_of(request), limit=NUMBERS_AN_HOUR)
            draft = form.draft(Ticket.Channel.PHONE, person_id=user.pk, name=user.name if user.is_authenticated else "")
            actor = actor_for(request) if user.is_authenticated else Actor(None, "visitor", "phone")
            ticket = actions.take_number(actor, draft, once_key=form.cleaned_data["once_key"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect("queue:follow", ticket.public_id)
    context = {"form": form, "queue": queue, "open": queue.is_open and gives_numbers(queue.hall)}
    return render(request, "queue/take.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def follow(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where the ticket stands; the link is the key."""
    ticket = _ticket(public_id)
    return render(request, "queue/follow.html", follow_context(ticket))


def follow_context(ticket: Ticket) -> dict[str, Any]:
    may_rejoin = ticket.state == "missed" and ticket.rejoins < limits(ticket.day).rejoins
    return {
        "ticket": ticket,
        "state": TICKET.states[ticket.state],
        "place": reads.place_of(ticket),
        "may_rejoin": may_rejoin,
        "may_cancel": TICKET.transitions["cancel"].possible(ticket),
        "live": ticket.is_live,
        "services": list(ticket.services.all()),
    }


@require_safe
@never_cache
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the open page asks every few seconds: whether anything changed."""
    ticket = _ticket(public_id)
    place = reads.place_of(ticket)
    mark = f"{ticket.state_version}.{ticket.calls}.{place.ahead if place else ''}"
    return JsonResponse({"mark": mark, "called": ticket.state == "called"})


@require_POST
def follow_step(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """Give up, or rejoin after having been missed."""
    typed = request.POST.get("state_version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    try:
        actions.follow_step(public_id, code, state_version=version)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        context = {**follow_context(_ticket(public_id)), "problem": error}
        return render(request, "queue/follow.html", context, status=error.status)
    return redirect("queue:follow", public_id)


@require_safe
@never_cache
def printed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The slip of 80 mm: number, people ahead, range, area, and the code that leads to the phone's page."""
    ticket = _ticket(public_id)
    return render(request, "queue/slip.html", {**follow_context(ticket), "qr": qr_of(link_of(ticket))})


def _ticket(public_id: str) -> Ticket:
    rows = Ticket.objects.select_related("queue", "hall", "window")
    if "\0" in public_id:
        return get_object_or_404(rows, pk=0)
    return get_object_or_404(rows, public_id=public_id)
