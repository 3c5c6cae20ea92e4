"""The weekly draw of samples: pure arithmetic over a frozen pool, so that anybody can draw again.

1. The pool is everything of the week as (key, department), sorted; its digest is SHA-256 of the canonical form.
2. A random seed of 32 bytes is taken when the pool is frozen.
3. In each department the keys stand in the order of SHA-256(domain ‖ digest ‖ seed ‖ key); the first ones are drawn:
   the share of the rule, rounded up, and at least one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from portal.core.hashing import canonical

DOMAIN = b"haizhou.sample.v1"
Entry = tuple[str, int]  # key, department id


def digest_of(pool: Sequence[Entry]) -> str:
    """SHA-256 of the published form of the pool, hexadecimal."""
    return hashlib.sha256(canonical({"pool": [list(one) for one in sorted(pool)]}).encode()).hexdigest()


def drawn(pool: Sequence[Entry], seed: str, share: Fraction) -> list[str]:
    """The keys that are drawn, sorted."""
    digest = digest_of(pool)
    by_department: dict[int, list[str]] = {}
    for key, department in pool:
        by_department.setdefault(department, []).append(key)
    found: list[str] = []
    for keys in by_department.values():
        found += sorted(keys, key=lambda key: _rank(digest, seed, key))[: wanted(len(keys), share)]
    return sorted(found)


def wanted(count: int, share: Fraction) -> int:
    """How many of a department's acts are drawn: the share rounded up, at least one, at most all."""
    return min(count, max(1, -(-count * share.numerator // share.denominator)))


def _rank(digest: str, seed: str, key: str) -> bytes:
    return hashlib.sha256(b"\x00".join([DOMAIN, digest.encode(), seed.encode(), key.encode()])).digest()


def differences(published: Mapping[str, Any], chosen: Sequence[str]) -> list[str]:
    """What of a recorded draw does not follow from its own pool, seed and share; codes, empty for an honest one."""
    pool = [(str(key), int(department)) for key, department in published["pool"]]
    problems = []
    if digest_of(pool) != published["digest"]:
        problems.append("pool")
    if drawn(pool, str(published["seed"]), Fraction(published["share"])) != sorted(chosen):
        problems.append("drawn")
    return problems
