"""The mark of a browser that takes documents and sends bids: the same one under two firms is a circumstance to look into.

A random cookie that says nothing about the person; only its digest is kept, so the tables give nobody the cookie back.
"""

import hashlib
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE = "bidding_device"
KEPT_SECONDS = 2 * 365 * 24 * 3600
_MARK = re.compile(r"[0-9a-f]{32}")


def _mark(request: HttpRequest) -> str:
    """The mark that the browser brought, or the new one that this answer gives it."""
    given: str = getattr(request, "bidding_device", "") or request.COOKIES.get(COOKIE, "")
    found = given if _MARK.fullmatch(given) else secrets.token_hex(16)
    request.bidding_device = found  # type: ignore[attr-defined]
    return found


def device_of(request: HttpRequest) -> str:
    """The digest of the browser's mark, 64 hexadecimal characters."""
    return hashlib.sha256(_mark(request).encode()).hexdigest()


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser keep its mark."""
    response.set_cookie(
        COOKIE, _mark(request), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
