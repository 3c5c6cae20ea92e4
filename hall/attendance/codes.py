"""The code of a minute that a device of the hall shows, and the token that binds it to one person (HMAC-SHA-256)."""

import datetime as dt
import hmac
from hashlib import sha256

from hall.attendance.models import ClockDevice
from portal.core.time import now

# A code holds for its minute and the next one: time to point a phone at it, too short to send it to somebody.
LIVES_MINUTES = 2
LENGTH = 20


def minute_of(moment: dt.datetime | None = None) -> int:
    """Minutes since 1970."""
    return int((moment or now()).timestamp() // 60)


def code_of(device: ClockDevice, minute: int) -> str:
    """What the device shows in that minute."""
    return _digest(device, f"code:{minute}")


def token_of(device: ClockDevice, minute: int, user_id: int) -> str:
    """What the confirmation carries: worth nothing in anybody else's hands."""
    return _digest(device, f"person:{minute}:{user_id}")


def is_fresh(minute: int) -> bool:
    """Shown in this minute or the last one; a minute to come is a forgery."""
    return 0 <= minute_of() - minute < LIVES_MINUTES


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _digest(device: ClockDevice, text: str) -> str:
    key = bytes.fromhex(device.secret)
    return hmac.new(key, f"{device.public_id}:{text}".encode(), sha256).hexdigest()[:LENGTH]
