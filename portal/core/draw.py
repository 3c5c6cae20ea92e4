"""A draw of people (experts, social supervisors): anybody can replay it from what is published. Pure Python; no clock,
no database, no names.

1. The pool is frozen: who may be drawn for which speciality, and who is left out under which rule. Its digest is
   published before anybody knows a seed.
2. Two parties (of a tender: tenderer and supervisor) each commit to a seed (`commitment`), and reveal it after both
   commitments are public. Neither can choose the outcome: who reveals last has promised before what to reveal.
3. The seed of the draw is the digest of domain, pool and both seeds. For each speciality a Fisher–Yates shuffle puts
   the candidates in order: the first ones are called, the others are reserves in that order. Whoever refuses is
   replaced by the next; nobody draws again.
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.hashing import canonical

DOMAIN = b"haizhou.draw.v1"
SEED_BYTES = 32
WORD_BITS = 64


class DrawError(ValueError):
    """The draw cannot be held with what was given; the text says why."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be drawn. `code` is the pseudonym under which the pool is published."""

    code: str
    specialities: tuple[str, ...]


@dataclass(frozen=True)
class Exclusion:
    """Somebody who was left out, and the rule that says so."""

    code: str
    rule: str


@dataclass(frozen=True)
class Pool:
    """Everybody who was looked at for one draw, frozen. `tender` is what is drawn for: a tender's number, a visit's."""

    tender: str
    candidates: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...] = ()

    def __post_init__(self) -> None:
        codes = [one.code for one in self.candidates]
        if len(set(codes)) != len(codes):
            raise DrawError("a candidate stands in the pool twice")
        if both := {one.code for one in self.exclusions} & set(codes):
            raise DrawError(f"left out and in the pool: {', '.join(sorted(both))}")

    def body(self) -> dict[str, Any]:
        """The pool as it is published, in an order that does not depend on how it was read."""
        return {
            "tender": self.tender,
            "candidates": [
                {"code": one.code, "specialities": sorted(set(one.specialities))}
                for one in sorted(self.candidates, key=lambda one: one.code)
            ],
            "exclusions": [
                {"code": one.code, "rule": one.rule}
                for one in sorted(self.exclusions, key=lambda one: (one.code, one.rule))
            ],
        }

    def digest(self) -> str:
        """SHA-256 of the published form, hexadecimal."""
        return hashlib.sha256(b"\x00".join([DOMAIN, b"pool", canonical(self.body()).encode()])).hexdigest()


@dataclass(frozen=True)
class Place:
    """So many experts of one speciality."""

    speciality: str
    count: int


@dataclass(frozen=True)
class Seat:
    """One filled place: who, for what, and as which of the order (0 is the first drawn)."""

    speciality: str
    code: str
    position: int


def commitment(party: str, pool_digest: str, seed: bytes) -> str:
    """What a party publishes before it reveals its seed. Raises DrawError for a seed of another length."""
    _check_seed(party, seed)
    return hashlib.sha256(b"\x00".join([DOMAIN, b"commit", party.encode(), pool_digest.encode(), seed])).hexdigest()


def is_revealed(committed: str, party: str, pool_digest: str, seed: bytes) -> bool:
    """Is this the seed that the party committed to?"""
    return len(seed) == SEED_BYTES and hmac.compare_digest(committed, commitment(party, pool_digest, seed))


def is_hex(text: str) -> bool:
    """Is this how a seed or a commitment is written: 64 digits from 0 to 9 and a to f?"""
    return len(text) == 2 * SEED_BYTES and set(text) <= set("0123456789abcdef")


def joint_seed(pool_digest: str, seeds: Mapping[str, bytes]) -> bytes:
    """The seed of the draw: SHA-256 over domain, pool digest and the parties' seeds in the order of their names."""
    if len(seeds) < 2:
        raise DrawError("a draw needs the seeds of two parties")
    parts = [DOMAIN, b"seed", pool_digest.encode()]
    for party in sorted(seeds):
        _check_seed(party, seeds[party])
        parts += [party.encode(), seeds[party]]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


def order(pool: Pool, seed: bytes, speciality: str) -> list[str]:
    """The codes of everybody with this speciality, shuffled."""
    codes = sorted(one.code for one in pool.candidates if speciality in one.specialities)
    words = _words(seed, speciality)
    for last in range(len(codes) - 1, 0, -1):
        other = _below(last + 1, words)
        codes[last], codes[other] = codes[other], codes[last]
    return codes


def orders(pool: Pool, seed: bytes, places: Sequence[Place]) -> dict[str, list[str]]:
    """The order for each speciality that is wanted. Raises DrawError where too few can be drawn."""
    if len({place.speciality for place in places}) != len(places):
        raise DrawError("a speciality is wanted twice")
    found = {place.speciality: order(pool, seed, place.speciality) for place in places}
    for place in places:
        if place.count < 1:
            raise DrawError(f"{place.speciality}: at least one expert is drawn")
        if len(found[place.speciality]) < place.count:
            raise DrawError(f"{place.speciality}: {len(found[place.speciality])} in the pool, {place.count} wanted")
    return found


