"""The list of notes of whoever is signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.actors import Actor
from portal.core.models.notifications import Notification
from portal.core.notifications import inbox

PAGE = 20


def reader(request: HttpRequest) -> Actor:
    """Notes belong to a person, whatever role they act in."""
    return Actor(user=request.user, role="reader", name=request.user.name)  # type: ignore[union-attr, arg-type]


@require_safe
@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` is the last one of the page before."""
    notes = inbox.notifications_of(request.user)  # type: ignore[arg-type]
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        notes = notes.filter(pk__lt=int(before))
    page: list[Notification] = list(notes[: PAGE + 1])
    at_work = request.user.access.is_staff  # type: ignore[union-attr]
    context = {
        "base": "base_staff.html" if at_work else "base.html",
        "notes": [(note, inbox.text_of(note)) for note in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_first_page": not before,
        "unread": inbox.unread_count(request.user),  # type: ignore[arg-type]
    }
    return render(request, "core/notifications.html", context)


@require_POST
@login_required
def read(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark a note read and go where it points."""
    note = inbox.mark_read(reader(request), notification_id)
    return redirect(note.path or "core:notifications")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    if inbox.mark_all_read(reader(request)):
        messages.success(request, _("All messages are marked as read."))
    return redirect("core:notifications")
