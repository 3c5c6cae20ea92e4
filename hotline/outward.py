"""Speaking JSON over HTTP to a platform outside: what came of a call, in three words that say whether to call again."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping

from portal.core.time import now

SIGNATURE, MOMENT, KEY = "X-Signature", "X-Timestamp", "Idempotency-Key"
TIMEOUT_SECONDS = 10.0
READ_AT_MOST = 10_000
TRY_LATER = frozenset({408, 425, 429})


class Refused(Exception):
    """The platform said no: sending again makes no sense."""


class NotSent(Exception):
    """It surely did not arrive: it may be sent again."""


class Doubtful(Exception):
    """It may have arrived."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would lose its body or carry the signature elsewhere."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256 over moment, a dot and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed(secret: str, body: bytes, key: str) -> dict[str, str]:
    """The headers of a message of ours; `key` is the same at every attempt."""
    moment = str(int(now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8", KEY: key, MOMENT: moment,
        SIGNATURE: signature(secret, moment, body),
    }  # fmt: skip


def body_of(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """What the platform answered (its first 10,000 bytes). Raises Refused, NotSent, Doubtful; no redirects."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - is_address
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            found: bytes = answer.read(READ_AT_MOST)
            return found
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
