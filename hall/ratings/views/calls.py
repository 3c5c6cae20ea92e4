"""Asking by telephone: whom to call, what to say, what was said."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.ratings import actions, hooks, policies
from hall.ratings.forms import CallForm
from hall.ratings.models import Channel, Invitation
from hall.ratings.reasons import reasons_in_force
from hall.ratings.views.common import role_of
from portal.core.access import log_view
from portal.core.errors import DomainError, NotAllowed
from portal.core.rules import rule
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted

callers = allowed_to(policies.may_call)


def calls_listed(user: Any) -> Any:
    """Whom the person may call now."""
    before = now() - dt.timedelta(days=rule("rating.call_after_days", today()).days)
    rows = Invitation.objects.to_call(user, served_before=before)
    return rows.select_related("department", "window", "caller")


@never_cache
@require_safe
@callers
def calls(request: HttpRequest) -> HttpResponse:
    """Who has not rated, the longest waiting first; no name and no number before the call is taken."""
    page = page_of(calls_listed(request.user), "served_at", request.GET.get("cursor", ""))
    items = hooks.item_names(one.item_code for one in page.rows)
    context = {"page": page, "rows": [(one, items.get(one.item_code, "")) for one in page.rows]}
    return render(request, "ratings/calls.html", context)


@require_POST
@callers
def call_take(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take one, so that no colleague calls the same person."""
    try:
        actions.take_call(actor_for(request, role_of(request.user)), invitation_id)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("ratings:calls")
    return redirect("ratings:call", invitation_id)


@never_cache
@require_http_methods(["GET", "POST"])
@callers
def call(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The script, the number, and the form for what is said."""
    user: Any = request.user
    rows = Invitation.objects.select_related("department", "window", "invited")
    invitation = get_object_or_404(rows, pk=invitation_id, caller=user, settled_at__isnull=True)
    if not policies.may_call_for(user, invitation):
        raise NotAllowed()
    form = CallForm(posted(request), reasons=reasons_in_force(now())[1])
    actor = actor_for(request, role_of(user))

    def act() -> HttpResponse:
        actions.rate_by_call(actor, invitation.pk, form.draft(channel=Channel.CALLBACK))
        messages.success(request, _("The rating was saved. Thank you for calling."))
        return redirect("ratings:calls")

    if request.method == "GET":
        log_view(actor, "ratings.invitation", invitation.pk, "phone")
    context = {
        "invitation": invitation,
        "item": hooks.item_names([invitation.item_code]).get(invitation.item_code, ""),
        "name": invitation.invited.name if invitation.invited else "",
        "phone": invitation.phone or (invitation.invited.phone if invitation.invited else ""),
    }
    return form_page(request, form, act, context, template="ratings/call.html")


@require_POST
@callers
def call_note(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Not reached, or does not want to."""
    outcome = request.POST.get("outcome", "")
    actions.note_call(actor_for(request, role_of(request.user)), invitation_id, outcome=outcome)
    messages.success(request, _("The call was noted."))
    return redirect("ratings:calls")
