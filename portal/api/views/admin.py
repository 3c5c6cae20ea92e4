"""The pages of system accounts: list, one account with tokens and webhooks, create, change, close, make and revoke."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.api import actions
from portal.api.forms import ClientForm, TokenForm, WebhookForm
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actions import clients
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Client, ClientToken, Department
from portal.people.policies import may_administer, may_see_clients
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

administrators = allowed_to(may_administer)
readers = allowed_to(may_see_clients)
FORM = "api/form.html"
USAGE_DAYS = 30


def _client(request: HttpRequest, client_id: int) -> Client:
    user: Any = request.user
    found: Client = get_object_or_404(
        Client.objects.visible_to(user).select_related("department", "user"), pk=client_id
    )
    return found


def asked_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "").strip() for name in ("q", "department", "state")}


def clients_listed(user: Any, asked: dict[str, str]) -> Any:
    """The system accounts of the page that these filters ask for."""
    rows = Client.objects.visible_to(user).select_related("department")
    if text := asked["q"].replace("\0", ""):
        rows = rows.filter(Q(code__istartswith=text) | Q(name__contains=text))
    if asked["department"].isdecimal() and len(asked["department"]) < 18:
        rows = rows.filter(department=int(asked["department"]))
    if asked["state"] in {"open", "closed"}:
        rows = rows.filter(closed_at__isnull=asked["state"] == "open")
    valid = Q(tokens__revoked_at__isnull=True, tokens__expires_at__gt=now())
    return rows.annotate(valid_tokens=Count("tokens", filter=valid), last_used=Max("tokens__last_used_at"))


@require_safe
@readers
def client_list(request: HttpRequest) -> HttpResponse:
    """System accounts with their valid tokens and last use; three queries however long the list."""
    asked = asked_of(request.GET)
    context = {
        "page": page_of(clients_listed(request.user, asked), "code", request.GET.get("cursor", "")),
        "asked": asked,
        "filtered": any(asked.values()),
        "departments": Department.objects.open_on(today()),
        "may_edit": may_administer(request.user),
    }
    return render(request, "api/clients.html", context)


@require_safe
@readers
def client_page(request: HttpRequest, client_id: int) -> HttpResponse:
    client = _client(request, client_id)
    since = today() - dt.timedelta(days=USAGE_DAYS)
    tokens = client.tokens.annotate(used=Sum("usage__requests", filter=Q(usage__day__gt=since))).order_by("-pk")
    context = {
        "client": client,
        "tokens": list(tokens[:50]),
        "webhooks": list(client.subscriptions.order_by("-pk")[: actions.MOST_OF_A_CLIENT]),
        "history": history_of(client),
        "usage_days": USAGE_DAYS,
        "may_edit": may_administer(request.user) and client.closed_at is None,
    }
    return render(request, "api/client.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def client_new(request: HttpRequest) -> HttpResponse:
    form = ClientForm(posted(request), initial={"department": request.GET.get("department", "")})

    def act() -> HttpResponse:
        made = clients.make_client(actor_for(request, Role.ADMINISTRATOR), form.draft())
        messages.success(request, _("The system account was created. Now make a token for it."))
        return redirect("api:admin-client", made.pk)

    context = {"title": _("New system account"), "submit": _("Create"), "back": reverse("api:admin-clients")}
    return form_page(request, form, act, context, template=FORM)


@require_http_methods(["GET", "POST"])
@administrators
def client_edit(request: HttpRequest, client_id: int) -> HttpResponse:
    client = _client(request, client_id)
    initial = {
        "name": client.name,
        "allowed_networks": "\n".join(client.allowed_networks),
        "rate_per_minute": client.rate_per_minute,
    }
    form = ClientForm(posted(request), client=client, initial=initial)

    def act() -> HttpResponse:
        clients.change_client(actor_for(request, Role.ADMINISTRATOR), client_id, form.draft())
        messages.success(request, _("The system account was saved."))
        return redirect("api:admin-client", client_id)

    back = reverse("api:admin-client", args=[client_id])
    context = {"title": _("Change “%(name)s”") % {"name": client.name}, "submit": _("Save"), "back": back}
    return form_page(request, form, act, context, template=FORM)


@require_http_methods(["GET", "POST"])
@administrators
def client_close(request: HttpRequest, client_id: int) -> HttpResponse:
    """Asked once more: all tokens are dead at once."""
    client = _client(request, client_id)
    if request.method == "POST":
        clients.close_client(actor_for(request, Role.ADMINISTRATOR), client_id)
        messages.success(request, _("The system account is closed, and all its tokens are revoked."))
        return redirect("api:admin-client", client_id)
    return render(request, "api/client_close.html", {"client": client})


@never_cache
@require_http_methods(["GET", "POST"])
@administrators
def token_new(request: HttpRequest, client_id: int) -> HttpResponse:
    """The token stands on the page that answers, and nowhere ever again."""
    client, form = _client(request, client_id), TokenForm(posted(request))

    def act() -> HttpResponse:
        data = form.cleaned_data
        actor = actor_for(request, Role.ADMINISTRATOR)
        row, text = clients.make_token(actor, client_id, scopes=data["scopes"], days=data["days"], label=data["label"])
        context = {"client": client, "token": row, "text": text}
        return render(request, "api/token_made.html", context)

    back = reverse("api:admin-client", args=[client_id])
    context = {
        "title": _("New token for “%(name)s”") % {"name": client.name},
        "submit": _("Make the token"),
        "back": back,
    }
    return form_page(request, form, act, context, template=FORM)


@require_POST
@administrators
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(ClientToken, pk=token_id)
    clients.revoke_token(actor_for(request, Role.ADMINISTRATOR), token_id)
    messages.success(request, _("The token was revoked. It is refused from now on."))
    return redirect("api:admin-client", token.client_id)


@never_cache
@require_http_methods(["GET", "POST"])
@administrators
def webhook_new(request: HttpRequest, client_id: int) -> HttpResponse:
    """The secret stands on the page that answers, and nowhere ever again."""
    client = _client(request, client_id)
    form = WebhookForm(posted(request), initial={"events": list(actions.EVENTS)})

    def act() -> HttpResponse:
        data = form.cleaned_data
        actor = actor_for(request, Role.ADMINISTRATOR)
        row, secret = actions.subscribe(actor, client, url=data["url"], events=data["events"])
        return render(request, "api/webhook_made.html", {"client": client, "webhook": row, "secret": secret})

    back = reverse("api:admin-client", args=[client_id])
    context = {"title": _("New webhook for “%(name)s”") % {"name": client.name}, "submit": _("Create"), "back": back}
    return form_page(request, form, act, context, template=FORM)
