"""The hall manager's pages: all queues and windows now, tickets, the layout, devices."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.queue import actions, reads
from hall.queue.forms import DeviceForm, HallForm, QueueForm, ReasonForm, ServiceForm
from hall.queue.hours import has_closed
from hall.queue.lifecycle import TICKET
from hall.queue.models import Device, Hall, Queue, Ticket
from hall.queue.policies import may_manage_queue, may_see_overview
from portal.core.access import log_view
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.events import events_of
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

managers = allowed_to(may_manage_queue)
readers = allowed_to(may_see_overview)
QUEUE_FIELDS = ("hall", "prefix", "name", "name_en", "area", "department", "remote", "daily_limit")


def manager_actor(request: HttpRequest) -> Actor:
    """The person as hall manager, or as administrator."""
    user: Any = request.user
    return actor_for(request, Role.HALL_MANAGER if user.access.has(Role.HALL_MANAGER) else Role.ADMINISTRATOR)


@require_safe
@readers
def overview(request: HttpRequest) -> HttpResponse:
    """All queues, windows, who waits longest, windows without calls; seven queries however full the hall is."""
    windows, lines = reads.windows_now(), reads.lines()
    halls = list(Hall.objects.open_on(today()))
    context = {
        "lines": lines,
        "windows": windows,
        "waiting": sum(line.waiting for line in lines),
        "longest": max((line.longest_minutes for line in lines if line.longest_minutes is not None), default=None),
        "served": sum(line.served for line in lines),
        "open_windows": sum(1 for one in windows if one.session and not one.session.is_paused),
        "idle": [one for one in windows if one.idle],
        "halls": [(hall, has_closed(hall, today())) for hall in halls],
        "may_manage": may_manage_queue(request.user),
    }
    return render(request, "queue/overview.html", context)


def asked_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "").strip() for name in ("q", "queue", "state")}


def tickets_listed(user: Any, asked: dict[str, str]) -> Any:
    """Today's tickets that these filters ask for."""
    rows = Ticket.objects.visible_to(user).filter(day=today()).select_related("queue", "window")
    if asked["q"] and "\0" not in asked["q"]:
        rows = rows.filter(number__istartswith=asked["q"][:12])
    if asked["queue"].isdecimal() and len(asked["queue"]) < 18:
        rows = rows.filter(queue=int(asked["queue"]))
    if asked["state"] in TICKET.states:
        rows = rows.filter(state=asked["state"])
    return rows


@require_safe
@readers
def tickets(request: HttpRequest) -> HttpResponse:
    """Tickets of a day, the newest first, by number, queue and state; by cursor."""
    asked = asked_of(request.GET)
    page = page_of(tickets_listed(request.user, asked), "-taken_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(ticket, TICKET.states[ticket.state]) for ticket in page.rows],
        "asked": asked,
        "filtered": any(asked.values()),
        "queues": Queue.objects.in_use(),
        "states": TICKET.states.values(),
    }
    return render(request, "queue/tickets.html", context)


@require_safe
@readers
def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """One ticket with everything that happened; the telephone is masked, and looking at it is logged."""
    found = get_object_or_404(
        Ticket.objects.visible_to(request.user).select_related("queue", "hall", "window", "staff"),  # type: ignore[arg-type]
        pk=ticket_id,
    )
    if found.phone:
        log_view(manager_actor(request), "queue.ticket", found.pk, "phone (masked)", purpose="queue")
    may = may_manage_queue(request.user)
    steps = [TICKET.transitions[code] for code in ("cancel", "expire", "rejoin") if may]
    context = {
        "ticket": found,
        "state": TICKET.states[found.state],
        "entries": [_entry(told) for told in events_of(found)],
        "steps": [
            step
            for step in steps
            if step.possible(found) and (step.code != "expire" or has_closed(found.hall, found.day))
        ],
        "services": list(found.services.all()),
        "may_manage": may,
    }
    return render(request, "queue/ticket.html", context)


