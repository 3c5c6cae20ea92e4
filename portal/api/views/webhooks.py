"""Webhooks by program: subscribe, change, test, replay, and what became of each message."""

from typing import Any

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import actions, inputs, shapes
from portal.api.models import Delivery, Subscription
from portal.api.representations import moment
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.errors import NotFound
from portal.people.clients.views import ClientView, account_of, actor_for, client_of

TAG = "webhooks"
MANAGE = "webhooks:manage"


def subscription_row(row: Subscription) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": row.url,
        "events": row.events,
        "state": str(row.state),
        "failing_since": moment(row.failing_since),
        "created_at": moment(row.created_at),
    }


def delivery_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["uid"]),
        "event": row["event"],
        "case": row["case_id"],
        "sequence": row["sequence"],
        "state": row["state"],
        "attempts": row["attempts"],
        "created_at": moment(row["created_at"]),
        "delivered_at": moment(row["delivered_at"]),
        "last_status": row["last_status"],
        "last_error": row["last_error"],
    }


def own_webhook(request: Request, webhook_id: int) -> Subscription:
    """A webhook of this system. Raises NotFound."""
    row = Subscription.objects.visible_to(account_of(request)).filter(pk=webhook_id).first()
    if row is None:
        raise NotFound
    return row


class Webhooks(ClientView):
    scopes = {"GET": MANAGE, "POST": MANAGE}

    @shapes.described("webhooks_list", "Webhooks of this system", TAG, ok=shapes.listed("WebhookList", shapes.WEBHOOK))
    def get(self, request: Request) -> Response:
        rows = Subscription.objects.visible_to(account_of(request)).order_by("-pk")[: actions.MOST_OF_A_CLIENT]
        return Response({"results": [subscription_row(row) for row in rows]})

    @shapes.described(
        "webhooks_create", "Subscribe; the secret is shown once", TAG,
        ok=shapes.WEBHOOK_MADE, status=201, request=inputs.WebhookInput, refuses=(400, 409, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = inputs.checked(inputs.WebhookInput, request)
        row, secret = actions.subscribe(
            actor_for(request), client_of(request), url=given["url"], events=given["events"]
        )
        return Response({**subscription_row(row), "secret": secret}, status=201)


class OneWebhook(ClientView):
    scopes = {"GET": MANAGE, "PATCH": MANAGE, "DELETE": MANAGE}

    @shapes.described("webhooks_read", "One webhook", TAG, ok=shapes.WEBHOOK, refuses=(404,))
    def get(self, request: Request, webhook_id: int) -> Response:
        return Response(subscription_row(own_webhook(request, webhook_id)))

    @shapes.described(
        "webhooks_change", "Another address, other events, on or off", TAG,
        ok=shapes.WEBHOOK, request=inputs.WebhookChange, refuses=(400, 404, 413, 415, 422),
    )  # fmt: skip
    def patch(self, request: Request, webhook_id: int) -> Response:
        own_webhook(request, webhook_id)
        given = inputs.checked(inputs.WebhookChange, request)
        return Response(subscription_row(actions.change(actor_for(request), webhook_id, **given)))

    @shapes.described("webhooks_delete", "Delete it with its messages", TAG, status=204, refuses=(404,))
    def delete(self, request: Request, webhook_id: int) -> Response:
        actions.unsubscribe(actor_for(request), own_webhook(request, webhook_id).pk)
        return Response(status=204)


class WebhookSecret(ClientView):
    scopes = {"POST": MANAGE}

    @shapes.described(
        "webhooks_secret", "A new secret, from the next message on", TAG, ok=shapes.WEBHOOK_MADE, refuses=(404,)
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        row, secret = actions.new_secret_for(actor_for(request), own_webhook(request, webhook_id).pk)
        return Response({**subscription_row(row), "secret": secret})


class WebhookTest(ClientView):
    scopes = {"POST": MANAGE}

    @shapes.described("webhooks_test", "Send a test message now", TAG, ok=shapes.DELIVERY, status=202, refuses=(404,))
    def post(self, request: Request, webhook_id: int) -> Response:
        delivery = actions.ping(actor_for(request), own_webhook(request, webhook_id).pk)
        return Response(delivery_row(vars(delivery)), status=202)


class WebhookReplay(ClientView):
    scopes = {"POST": MANAGE}

    @shapes.described(
        "webhooks_replay", "Send one message again, or all since a moment", TAG,
        ok=shapes.REPLAYED, status=202, request=inputs.ReplayInput, refuses=(400, 404, 409, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request, webhook_id: int) -> Response:
        own_webhook(request, webhook_id)
        given = inputs.checked(inputs.ReplayInput, request)
        uid = str(given["delivery"]) if given.get("delivery") else ""
        count = actions.replay(actor_for(request), webhook_id, uid=uid, since=given.get("since"))
        return Response({"deliveries": count}, status=202)


class Deliveries(ClientView):
    scopes = {"GET": MANAGE}

    @shapes.described(
        "deliveries_list", "Messages, newest first", TAG,
        ok=shapes.paged("DeliveryPage", shapes.DELIVERY), refuses=(404, 422),
        parameters=[*shapes.CURSOR, Parameter("state", Types.STR, enum=Delivery.State.values)],
    )  # fmt: skip
    def get(self, request: Request, webhook_id: int) -> Response:
        asked = queries.read(request.query_params, {"state": queries.one_of(Delivery.State.values)}, paged=True)
        place = Asked.of("deliveries", request.query_params, {**asked, "webhook": webhook_id})
        rows = Delivery.objects.filter(subscription=own_webhook(request, webhook_id), **asked)
        found = place.slice(rows.values(), "-id")
        return Response({"results": [delivery_row(row) for row in found.rows], "next_cursor": found.next_cursor})


class Attempts(ClientView):
    scopes = {"GET": MANAGE}

    @shapes.described(
        "deliveries_attempts", "Every attempt to deliver a message", TAG,
        ok=shapes.listed("AttemptList", shapes.ATTEMPT), refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, webhook_id: int, uid: Any) -> Response:
        delivery = Delivery.objects.filter(subscription=own_webhook(request, webhook_id), uid=uid).first()
        if delivery is None:
            raise NotFound
        rows = [
            {"at": moment(one.at), "status": one.status, "error": one.error, "milliseconds": one.milliseconds}
            for one in delivery.tries.all()[:100]
        ]
        return Response({"results": rows})
