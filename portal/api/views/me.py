"""Who am I: the first thing an integrator asks."""

from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import shapes
from portal.people.clients.views import ClientView, client_of, token_of


class Me(ClientView):
    scopes = {"GET": ""}

    @shapes.described("me", "The system account and the token in use", "me", ok=shapes.ME)
    def get(self, request: Request) -> Response:
        client, token = client_of(request), token_of(request)
        return Response(
            {
                "client": client.code,
                "name": client.name,
                "kind": client.kind,
                "department": client.department.code if client.department else None,
                "token": token.prefix,
                "scopes": token.scopes,
                "expires_at": token.expires_at.isoformat(),
                "rate_per_minute": client.rate_per_minute,
            }
        )
