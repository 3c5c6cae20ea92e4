"""Sealing of personal data: AES-256-GCM under rotating keys, and the blind index that finds a value without opening it.

A sealed value reads `g1.<key id>.<base64url(nonce ‖ ciphertext ‖ tag)>`. What it is bound to (the associated data) is
not stored: whoever opens it must name the same place again, so a value copied to another place does not open.

A blind index reads `<key id>:<base64url(HMAC-SHA-256(key, kind ‖ 0 ‖ normalised value))>`.
The kind parts the indexes of different things: a phone number and an account name of the same characters differ.
"""

import base64
import hmac
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.core import identity

SCHEME = "g1"
KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")


class SealBroken(Exception):
    """A sealed value does not open: changed by a byte, moved from another place, or its key is gone.

    The message names the place and never the value.
    """


class KeyMissing(SealBroken):
    """The key that sealed this value is no longer in the keyring."""


@dataclass(frozen=True, repr=False)
class Keyring:
    """Keys by id; the first one is current: it seals and indexes, the others only open and find."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def current_id(self) -> str:
        return self.keys[0][0]

    @property
    def current(self) -> bytes:
        return self.keys[0][1]

    def get(self, key_id: str) -> bytes | None:
        return next((key for found, key in self.keys if found == key_id), None)

    def __repr__(self) -> str:
        return f"<Keyring {', '.join(key_id for key_id, _ in self.keys)}>"


def parse_keyring(entries: tuple[str, ...], name: str) -> Keyring:
    """Read `id:base64` entries. Raises ImproperlyConfigured with a sentence that says what to write."""
    keys: list[tuple[str, bytes]] = []
    for entry in entries:
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not _KEY_ID.fullmatch(key_id) or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                f"{name}: each entry is id:base64 of {KEY_BYTES} random bytes, the id of a-z and 0-9, 16 at most."
            )
        keys.append((key_id, key))
    if not keys:
        raise ImproperlyConfigured(
            f"{name} is empty: personal data cannot be sealed. Write one id:base64 key at least."
        )
    if len({key_id for key_id, _ in keys}) < len(keys):
        raise ImproperlyConfigured(f"{name}: two keys have the same id.")
    return Keyring(tuple(keys))


_parse = lru_cache(maxsize=16)(parse_keyring)


def field_keys() -> Keyring:
    """The keyring that seals fields (`FIELD_KEYS`)."""
    return _parse(tuple(settings.FIELD_KEYS), "FIELD_KEYS")


def blind_keys() -> Keyring:
    """The keyring of the blind index (`BLIND_KEYS`)."""
    return _parse(tuple(settings.BLIND_KEYS), "BLIND_KEYS")


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def seal(plain: str, *, place: str) -> str:
    """Encrypt under the current key, bound to `place` (table, field and row)."""
    ring = field_keys()
    nonce = os.urandom(NONCE_BYTES)
    body = _cipher(ring.current).encrypt(nonce, plain.encode(), _bound(ring.current_id, place))
    return f"{SCHEME}.{ring.current_id}.{_encode(nonce + body)}"


def unseal(token: str, *, place: str) -> str:
    """Decrypt what `seal` made for the same place. Raises SealBroken, or KeyMissing when the key was taken out."""
    scheme, _, rest = token.partition(".")
    key_id, _, encoded = rest.partition(".")
    if scheme != SCHEME or not encoded:
        raise SealBroken(f"{place}: this is not a sealed value; it was written past the portal.")
    key = field_keys().get(key_id)
    if key is None:
        raise KeyMissing(f"{place}: sealed with the key {key_id!r}, which is not in FIELD_KEYS.")
    try:
        data = _decode(encoded)
        return _cipher(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound(key_id, place)).decode()
    except (InvalidTag, ValueError):
        raise SealBroken(f"{place}: the sealed value was changed, or it was moved here from another place.") from None


def _bound(key_id: str, place: str) -> bytes:
    return f"{SCHEME}|{key_id}|{place}".encode()


def key_id_of(token: str) -> str:
    """The id of the key that sealed a value."""
    return token.split(".", 2)[1] if token.startswith(SCHEME + ".") else ""


# --- blind index ----------------------------------------------------------------------------------------------------


def normalise_text(value: str) -> str:
    """Width, case and outer blanks do not matter."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


Normaliser = Callable[[str], str]
NORMALISERS: dict[str, Normaliser] = {
    "phone": identity.normalise_phone,
    "resident_number": identity.normalise_resident,
    "uscc": identity.normalise_uscc,
    "email": normalise_text,
}


class Digests(tuple[str, ...]):
    """The digests of one value under every key of the ring, the current one first; `filter(x_blind=…)` searches all."""

    __slots__ = ()


def digest(kind: str, value: str, *, key: bytes, normalise: Normaliser | None = None) -> str:
    plain = (normalise or NORMALISERS.get(kind, normalise_text))(value)
    return _encode(hmac.new(key, f"{kind}\0{plain}".encode(), sha256).digest())


def blind(kind: str, value: str, *, normalise: Normaliser | None = None) -> Digests:
    """What a value looks like in a blind index, under each key: `filter(phone_blind=blind("phone", typed))`."""
    return Digests(f"{key_id}:{digest(kind, value, key=key, normalise=normalise)}" for key_id, key in blind_keys().keys)


def blind_now(kind: str, value: str, *, normalise: Normaliser | None = None) -> str:
    """The digest under the current key: what is written into the row."""
    ring = blind_keys()
    return f"{ring.current_id}:{digest(kind, value, key=ring.current, normalise=normalise)}"


def is_sealed(token: str) -> bool:
    return token.startswith(SCHEME + ".")
