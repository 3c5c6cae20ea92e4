"""The pieces of the desk that are asked for while somebody types: each is a page of its own without JavaScript."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from hotline.calls import actions, desk
from hotline.calls.knowledge import articles_for
from hotline.calls.models import Call
from hotline.calls.views.common import at_desk, operator
from portal.core.access import log_views


@require_safe
@at_desk
def poll(request: HttpRequest) -> HttpResponse:
    """Whether a call has come in: asked every few seconds, answered 304 as long as nothing is new. Two queries."""
    user: Any = request.user
    call = Call.objects.on_the_line(user).only("pk", "state_version", "line", "agent_at", "state").first()
    etag = f'"{user.pk}-{call.pk if call else 0}-{call.state_version if call else 0}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        shown = request.GET.get("call", "")
        context = {"call": call, "other": call is not None and str(call.pk) != shown, "shown": shown}
        response = render(request, "calls/_ringing.html", context)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@never_cache
@sensitive_post_parameters()
@require_POST
@at_desk
def helper(request: HttpRequest) -> HttpResponse:
    """Danger, the rules' suggestion and the same matter, for what is typed. A POST: a caller's words stand in no log."""
    found = desk.help_for(request.POST)
    log_views(operator(request), "hotline.ticket", [one.ticket for one in found.alike.rows], "similar")
    return render(request, "calls/_help.html", {"help": found})


@never_cache
@require_safe
@at_desk
def knowledge(request: HttpRequest) -> HttpResponse:
    """Articles that answer a question: a piece for the desk, and a page of its own."""
    asked = request.GET.get("q", "")[:200]
    template = "calls/_knowledge.html" if request.headers.get("HX-Request") else "calls/knowledge.html"
    return render(request, template, {"asked": asked, "articles": articles_for(asked)})


@never_cache
@sensitive_post_parameters()
@require_POST
@at_desk
def history(request: HttpRequest) -> HttpResponse:
    """The caller's earlier tickets, by the number that is typed; whose they are is logged."""
    rows = desk.history(request.POST.get("phone", "")[:30])
    log_views(operator(request), "hotline.ticket", [one.ticket.pk for one in rows], "history")
    return render(request, "calls/_history.html", {"history": rows, "phone": request.POST.get("phone", "")})


@never_cache
@sensitive_post_parameters()
@require_POST
@at_desk
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed; htmx gets the hour of it, a plain button goes back to the desk."""
    call = desk.call_for(request.user, request.POST.get("call", "")) if request.POST.get("call") else None
    row = actions.save_draft(operator(request), call.pk if call else None, request.POST)
    if request.headers.get("HX-Request"):
        return render(request, "calls/_saved.html", {"saved_at": row.saved_at})
    return redirect(f"{reverse('calls:desk')}?call={call.pk}" if call else reverse("calls:desk"))


@require_POST
@at_desk
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Throw a draft away, the one of the call or the one without."""
    call = desk.call_for(request.user, request.POST.get("call", "")) if request.POST.get("call") else None
    actions.discard_draft(operator(request), call.pk if call else None)
    return redirect("calls:desk")
