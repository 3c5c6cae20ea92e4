"""The api_key of GeoReport v2 is a token of a system account that may send requests."""

from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import APIException, Throttled

from hotline.open311 import errors
from hotline.open311.errors import Refused
from portal.people.clients.authentication import ClientAuthentication
from portal.people.clients.throttling import ClientThrottle
from portal.people.models import ClientToken

WRITE = "open311:write"


class _Shown:
    """What the portal's own authentication reads of a request: the key as a bearer token, and the address."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        self.META = {**request.META, "HTTP_AUTHORIZATION": f"Bearer {key}"}
        self.auth: Any = None


def client_of(request: HttpRequest) -> ClientToken:
    """The token behind `api_key`. Raises Refused: 403 for a missing or wrong one, 429 for too many requests."""
    key = (request.POST.get("api_key") or request.GET.get("api_key") or "").strip()
    shown: Any = _Shown(request, key)
    try:
        found = ClientAuthentication().authenticate(shown) if key else None
    except Throttled:
        raise Refused(429, errors.TOO_MANY) from None
    except APIException:
        found = None
    if found is None or WRITE not in found[1].scopes:
        raise Refused(403, errors.NO_KEY)
    shown.auth = found[1]
    if not ClientThrottle().allow_request(shown, None):  # type: ignore[arg-type]
        raise Refused(429, errors.TOO_MANY)
    return found[1]
