"""Sign-in through a national identity provider (OpenID Connect): off until the settings name one.

The provider's subject is kept as a digest at the citizen. An account that somebody made by typing a number proves
nothing, so only a citizen whose identity was verified is taken for the same person; else there is a new account.
"""

from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from portal.core import identity
from portal.core.actions import action
from portal.core.crypto import blind, blind_now
from portal.core.errors import DomainError, Invalid
from portal.core.events import record
from portal.core.time import now
from portal.people.actions.accounts import free_username
from portal.people.actors import actor_of
from portal.people.models import Citizen, User

KIND = "national_subject"
DEFAULTS: dict[str, Any] = {
    "OIDC_AUTHENTICATION_CALLBACK_URL": "people:national-callback",
    "OIDC_RP_SCOPES": "openid profile",
    "OIDC_RP_SIGN_ALGO": "RS256",
    "OIDC_USE_PKCE": True,
    "OIDC_TIMEOUT": 10,
    "OIDC_NUMBER_CLAIM": "id_number",
}
# What a provider or the network may do wrong; anything else is a defect of ours.
FAILURES = (SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, ValueError, TypeError)


def is_enabled() -> bool:
    """Whether the settings name a provider."""
    return bool(getattr(settings, "OIDC_RP_CLIENT_ID", ""))


def setting(name: str, *default: Any) -> Any:
    """A setting of the provider: the installation's, ours, the library's default."""
    return import_from_settings(name, *((DEFAULTS[name],) if name in DEFAULTS else default))


class NationalRequest(OIDCAuthenticationRequestView):
    """Leads to the provider's page with state, nonce and PKCE."""

    get_settings = staticmethod(setting)


class NationalIdentity(OIDCAuthenticationBackend):
    """Exchanges the code, checks the token, finds or makes the citizen."""

    get_settings = staticmethod(setting)

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The signature and nonce as the library checks them; audience and issuer, which it leaves out."""
        payload: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        if self.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("the token is for somebody else")
        if payload.get("iss") != setting("OIDC_OP_ISSUER") or not payload.get("sub"):
            raise SuspiciousOperation("the token is of another issuer")
        return payload

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the claims are of another subject")
        subject = f"{payload['iss']}|{payload['sub']}"
        return signed_in(subject, str(claims.get("name", "")), str(claims.get(setting("OIDC_NUMBER_CLAIM"), "")))


def authenticate(request: HttpRequest, *, nonce: str, code_verifier: str | None) -> User | None:
    """The person whom the provider vouches for; None when anything is wrong with the answer."""
    try:
        user: User | None = NationalIdentity().authenticate(request, nonce=nonce, code_verifier=code_verifier)
    except (*FAILURES, DomainError):
        return None
    return user if user is not None and user.may_sign_in else None


@action
def signed_in(subject: str, name: str, number: str) -> User:
    """The account of a verified subject: known by it, or by the verified identity number, or new. Raises Invalid."""
    known = Citizen.objects.filter(subject_blind__in=blind(KIND, subject)).select_related("user").first()
    if known is not None:
        found: User = known.user
        return found
    name = identity.check_name(name)
    number = identity.check_resident_number(number).number if number else ""
    citizen = _verified(number) if number else None
    if citizen is None:
        citizen = _new(name, number)
    citizen.subject_blind = blind_now(KIND, subject)
    citizen.save(update_fields=["subject_blind"])
    record(citizen.user, "people.national_sign_in", actor_of(citizen.user))
    return citizen.user


def _verified(number: str) -> Citizen | None:
    """The citizen whose number was verified, when that is one and the provider does not know them as another."""
    same = Citizen.objects.filter(
        resident_blind=blind("resident_number", number), verified_at__isnull=False, user__is_active=True
    ).select_related("user")[:2]
    found = list(same)
    if len(found) > 1 or (found and found[0].subject_blind):
        raise Invalid(code="ambiguous_identity")
    return found[0] if found else None


def _new(name: str, number: str) -> Citizen:
    user = User(username=free_username(), name=name)
    user.set_unusable_password()
    user.save(force_insert=True)
    return Citizen.objects.create(user=user, resident_number=number, verified_at=now() if number else None)
