"""The clerk's page: one large button that changes with the state, who waits, breaks; and numbers given at the desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.queue import actions, reads
from hall.queue.actions.sessions import session_of, windows_of
from hall.queue.forms import DeskNumberForm
from hall.queue.lifecycle import CALL_REASONS, HOLD_REASONS, TICKET
from hall.queue.models import Queue, Ticket, WindowBreak
from hall.queue.models.ticket import AT_WINDOW
from hall.queue.policies import may_serve, may_take_at_desk
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid
from portal.core.registries import panels
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role

clerks = allowed_to(may_serve)
givers = allowed_to(may_take_at_desk)


def clerk_actor(request: HttpRequest) -> Actor:
    """The person as clerk, or as manager who helps out."""
    user: Any = request.user
    return actor_for(request, Role.CLERK if user.access.has(Role.CLERK) else Role.HALL_MANAGER)


def panel_context(user: Any) -> dict[str, Any]:
    """Everything that the panel shows; seven queries with an open window, two without."""
    session = session_of(user)
    if session is None:
        return {"session": None, "windows": windows_of(user)}
    ticket = Ticket.objects.filter(window=session.window_id, state__in=AT_WINDOW).select_related("queue").first()
    others = Queue.objects.in_use().filter(hall=session.hall_id)
    return {
        "session": session,
        "ticket": ticket,
        "state": TICKET.states[ticket.state] if ticket else None,
        "services": list(ticket.services.all()) if ticket else [],
        "line": reads.line_of_window(session.window_id),
        "lines": reads.lines(others.filter(served_at__window=session.window_id)),
        "kept": reads.held_by(user.pk),
        "served": reads.served_today(user.pk),
        "targets": [one for one in others if ticket and one.pk != ticket.queue_id],
        "hold_reasons": HOLD_REASONS,
        "call_reasons": CALL_REASONS,
        "break_reasons": WindowBreak.Reason.choices,
    }


@require_safe
@clerks
def panel(request: HttpRequest) -> HttpResponse:
    """The clerk's own page."""
    context = {**panel_context(request.user), "panels": panels("queue.desk", request, request.user)}
    return render(request, "queue/desk.html", context)


@require_safe
@clerks
def waiting(request: HttpRequest) -> HttpResponse:
    """Who waits, alone: the panel asks for it every few seconds."""
    return render(request, "queue/_waiting.html", panel_context(request.user))


@require_POST
@clerks
def open_window(request: HttpRequest) -> HttpResponse:
    window = request.POST.get("window", "")
    return _acted(request, lambda actor: actions.open_window(actor, int(window) if window.isdecimal() else 0))


@require_POST
@clerks
def leave_window(request: HttpRequest, session_id: int) -> HttpResponse:
    return _acted(request, lambda actor: actions.leave_window(actor, session_id))


@require_POST
@clerks
def pause_window(request: HttpRequest, session_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _acted(request, lambda actor: actions.pause_window(actor, session_id, reason=reason))


@require_POST
@clerks
def resume_window(request: HttpRequest, session_id: int) -> HttpResponse:
    return _acted(request, lambda actor: actions.resume_window(actor, session_id))


@require_POST
@clerks
def call_next(request: HttpRequest, session_id: int) -> HttpResponse:
    return _acted(request, lambda actor: actions.call_next(actor, session_id))


@require_POST
@clerks
def call_one(request: HttpRequest, session_id: int, ticket_id: int) -> HttpResponse:
    reason, version = request.POST.get("reason", ""), _version(request)
    return _acted(
        request, lambda actor: actions.call_one(actor, session_id, ticket_id, reason=reason, state_version=version)
    )


@require_POST
@clerks
def step(request: HttpRequest, ticket_id: int, code: str) -> HttpResponse:
    """Any other step of the ticket at the window."""
    version = _version(request)
    return _acted(
        request,
        lambda actor: actions.take_step(actor, ticket_id, code, request.POST.dict(), state_version=version),
    )


@require_http_methods(["GET", "POST"])
@givers
def give_number(request: HttpRequest, queue_id: int) -> HttpResponse:
    """A number for somebody at the reception."""
    queue = get_object_or_404(Queue.objects.in_use().select_related("hall"), pk=queue_id)
    form = DeskNumberForm(request.POST if request.method == "POST" else None, queue=queue)
    if form.is_valid():
        data = form.cleaned_data
        draft = form.draft(Ticket.Channel.DESK, priority=data["priority"], name=data["name"])
        try:
            ticket = actions.take_number(clerk_actor(request), draft, once_key=data["once_key"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Number %(number)s was given.") % {"number": ticket.number})
            return redirect("queue:printed", ticket.public_id)
    context = {
        "form": form,
        "title": _("Give a number: %(queue)s") % {"queue": queue.display_name},
        "submit": _("Give a number"),
        "back": reverse("queue:reception"),
    }
    return render(request, "people/admin/form.html", context, status=422 if form.errors else 200)


@require_safe
@givers
def reception(request: HttpRequest) -> HttpResponse:
    """All queues, for whoever gives numbers at the desk."""
    return render(request, "queue/reception.html", {"lines": reads.lines()})


def _version(request: HttpRequest) -> int:
    """The state that the page showed; what makes no sense is an old one."""
    typed = request.POST.get("state_version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def _acted(request: HttpRequest, act: Any) -> HttpResponse:
    """Do it and go back to where the panel hangs; what is refused stands on top in words."""
    try:
        act(clerk_actor(request))
    except Invalid as error:
        told = [str(text) for text in error.fields.values()] or [error.message]
        messages.error(request, " ".join(told))
    except DomainError as error:
        if error.status == 404 or error.status == 403:
            raise
        messages.error(request, error.message)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if safe and there.startswith("/") else reverse("queue:desk")
