"""Links to rate by, their QR codes, and the digest of where a rating came from."""

import io

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.core.crypto import blind_now
from portal.people.throttle import sender_of


def rate_url(token: str, *, by: str) -> str:
    """The whole address; `by` says what it was printed on or sent with (`qr`, `sms`)."""
    return f"{settings.SITE_URL}{reverse('ratings:rate', args=[token])}?by={by}"


def qr_svg(text: str) -> bytes:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=6, border=2, xmldecl=True)
    return out.getvalue()


def origin_of(request: HttpRequest) -> str:
    """A digest of the sender's address: equal for equal senders, and nobody reads an address from it."""
    return blind_now("rating-origin", sender_of(request))