def seats(
    drawn: Mapping[str, Sequence[str]], places: Sequence[Place], gone: Collection[str] = frozenset()
) -> list[Seat]:
    """Who sits in the committee after those in `gone` refused, fell ill or were found to be partial.

    Places are filled in the order of the tender's plan; whoever holds one is passed over for the next. Raises
    DrawError when the reserves are used up: then the pool is widened and a new draw with new seeds is published.
    """
    taken: set[str] = set()
    filled: list[Seat] = []
    for place in places:
        free = [
            (position, code)
            for position, code in enumerate(drawn[place.speciality])
            if code not in gone and code not in taken
        ]
        if len(free) < place.count:
            raise DrawError(
                f"{place.speciality}: {len(free)} of {place.count} places can be filled, no reserve is left"
            )
        for position, code in free[: place.count]:
            taken.add(code)
            filled.append(Seat(place.speciality, code, position))
    return filled


def record(pool: Pool, places: Sequence[Place], seeds: Mapping[str, bytes]) -> dict[str, Any]:
    """Everything that is needed to replay the draw, as it is published when the result is public."""
    digest = pool.digest()
    drawn = orders(pool, joint_seed(digest, seeds), places)
    return {
        "version": DOMAIN.decode(),
        "pool": pool.body(),
        "pool_digest": digest,
        "places": [{"speciality": place.speciality, "count": place.count} for place in places],
        "parties": [
            {"party": party, "commitment": commitment(party, digest, seeds[party]), "seed": seeds[party].hex()}
            for party in sorted(seeds)
        ],
        "orders": drawn,
    }


def replay(published: Mapping[str, Any]) -> list[str]:
    """What in a published record does not follow from the rest of it; an empty list for an honest draw."""
    try:
        return _differences(published)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [f"the record is not complete: {type(error).__name__}: {error}"]


def _differences(published: Mapping[str, Any]) -> list[str]:
    pool = pool_of(published["pool"])
    wrong = []
    if published["version"] != DOMAIN.decode():
        wrong.append(f"unknown version {published['version']}")
    digest = pool.digest()
    if digest != published["pool_digest"]:
        wrong.append("the pool is not the one whose digest was published")
    seeds = {one["party"]: bytes.fromhex(one["seed"]) for one in published["parties"]}
    wrong += [
        f"{one['party']} revealed another seed than it had committed to"
        for one in published["parties"]
        if not is_revealed(one["commitment"], one["party"], published["pool_digest"], seeds[one["party"]])
    ]
    places = [Place(one["speciality"], one["count"]) for one in published["places"]]
    again = orders(pool, joint_seed(digest, seeds), places)
    wrong += [
        f"{speciality}: the order is not the one that the seeds give"
        for speciality, codes in again.items()
        if list(published["orders"].get(speciality, [])) != codes
    ]
    if extra := set(published["orders"]) - set(again):
        wrong.append(f"drawn, but not wanted: {', '.join(sorted(extra))}")
    return wrong


def seat_problems(published: Mapping[str, Any]) -> list[str]:
    """The seats are those that the orders give once the named ones are gone, and everybody gone stood in an order."""
    places = [Place(one["speciality"], one["count"]) for one in published["places"]]
    gone = [one["code"] for one in published["gone"]]
    drawn = {code for codes in published["orders"].values() for code in codes}
    wrong = [f"{code} is said to be gone, but was never drawn" for code in gone if code not in drawn]
    wrong += [f"{one['code']} is gone without a reason" for one in published["gone"] if not one["why"]]
    try:
        follow = seats(published["orders"], places, set(gone))
    except DrawError as error:
        return [*wrong, str(error)]
    expected = sorted((one.speciality, one.position, one.code) for one in follow)
    found = sorted((one["speciality"], one["position"], one["code"]) for one in published["seats"])
    if expected != found:
        wrong.append("the seats are not those that the orders give")
    return wrong


def opening_problems(published: Mapping[str, Any], opens: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """Every seat's code is opened by a name and a salt, and by nothing else; `opens` gives the code of an opening."""
    wrong = [
        f"{one['code']} does not stand for {one['name']}" for one in published["openings"] if opens(one) != one["code"]
    ]
    opened = {one["code"] for one in published["openings"]}
    seated = {one["code"] for one in published["seats"]}
    wrong += [f"nobody is named for {code}" for code in sorted(seated - opened)]
    wrong += [f"{code} is named without a seat" for code in sorted(opened - seated)]
    return wrong


def problems(published: Mapping[str, Any], opens: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """What in a whole record (pool, orders, seats, names) does not follow from the rest; empty for an honest draw."""
    found = replay(published)
    try:
        return found + seat_problems(published) + opening_problems(published, opens)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [*found, f"the record is not complete: {type(error).__name__}: {error}"]


def pool_of(body: Mapping[str, Any]) -> Pool:
    """The frozen pool, from its published form."""
    return Pool(
        body["tender"],
        tuple(Candidate(one["code"], tuple(one["specialities"])) for one in body["candidates"]),
        tuple(Exclusion(one["code"], one["rule"]) for one in body["exclusions"]),
    )


def _check_seed(party: str, seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise DrawError(f"the seed of {party} has {len(seed)} bytes instead of {SEED_BYTES}")


def _words(seed: bytes, speciality: str) -> Iterator[int]:
    """Endless 64-bit words: SHA-256(seed ‖ speciality ‖ counter), four words of each digest."""
    name, counter = hashlib.sha256(speciality.encode()).digest(), 0
    while True:
        block = hashlib.sha256(DOMAIN + seed + name + counter.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[start : start + 8], "big") for start in range(0, 32, 8))
        counter += 1


def _below(bound: int, words: Iterator[int]) -> int:
    """A number from 0 to bound − 1, each equally likely: words over the last whole multiple of the bound are rejected."""
    limit = (1 << WORD_BITS) - (1 << WORD_BITS) % bound
    return next(word for word in words if word < limit) % bound
