"""Canonical JSON, hash chains and Merkle roots: the arithmetic behind the audit trail."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

GENESIS = "0" * 64


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an event")


_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode
_SIMPLE = (str, int, bool, type(None))


def canonical(body: Mapping[str, Any]) -> str:
    """The one way to write a body down: sorted keys, no spaces, UTF-8 as it is. Floats are refused."""
    _refuse_floats(body)
    return _write(body)


def _refuse_floats(value: Any) -> None:
    if type(value) in _SIMPLE:
        return
    if isinstance(value, float):
        raise TypeError("an event holds no floats: they are not written the same way everywhere")
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for inner in value:
        if type(inner) not in _SIMPLE:
            _refuse_floats(inner)


def chained(previous: str, body: str) -> str:
    """SHA-256(previous ‖ body), hexadecimal."""
    return hashlib.sha256((previous + body).encode()).hexdigest()


def salted(salt: str, text: str) -> str:
    """Digest of personal data under its own salt, hexadecimal."""
    return hashlib.sha256((salt + text).encode()).hexdigest()


def merkle_root(leaves: Sequence[str]) -> str:
    """Root of a Merkle tree over hexadecimal leaves, in their order.

    Leaves and nodes are hashed under different prefixes, and an odd node moves up unpaired (RFC 9162, section 2.1).
    """
    if not leaves:
        return GENESIS
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0].hex()
