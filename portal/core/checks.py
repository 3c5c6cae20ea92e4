"""Settings that would hurt later are named at start: each check says what to set."""

import base64
import binascii
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.core.db.engine import on_server

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
NEW_KEYS = "Run `python -m portal.core.keys` once, or put the saved portal.env back."


@register(Tags.security)
def check_secret_key(**_kwargs: Any) -> list[CheckMessage]:
    secret: str = settings._wrapped.SECRET_KEY  # type: ignore[misc]  # the settings object itself refuses to hand out an empty one
    if not secret:
        return [Error("SECRET_KEY is not set.", hint=NEW_KEYS, id="portal.E001")]
    if len(secret) < 40:
        return [Error("SECRET_KEY is shorter than 40 characters.", hint=NEW_KEYS, id="portal.E002")]
    return []


@register(Tags.security)
def check_key_lists(**_kwargs: Any) -> list[CheckMessage]:
    return [*_check_list("FIELD_KEYS", "portal.E003"), *_check_list("BLIND_KEYS", "portal.E004")]


def _check_list(name: str, code: str) -> list[CheckMessage]:
    entries: list[str] = getattr(settings, name)
    if not entries:
        return [Error(f"{name} is not set: personal data cannot be kept.", hint=NEW_KEYS, id=code)]
    ids = [entry.partition(":")[0] for entry in entries]
    if len(set(ids)) < len(ids):
        return [Error(f"{name} has two keys of one id.", id=code)]
    if all(_is_key(entry) for entry in entries):
        return []
    return [Error(f"{name} must be a comma-separated list of id:base64 of 32 bytes.", hint=NEW_KEYS, id=code)]


def _is_key(entry: str) -> bool:
    key_id, _colon, value = entry.partition(":")
    try:
        return bool(key_id) and len(base64.b64decode(value, validate=True)) == 32
    except binascii.Error:
        return False


@register(Tags.security)
def check_demo(**_kwargs: Any) -> list[CheckMessage]:
    """The demo's accounts are known to everybody: it must not look like, or be reached as, the real thing."""
    if not settings.DEMO:
        return []
    if settings.SECURE:
        return [
            Error(
                "PORTAL_DEMO together with PORTAL_HTTPS: the demo's passwords are public.",
                hint="Unset one.",
                id="portal.E005",
            )
        ]
    if set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS:
        return [Warning("PORTAL_DEMO is reachable under other names than localhost.", id="portal.W001")]
    return []


@register(Tags.security)
def check_production(**_kwargs: Any) -> list[CheckMessage]:
    """A server database means production, unless it is the demo."""
    found: list[CheckMessage] = []
    if settings.DEBUG and settings.SECURE:
        found.append(Error("DEBUG is on in an installation with HTTPS.", hint="Unset DEBUG.", id="portal.E006"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS must name the hosts, not *.", id="portal.E007"))
    embedded = not on_server(settings.DATABASES)
    if embedded and settings.REDIS_URL and settings.SECURE:
        found.append(Warning("SQLite serves one machine only; set DATABASE_URL for several.", id="portal.W002"))
    if not embedded and not settings.REDIS_URL:
        found.append(
            Warning(
                "DATABASE_URL without REDIS_URL: sign-in locks and caches are kept by each process alone.",
                hint="Set REDIS_URL when more than one machine serves the portal.",
                id="portal.W003",
            )
        )
    if not embedded and not settings.SECURE and not settings.DEMO:
        found.append(Warning("PORTAL_HTTPS is off: cookies travel without protection.", id="portal.W004"))
    return found


@register(Tags.security)
def check_gateways(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    url = urlsplit(settings.SMS_GATEWAY_URL)
    if settings.SMS_GATEWAY_URL and (url.scheme not in ("http", "https") or not url.hostname):
        found.append(Error("SMS_GATEWAY_URL must be an http(s) address.", id="portal.E008"))
    elif url.scheme == "http" and url.hostname not in ("127.0.0.1", "localhost"):
        found.append(Warning("SMS_GATEWAY_URL is not https: phone numbers travel in the open.", id="portal.W005"))
    if settings.SMS_GATEWAY_URL and not settings.SMS_GATEWAY_TOKEN:
        found.append(Warning("SMS_GATEWAY_URL without SMS_GATEWAY_TOKEN.", id="portal.W006"))
    return found


@register(Tags.compatibility)
def check_message_templates(**_kwargs: Any) -> list[CheckMessage]:
    """A message text whose placeholders do not fit would fail in the middle of somebody's case."""
    from portal.core.notifications import check_templates

    return [Error(f"Message template {problem}", id="portal.E009") for problem in check_templates()]
