"""Telephone systems: what they report, how a report is believed, and which ones this installation knows.

`TELEPHONES` of the settings lists `code:secret`. A report is JSON over HTTP with the header `Call-Signature`:
`t=<unix seconds>,v1=<HMAC-SHA256 of "t.body" in hex>`.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare

from portal.core.errors import NotFound
from portal.core.time import now

SIGNATURE = "Call-Signature"
BELIEVED_FOR = dt.timedelta(minutes=5)
# A report about a moment further ahead than this is wrong: clocks do not differ so much.
CLOCKS_DIFFER = dt.timedelta(minutes=2)
KINDS = ("ringing", "answered", "abandoned", "ended")
DEMO = "demo"
LONGEST = {"call_id": 80, "line": 16, "agent": 32, "number": 32}


class Forged(Exception):
    """A message whose signature does not fit, that is too old to be believed, or that cannot be read."""


@dataclass(frozen=True)
class Notice:
    """One report: what happened to a call, when, and at whose extension."""

    call_id: str
    kind: str  # one of KINDS
    at: dt.datetime
    number: str = ""
    line: str = "12345"
    agent: str = ""


def secrets() -> dict[str, bytes]:
    """Code → key of each telephone system; in demo mode the demonstration telephone is one of them."""
    known = dict(entry.split(":", 1) for entry in settings.TELEPHONES if ":" in entry)
    keys = {code: secret.encode() for code, secret in known.items() if secret}
    if settings.DEMO:
        keys[DEMO] = hmac.new(settings.SECRET_KEY.encode(), b"hotline.telephone", hashlib.sha256).digest()
    return keys


def sign(key: bytes, body: bytes, at: dt.datetime) -> str:
    """The header's value: when it was signed, and the HMAC of that and the body."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def read_notice(code: str, headers: Mapping[str, str], body: bytes) -> Notice:
    """Check the signature and read the report. Raises NotFound for an unknown system, Forged for anything else."""
    try:
        key = secrets()[code]
    except KeyError:
        raise NotFound() from None
    _check_signature(key, headers.get(SIGNATURE, ""), body)
    return _read(body)


def _check_signature(key: bytes, header: str, body: bytes) -> None:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > 12:
        raise Forged("no signature")
    at = dt.datetime.fromtimestamp(int(stamp), dt.UTC)
    if abs(now() - at) > BELIEVED_FOR:
        raise Forged("too old")
    if not constant_time_compare(sign(key, body, at), f"t={stamp},v1={parts.get('v1', '')}"):
        raise Forged("wrong signature")


def _read(body: bytes) -> Notice:
    try:
        said = json.loads(body)
        at = dt.datetime.fromisoformat(str(said["at"]))
        notice = Notice(
            call_id=str(said["call_id"]),
            kind=str(said["event"]),
            at=at,
            number=str(said.get("number") or ""),
            line=str(said.get("line") or "12345"),
            agent=str(said.get("agent") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Forged("unreadable") from error
    wrong = [name for name, most in LONGEST.items() if len(getattr(notice, name)) > most]
    if wrong or not notice.call_id or notice.kind not in KINDS or at.tzinfo is None:
        raise Forged("unreadable")
    if at > now() + CLOCKS_DIFFER:
        raise Forged("from the future")
    return notice
