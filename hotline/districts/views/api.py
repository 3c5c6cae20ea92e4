"""The address for the districts' own platforms: what was handed over, and the messages they send."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from hotline.districts import actions
from hotline.districts.actions.incoming import heard, platform_of
from hotline.districts.incoming import message_of
from hotline.districts.models import Handover
from hotline.districts.registrations import READ, WRITE
from portal.core.api.problems import Faults
from portal.core.time import ZONE
from portal.people.clients import ClientView, client_of
from portal.people.clients.views import actor_for

PAGE = 100


class Messages(ClientView):
    """POST takes a message in; GET lists the rounds that are still open, for a platform that was away."""

    schema = None  # an agreement with the districts, written down in docs/rooms/districts.md, not part of version 1
    scopes = {"GET": READ, "POST": WRITE}

    def post(self, request: Request) -> Response:
        message = message_of(request.data)
        row, ticket, new = actions.receive(actor_for(request), client_of(request).department_id, message)
        said = {
            "message": row.number, "ticket": ticket.number, "outcome": row.outcome, "new": new, "state": ticket.state,
            "due_at": _moment(ticket.due_at),
        }  # fmt: skip
        return Response(said, status=201 if new else 200)

    def get(self, request: Request) -> Response:
        platform = platform_of(client_of(request).department_id)
        heard(platform)
        after = request.query_params.get("after", "0")
        if not after.isascii() or not after.isdecimal() or len(after) > 18:
            raise Faults({("after",): _("Give the value of `next` of the page before.")}, query=True)
        rows = Handover.objects.filter(platform=platform, dispatch__ended_at__isnull=True, pk__gt=int(after))
        found = list(rows.select_related("ticket", "dispatch").order_by("pk")[: PAGE + 1])
        shown = found[:PAGE]
        following = str(shown[-1].pk) if len(found) > PAGE else None
        return Response({"tickets": [_handed(one) for one in shown], "next": following})


def _handed(one: Handover) -> dict[str, Any]:
    return {
        "number": one.ticket.number,
        "round": one.dispatch.round,
        "their_number": one.their_number,
        "state": one.ticket.state,
        "title": one.ticket.title,
        "due_at": _moment(one.ticket.due_at),
        "sign_by": _moment(one.dispatch.sign_due_at),
    }


def _moment(value: Any) -> str | None:
    return value.astimezone(ZONE).isoformat(timespec="seconds") if value is not None else None
