"""How the provincial platform is spoken to: a base class, and the one that speaks JSON over HTTP with signatures."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from hotline import outward
from hotline.outward import KEY, MOMENT, SIGNATURE, Doubtful, NotSent, Refused, body_of, is_address, post
from portal.core.time import now

__all__ = [
    "KEY", "MOMENT", "SIGNATURE", "Doubtful", "Forged", "HttpJsonProvince", "Message", "NotSent", "ProvinceAdapter",
    "Refused", "adapter", "signature", "signed",
]  # fmt: skip

SKEW_SECONDS = 300  # how far a message's moment may be from ours


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


class HttpJsonProvince(ProvinceAdapter):
    """JSON by POST to PROVINCE_URL; both sides sign moment and body with PROVINCE_SECRET (HMAC-SHA256)."""

    knows_keys = True

    def configured(self) -> bool:
        return bool(settings.PROVINCE_SECRET) and is_address(settings.PROVINCE_URL)

    def send(self, message: Message) -> str:
        content = {"kind": message.kind, "number": message.province_number, **message.body}
        body = body_of(content)
        return _receipt(post(settings.PROVINCE_URL, body, signed(body, message.key)))

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
    """HMAC-SHA256 over moment and body under the province's secret, in hexadecimal digits."""
    return outward.signature(settings.PROVINCE_SECRET, moment, body)


def signed(body: bytes, key: str) -> dict[str, str]:
    """The headers of a message of ours."""
    return outward.signed(settings.PROVINCE_SECRET, body, key)


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
