"""The card reader: a small service on the clerk's own machine that the browser asks, never the server.

The contract stands in the docs. In demo mode the portal answers for a reader, with made-up cards.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

PATH = "/v1/card"
# Made-up people; the numbers pass the check of GB 11643 and belong to nobody.
DEMO_CARDS = (
    {"name": "周海燕", "number": "32010519880612006X"},
    {"name": "陈望海", "number": "320105197503090110"},
    {"name": "欧阳晓晨", "number": "32010519991123002X"},
)


def reader_url() -> str:
    """Where the browser asks for a card; empty without a reader."""
    base: str = settings.CARD_READER_URL
    if base:
        return base.rstrip("/") + PATH
    return reverse("counter:demo-reader") if settings.DEMO else ""


def allow_reader(response: HttpResponse) -> HttpResponse:
    """Let this page, and no other, talk to the configured origin on the clerk's machine."""
    parts = urlsplit(settings.CARD_READER_URL)
    if parts.scheme in {"http", "https"} and parts.hostname in {"127.0.0.1", "localhost", "::1"}:
        update: Any = {"connect-src": ["'self'", f"{parts.scheme}://{parts.netloc}"]}
        response._csp_update = update  # type: ignore[attr-defined]
    return response


def demo_card(turn: int) -> dict[str, Any]:
    """One of the demo cards, in the shape of the contract."""
    card = DEMO_CARDS[turn % len(DEMO_CARDS)]
    return {"version": 1, "type": "resident", **card, "valid_to": "2099-12-31"}
