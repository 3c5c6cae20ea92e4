"""How the provincial platform is spoken to: a base class, and the one that speaks JSON over HTTP with signatures."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from portal.core.time import now

SIGNATURE, MOMENT, KEY = "X-Signature", "X-Timestamp", "Idempotency-Key"
TIMEOUT_SECONDS = 10.0
SKEW_SECONDS = 300  # how far a message's moment may be from ours
READ_AT_MOST = 10_000
TRY_LATER = frozenset({408, 425, 429})


class Refused(Exception):
    """The platform said no: sending again makes no sense."""


class NotSent(Exception):
    """It surely did not arrive: it may be sent again."""


class Doubtful(Exception):
    """It may have arrived."""


class Forged(Exception):
    """The message was not signed by the platform."""


@dataclass(frozen=True)
class Message:
    """What goes out. `key` is the same at every attempt."""

    key: str
    kind: str
    province_number: str
    body: Mapping[str, Any]


class ProvinceAdapter:
    """What an adapter of a province does. `knows_keys`: the platform takes a message of one key once only."""

    knows_keys = False

    def configured(self) -> bool:
        raise NotImplementedError

    def send(self, message: Message) -> str:
        """Send it and give the platform's receipt. Raises Refused, NotSent, Doubtful."""
        raise NotImplementedError

    def read(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """What the platform sent. Raises Forged; ValueError for what is no message."""
        raise NotImplementedError


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would lose its body or carry the signature elsewhere."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


class HttpJsonProvince(ProvinceAdapter):
    """JSON by POST to PROVINCE_URL; both sides sign moment and body with PROVINCE_SECRET (HMAC-SHA256)."""

    knows_keys = True

    def configured(self) -> bool:
        return bool(settings.PROVINCE_SECRET) and settings.PROVINCE_URL.startswith(("https://", "http://"))

    def send(self, message: Message) -> str:
        content = {"kind": message.kind, "number": message.province_number, **message.body}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked in configured()
            settings.PROVINCE_URL, data=body, headers=signed(body, message.key), method="POST"
        )
        try:
            with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return _receipt(answer.read(READ_AT_MOST))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code >= 500 or error.code in TRY_LATER:
                raise Doubtful(f"HTTP {error.code}") from None
            raise Refused(f"HTTP {error.code}") from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise Doubtful("timeout") from None
            raise NotSent(f"no connection: {type(error.reason).__name__}") from None
        except OSError as error:
            raise Doubtful(type(error).__name__) from None

    def read(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        moment, given = headers.get(MOMENT, ""), headers.get(SIGNATURE, "")
        if not settings.PROVINCE_SECRET or not moment.isascii() or not moment.isdigit():
            raise Forged("no signature")
        if abs(int(moment[:12]) - now().timestamp()) > SKEW_SECONDS:
            raise Forged("too old or from the future")
        if not hmac.compare_digest(signature(moment, body), given):
            raise Forged("the signature does not fit")
        content = json.loads(body.decode())
        if not isinstance(content, dict):
            raise ValueError("no object")
        return content


def signature(moment: str, body: bytes) -> str:
    """HMAC-SHA256 over moment and body, in hexadecimal digits."""
    return hmac.new(settings.PROVINCE_SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed(body: bytes, key: str) -> dict[str, str]:
    """The headers of a message of ours."""
    moment = str(int(now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8", KEY: key, MOMENT: moment, SIGNATURE: signature(moment, body),
    }  # fmt: skip


def _receipt(answer: bytes) -> str:
    try:
        return str(json.loads(answer).get("receipt", ""))[:120]
    except (ValueError, AttributeError):
        return ""


def adapter() -> ProvinceAdapter:
    """The adapter of this installation."""
    return _made(settings.PROVINCE_ADAPTER)


@cache
def _made(path: str) -> ProvinceAdapter:
    made: ProvinceAdapter = import_string(path)()
    return made
