"""The pages of one webhook: its messages with every attempt, test, switch, new secret, and sending again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.api import actions
from portal.api.forms import ReplayForm
from portal.api.models import Delivery, Subscription
from portal.api.views.admin import FORM, administrators, readers
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.policies import may_administer
from portal.people.roles import Role
from portal.people.views.common import form_page, posted


def _webhook(request: HttpRequest, webhook_id: int) -> Subscription:
    user: Any = request.user
    found: Subscription = get_object_or_404(
        Subscription.objects.visible_to(user).select_related("client__department"), pk=webhook_id
    )
    return found


def messages_listed(webhook: Subscription, state: str) -> Any:
    """The messages of a webhook, in one state or in all."""
    rows = webhook.deliveries.all()
    return rows.filter(state=state) if state in Delivery.State.values else rows


@require_safe
@readers
def webhook_page(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Its messages, newest first; the attempts of those shown come with one query."""
    webhook = _webhook(request, webhook_id)
    state = request.GET.get("state", "")
    rows = messages_listed(webhook, state).prefetch_related("tries")
    context = {
        "webhook": webhook,
        "page": page_of(rows, "-created_at", request.GET.get("cursor", "")),
        "state": state,
        "states": Delivery.State.choices,
        "history": history_of(webhook),
        "may_edit": may_administer(request.user),
    }
    return render(request, "api/webhook.html", context)


@require_POST
@administrators
def webhook_switch(request: HttpRequest, webhook_id: int) -> HttpResponse:
    active = request.POST.get("active") == "1"
    actions.change(actor_for(request, Role.ADMINISTRATOR), webhook_id, active=active)
    said = _("The webhook is on; what has waited is sent now.") if active else _("The webhook is off.")
    messages.success(request, said)
    return redirect("api:admin-webhook", webhook_id)


@require_POST
@administrators
def webhook_test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    actions.ping(actor_for(request, Role.ADMINISTRATOR), webhook_id)
    messages.success(
        request, _("A test message is on its way. Load the page again in a moment to see what came of it.")
    )
    return redirect("api:admin-webhook", webhook_id)


@never_cache
@require_POST
@administrators
def webhook_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    row, secret = actions.new_secret_for(actor_for(request, Role.ADMINISTRATOR), webhook_id)
    return render(request, "api/webhook_made.html", {"client": row.client, "webhook": row, "secret": secret})


@require_http_methods(["GET", "POST"])
@administrators
def webhook_replay(request: HttpRequest, webhook_id: int) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    form = ReplayForm(posted(request), initial={"since": today()})

    def act() -> HttpResponse:
        count = actions.replay(actor_for(request, Role.ADMINISTRATOR), webhook.pk, since=form.moment())
        return _said(request, webhook.pk, count)

    back = reverse("api:admin-webhook", args=[webhook_id])
    context = {"title": _("Send messages again"), "submit": _("Send again"), "back": back}
    return form_page(request, form, act, context, template=FORM)


@require_POST
@administrators
def delivery_replay(request: HttpRequest, webhook_id: int, uid: Any) -> HttpResponse:
    count = actions.replay(actor_for(request, Role.ADMINISTRATOR), webhook_id, uid=str(uid))
    return _said(request, webhook_id, count)


def _said(request: HttpRequest, webhook_id: int, count: int) -> HttpResponse:
    said = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count)
    messages.success(request, said % {"n": count})
    return redirect("api:admin-webhook", webhook_id)
