"""Signatures of webhooks after the Standard Webhooks specification: id, moment and body under HMAC-SHA256."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret to share with one receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(secret: str, uid: str, moment: int, body: bytes) -> dict[str, str]:
    """What goes with a message; `moment` in seconds since 1970."""
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, uid, moment, body),
    }


def signature(secret: str, uid: str, moment: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((uid.encode(), str(moment).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
