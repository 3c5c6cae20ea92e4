"""The base of every address for programs: token, scope, limit, strict JSON, problem details."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from structlog.contextvars import get_contextvars

from portal.core.actors import Actor
from portal.core.api.parsers import StrictJSONParser, storable
from portal.core.api.problems import Faults, handler
from portal.core.errors import Invalid
from portal.people.clients.authentication import ClientAuthentication
from portal.people.clients.scopes import HasScope
from portal.people.clients.throttling import ClientThrottle
from portal.people.models import Client, ClientToken, User

SYSTEM = "system"  # the role that events keep
KEY_LONGEST = 120


class ClientView(APIView):
    """`scopes` names for each method what the token must be for; "" asks for a valid token only."""

    scopes: ClassVar[Mapping[str, str]] = {}
    authentication_classes = (ClientAuthentication,)
    permission_classes = (HasScope,)
    throttle_classes = (ClientThrottle,)
    parser_classes: Any = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)

    def get_exception_handler(self) -> Callable[..., Any]:
        return handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what no database takes before anybody asks it."""
        if not all(storable(str(value)) for value in kwargs.values()):
            raise Http404
        for name, values in request.query_params.lists():
            if not all(storable(value) for value in (name, *values)):
                raise Faults({(name.replace("\0", ""),): Invalid.default_message}, query=True)
        super().initial(request, *args, **kwargs)

    def get_parsers(self) -> list[BaseParser]:
        return [parser() for parser in self.parser_classes]

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> None:  # type: ignore[override]
        """A method without a scope is a method that the address does not have."""
        if request.auth is not None and request.method not in self.scopes:
            self.http_method_not_allowed(request)
        super().permission_denied(request, message, code)

    @property
    def allowed_methods(self) -> list[str]:
        return [*self.scopes, *(["HEAD"] if "GET" in self.scopes else []), "OPTIONS"]


def token_of(request: Request) -> ClientToken:
    """The token that the request shows; only where `HasScope` has let it in."""
    token: Any = request.auth
    return token  # type: ignore[no-any-return]


def account_of(request: Request) -> User:
    """The account that the client acts through."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def client_of(request: Request) -> Client:
    """The client whose token the request shows."""
    return token_of(request).client


def actor_for(request: Request) -> Actor:
    """The client as the doer of an action: the trail names the system, not a person."""
    client = client_of(request)
    request_id = str(get_contextvars().get("request_id", ""))
    return Actor(user=account_of(request), role=str(client.kind), name=client.name, request_id=request_id)


def once_key(request: Request) -> str:
    """The caller's Idempotency-Key; "" without one. Raises Faults for one that is too long or not printable."""
    key = request.headers.get("Idempotency-Key", "")
    if key and (len(key) > KEY_LONGEST or not key.isascii() or not key.isprintable()):
        raise Faults({("Idempotency-Key",): Invalid.default_message}, query=True)
    return str(key)


def allows(request: Request, scope: str) -> bool:
    """Whether the token is for this as well."""
    return scope in token_of(request).scopes
