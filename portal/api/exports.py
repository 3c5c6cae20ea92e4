"""Other systems and the messages to them as files; neither tokens nor secrets are in them."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.api.models import Delivery, Subscription
from portal.api.views import admin, admin_webhooks
from portal.core.exports import Column, register_export
from portal.people.models import Client
from portal.people.policies import may_see_clients

if TYPE_CHECKING:
    from portal.people.models import User


def _webhook(user: "User", params: QueryDict) -> Subscription | None:
    """The webhook of the page, if the person may see it."""
    asked = params.get("webhook", "")
    if not (asked.isdecimal() and len(asked) < 18):
        return None
    found: Subscription | None = Subscription.objects.visible_to(user).filter(pk=int(asked)).first()
    return found


def _messages(user: "User", params: QueryDict) -> Any:
    webhook = _webhook(user, params)
    return admin_webhooks.messages_listed(webhook, params.get("state", "")) if webhook else Delivery.objects.none()


def _message_filters(user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    webhook = _webhook(user, params)
    named = [
        (_("Webhook"), webhook.url if webhook else ""),
        (_("State"), dict(Delivery.State.choices).get(params.get("state", ""), "")),
    ]
    return [(label, value) for label, value in named if value]


def _state(client: Client) -> Any:
    if client.closed_at:
        return pgettext_lazy("system account", "Closed")
    return pgettext_lazy("system account", "Active")


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "api.clients",
        title=_("Other systems"),
        columns=[
            Column(pgettext_lazy("of a thing", "Name"), "name"),
            Column(pgettext_lazy("of a thing", "Code"), "code"),
            Column(_("Department"), "department.display_name"),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(_("Valid tokens"), "valid_tokens", "integer"),
            Column(_("Last used"), "last_used", "moment"),
            Column(_("State"), _state),
        ],
        queryset=lambda user, params: admin.clients_listed(user, admin.asked_of(params)),
        policy=may_see_clients,
    )
    register_export(
        "api.messages",
        title=pgettext_lazy("webhook", "Messages"),
        columns=[
            Column(_("When"), "created_at", "moment"),
            Column(_("Event"), "event"),
            Column(_("Case"), lambda row: (row.payload.get("data") or {}).get("number", "")),
            Column(pgettext_lazy("webhook", "Number of the event"), "sequence", "integer"),
            Column(_("Attempts"), "attempts", "integer"),
            Column(_("State"), lambda row: row.get_state_display()),
        ],
        queryset=_messages,
        policy=may_see_clients,
        filters=_message_filters,
    )
