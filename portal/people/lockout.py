"""After too many failed attempts: which attempts count together, and the page that says how long to wait."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.crypto import blind_now
from portal.people.querysets import normalise_login


def account_key(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """What failed attempts are counted under: a digest of the typed name, so that no phone number stands in the table.

    `138 0013 8000` and `+86 13800138000` count together.
    """
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return account_digest(str(typed))


def account_digest(typed: str) -> str:
    """What failures of one typed name are counted under."""
    return blind_now("sign_in", typed, normalise=normalise_login)


def locked_out(request: HttpRequest, *_args: Any) -> HttpResponse:
    """The page after too many failures; the same for accounts that exist and for those that do not."""
    cool_off = get_cool_off(request)
    minutes = ceil(cool_off.total_seconds() / 60) if cool_off else 0
    return render(request, "people/locked.html", {"minutes": minutes}, status=429)
