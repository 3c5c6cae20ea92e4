"""Who asks, by the token in `Authorization: Bearer …`: one query, no cookie, no session."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from portal.core.db.prepared import Prepared
from portal.core.time import now
from portal.people.access import Access
from portal.people.clients.usage import note_use
from portal.people.models import Client, ClientToken, Department, User

PREFIX_LENGTH = 10
FORM = re.compile(r"hzt_([0-9a-z]{10})_([0-9A-Za-z_-]{43})")
REALM = 'Bearer realm="api"'
WRONG_A_MINUTE = 60  # of one address: then its tokens are not even looked at


def new_token() -> tuple[str, str, str]:
    """A token, its prefix and its digest. 256 random bits: a fast digest is enough, nobody tries them all."""
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    prefix = "".join(secrets.choice(alphabet) for _ in range(PREFIX_LENGTH))
    token = f"hzt_{prefix}_{secrets.token_urlsafe(32)}"
    return token, prefix, digest_of(token)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Refused(AuthenticationFailed):
    """401 with a code and a sentence of ours."""

    def __init__(self, code: str, words: str | Promise) -> None:
        super().__init__()
        self.our_code, self.our_words = code, words


class ClientAuthentication(BaseAuthentication):
    """Gives (account of the client, its token). No header at all is left to the permission to refuse."""

    def authenticate(self, request: Request) -> tuple[User, ClientToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _blank, text = header.partition(" ")
        address = client_address(request)
        refuse_guessing(address)
        token = _found(text.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            count_wrong(address)
            raise Refused("token_invalid", _("This token is not valid."))
        _check(token, address)
        note_use(token)
        user = token.client.user
        user.__dict__["access"] = Access.of_client(token.client)
        user.__dict__["acting_for"] = frozenset()
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


TOKEN = ("pk", "digest", "scopes", "expires_at", "revoked_at", "last_used_at", "prefix", "client_id")
CLIENT = ("code", "name", "kind", "department_id", "user_id", "allowed_networks", "rate_per_minute", "closed_at")
USER = ("is_active", "username", "name", "language", "is_system")
DEPARTMENT = ("code", "name")
COLUMNS = (
    *TOKEN,
    *(f"client__{name}" for name in CLIENT),
    *(f"client__user__{name}" for name in USER),
    *(f"client__department__{name}" for name in DEPARTMENT),
)
_by_prefix = Prepared(lambda _shape, given: ClientToken.objects.filter(prefix=given["prefix"]).values_list(*COLUMNS))


def _found(text: str) -> ClientToken | None:
    form = FORM.fullmatch(text)
    if form is None:
        return None
    rows = _by_prefix.rows("", {"prefix": form.group(1)})
    token = _assembled(dict(zip(COLUMNS, rows[0], strict=True))) if rows else None
    if token is None or not hmac.compare_digest(token.digest, digest_of(text)):
        return None
    return token


def _assembled(row: dict[str, Any]) -> ClientToken:
    """The token with its client, account and department, as far as a request needs them; the rest is loaded if asked."""
    client = _partial(Client, row["client_id"], CLIENT, row, "client__")
    client.user = _partial(User, client.user_id, USER, row, "client__user__")
    if client.department_id is not None:
        client.department = _partial(Department, client.department_id, DEPARTMENT, row, "client__department__")
    token: ClientToken = _partial(ClientToken, row["pk"], TOKEN[1:], row, "")
    token.client = client
    return token


def _partial(model: Any, pk: int, names: tuple[str, ...], row: dict[str, Any], prefix: str) -> Any:
    """An instance with these columns; `from_db` wants them in the order of the model."""
    given = {"id": pk, **{name: row[prefix + name] for name in names}}
    ordered = [field.attname for field in model._meta.concrete_fields if field.attname in given]
    return model.from_db("default", ordered, [given[name] for name in ordered])


def _check(token: ClientToken, address: str) -> None:
    """Raises Refused for a token that was good once, and outside the client's networks."""
    if token.revoked_at is not None or token.client.closed_at is not None or not token.client.user.is_active:
        raise Refused("token_revoked", _("This token has been revoked. Ask the centre's administrator for a new one."))
    if token.expires_at <= now():
        raise Refused("token_expired", _("This token has expired. Ask the centre's administrator for a new one."))
    if not in_networks(address, token.client.allowed_networks):
        raise Refused("network_not_allowed", _("This token may not be used from this network address."))


def in_networks(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks; without networks every address does."""
    if not networks:
        return True
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(place in ipaddress.ip_network(one) for one in networks)


def client_address(request: Any) -> str:
    """Where the request comes from; behind `API_PROXIES` proxies of ours, as the outermost of them says."""
    hops = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    proxies = getattr(settings, "API_PROXIES", 0)
    if proxies and len(hops) >= proxies:
        return str(hops[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def refuse_guessing(address: str) -> None:
    """Raises Throttled for an address that has shown too many wrong tokens within a minute."""
    if (cache.get(_wrong(address)) or 0) >= WRONG_A_MINUTE:
        raise Throttled(wait=60)


def count_wrong(address: str) -> None:
    if not cache.add(_wrong(address), 1, timeout=60):
        try:
            cache.incr(_wrong(address))
        except ValueError:  # it ran out in between
            cache.set(_wrong(address), 1, timeout=60)


def _wrong(address: str) -> str:
    return "api-wrong:" + hashlib.sha256(address.encode()).hexdigest()[:24]
