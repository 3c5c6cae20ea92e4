"""Who comes in: supervisors and auditors. For everybody else who is signed in these pages do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from portal.core.actors import Actor
from portal.core.errors import NotAllowed
from portal.people.actors import actor_for
from portal.people.roles import Role
from procurement.oversight import policies
from procurement.oversight.models import Lead

View = Callable[..., HttpResponse]


def watched(view: View) -> View:
    """Signed in and a watcher; 404 for all others, so that nobody learns that there is anything."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.may_watch(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


def worked(view: View) -> View:
    """The same, and only for supervisors: an auditor reads and gets 403 here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.may_work(request.user):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return watched(guarded)


def actor_of_page(request: HttpRequest) -> Actor:
    user: Any = request.user
    return actor_for(request, Role.SUPERVISOR if user.access.has(Role.SUPERVISOR) else Role.AUDITOR)


def lead_by(request: HttpRequest, number: str) -> Lead:
    """The lead, for whoever sees it; missing and forbidden look alike."""
    rows = Lead.objects.visible_to(request.user).select_related("taken_by", "proposed_by", "confirmed_by")
    return get_object_or_404(rows, number=number)