@require_POST
@managers
def ticket_step(request: HttpRequest, ticket_id: int, code: str) -> HttpResponse:
    """Give up, expire, rejoin: for somebody who stands at the reception."""
    typed = request.POST.get("state_version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    try:
        actions.take_step(manager_actor(request), ticket_id, code, state_version=version)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        messages.error(request, error.message)
    return redirect("queue:ticket", ticket_id)


@require_POST
@managers
def reprint(request: HttpRequest, ticket_id: int) -> HttpResponse:
    found = actions.note_reprint(manager_actor(request), ticket_id)
    return redirect("queue:printed", found.public_id)


@require_POST
@managers
def end_day(request: HttpRequest, hall_id: int) -> HttpResponse:
    """After closing: whoever is left expires."""
    total = 0
    while done := actions.expire_over(manager_actor(request), hall_id=hall_id):
        total += done
    messages.success(request, ngettext("%(n)s number expired.", "%(n)s numbers expired.", total) % {"n": total})
    return redirect("queue:overview")


# --- layout ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@managers
def hall_new(request: HttpRequest) -> HttpResponse:
    form = HallForm(posted(request))

    def act() -> HttpResponse:
        hall = actions.make_hall(manager_actor(request), **form.cleaned_data)
        messages.success(request, _("The hall was created: %(name)s.") % {"name": hall.display_name})
        return redirect("queue:overview")

    context = {"title": _("New hall"), "submit": _("Create"), "back": reverse("queue:overview")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@managers
def queue_new(request: HttpRequest) -> HttpResponse:
    form = QueueForm(posted(request))

    def act() -> HttpResponse:
        queue = actions.make_queue(manager_actor(request), form.draft())
        messages.success(request, _("The queue was created; add what people come for."))
        return redirect("queue:queue", queue.pk)

    context = {"title": _("New queue"), "submit": _("Create"), "back": reverse("queue:overview")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@managers
def queue_page(request: HttpRequest, queue_id: int) -> HttpResponse:
    """One queue: what it offers, which windows call it; a service is added here."""
    queue = get_object_or_404(Queue.objects.select_related("hall", "department"), pk=queue_id)
    form = ServiceForm(posted(request))

    def act() -> HttpResponse:
        actions.add_service(manager_actor(request), queue_id, form.draft())
        messages.success(request, _("The service is offered."))
        return redirect("queue:queue", queue_id)

    context = {
        "queue": queue,
        "services": list(queue.services.filter(active=True)),
        "windows": list(queue.windows.order_by("code")),
    }
    return form_page(request, form, act, context, template="queue/queue.html")


@require_http_methods(["GET", "POST"])
@managers
def queue_edit(request: HttpRequest, queue_id: int) -> HttpResponse:
    queue = get_object_or_404(Queue, pk=queue_id)
    initial = {name: getattr(queue, name) for name in QUEUE_FIELDS}
    form = QueueForm(posted(request), initial={**initial, "windows": queue.windows.all()})

    def act() -> HttpResponse:
        actions.change_queue(manager_actor(request), queue_id, form.draft())
        messages.success(request, _("The queue was saved."))
        return redirect("queue:queue", queue_id)

    back = reverse("queue:queue", args=[queue_id])
    return form_page(request, form, act, {"title": _("Change the queue"), "submit": _("Save"), "back": back})


@require_http_methods(["GET", "POST"])
@managers
def queue_close(request: HttpRequest, queue_id: int) -> HttpResponse:
    queue, form = get_object_or_404(Queue, pk=queue_id), ReasonForm(posted(request))

    def act() -> HttpResponse:
        actions.close_queue(manager_actor(request), queue_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The queue gives no more numbers; who waits is still called."))
        return redirect("queue:overview")

    title = _("Give no more numbers: %(queue)s") % {"queue": queue.display_name}
    context = {"title": title, "submit": _("Close the queue"), "back": reverse("queue:overview"), "warning": True}
    return form_page(request, form, act, context)


@require_POST
@managers
def queue_open(request: HttpRequest, queue_id: int) -> HttpResponse:
    actions.open_queue(manager_actor(request), queue_id)
    messages.success(request, _("The queue gives numbers."))
    return redirect("queue:overview")


@require_POST
@managers
def service_retire(request: HttpRequest, service_id: int) -> HttpResponse:
    service = actions.retire_service(manager_actor(request), service_id)
    messages.success(request, _("The service is offered no more."))
    return redirect("queue:queue", service.queue_id)


# --- devices --------------------------------------------------------------------------------------------------------


@require_safe
@managers
def devices(request: HttpRequest) -> HttpResponse:
    """Screens and kiosks; a device's address was shown when it was issued."""
    rows = Device.objects.select_related("hall", "window").order_by("-pk")
    page = page_of(rows, "-issued_at", request.GET.get("cursor", ""))
    return render(request, "queue/devices.html", {"page": page, "devices": page.rows})


@require_http_methods(["GET", "POST"])
@managers
def device_new(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(posted(request))

    def act() -> HttpResponse:
        data = form.cleaned_data
        device, secret = actions.issue_device(
            manager_actor(request), hall_id=data["hall"].pk, kind=data["kind"], name=data["name"],
            window_id=data["window"].pk if data["window"] else None, area=data["area"],
        )  # fmt: skip
        return render(
            request, "queue/device_issued.html", {"device": device, "secret": secret, "url": _url(device, secret)}
        )

    context = {"title": _("Issue a device"), "submit": _("Issue"), "back": reverse("queue:devices")}
    return form_page(request, form, act, context)


@require_POST
@managers
def device_revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    actions.revoke_device(manager_actor(request), device_id)
    messages.success(request, _("The device was revoked; its address leads nowhere now."))
    return redirect("queue:devices")


def _url(device: Device, secret: str) -> str:
    """The secret address, which is shown this once."""
    name = "queue:kiosk" if device.kind == Device.Kind.KIOSK else "queue:screen"
    return f"{settings.SITE_URL}{reverse(name, args=[secret])}"


def _entry(told: Any) -> dict[str, Any]:
    """One line of the ticket's history."""
    code = told.event.type.removeprefix("ticket.")
    transition = TICKET.transitions.get(code)
    titles = {
        "taken": _("Number taken"), "booked": _("Number booked"), "tied": _("Tied to a case"),
        "reprinted": _("Printed again"),
    }  # fmt: skip
    title = str(transition.told) if transition else titles.get(code, code)
    note = " · ".join(str(told.data[name]) for name in ("window", "case", "to") if told.data.get(name))
    return {"state": "done", "title": title, "at": told.event.at, "by": _doer(told), "note": note}


def _doer(told: Any) -> str:
    """Who did it: people by name, the others by what they are."""
    if told.event.actor_id:
        return str(told.actor_name)
    others = {"holder": _("Holder of the number"), "device": _("Kiosk or machine"), "system": _("The portal")}
    return others.get(told.event.role, "")
