"""Freezing the pool for a visit: everybody in the register is in it or left out by a named rule; and the codes."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hall.social.models import Seat, SocialSupervisor, Visit
from portal.core import draw as arithmetic
from portal.core.draw import Candidate, Exclusion, Place, Pool
from portal.core.errors import Invalid
from portal.core.hashing import canonical
from portal.people.models import Department, Posting

CODE_LENGTH = 24
DOMAIN = "haizhou.social-code.v1"


def register_number(supervisor_id: int) -> str:
    """The number in the register, as it is published."""
    return f"JD{supervisor_id:06d}"


def code_of(visit: str, supervisor: str, name: str, salt: str) -> str:
    """The code under which somebody stands in the published pool: a digest that the person's name later opens."""
    body = {"domain": DOMAIN, "visit": visit, "supervisor": supervisor, "name": name, "salt": salt}
    return hashlib.sha256(canonical(body).encode()).hexdigest()[:CODE_LENGTH]


def excluded(people: Iterable[SocialSupervisor], visit: Visit, departments: Iterable[Department]) -> dict[int, str]:
    """Who cannot be drawn, and the first rule that says so; three queries. `visit` need not be saved yet."""
    rows = {one.pk: one for one in people}
    visited = {one.pk for one in departments}
    links = SocialSupervisor.avoids.through.objects.filter(socialsupervisor__in=rows, department__in=visited)
    close = set(links.values_list("socialsupervisor", flat=True))
    busy = Seat.objects.live().filter(supervisor__in=rows, visit__visit_on=visit.visit_on).exclude(visit=visit.pk)
    taken = set(busy.values_list("supervisor", flat=True))
    users = [one.user_id for one in rows.values()]
    staff = set(Posting.objects.in_force().filter(user__in=users).values_list("user", flat=True))
    tests = {
        "term": lambda one: not one.in_office_on(visit.visit_on) or not one.user.is_active,
        "staff": lambda one: one.user_id in staff,
        "own_unit": lambda one: one.pk in close,
        "busy": lambda one: one.pk in taken,
    }
    found = ((pk, next((code for code, out in tests.items() if out(one)), "")) for pk, one in rows.items())
    return {pk: code for pk, code in found if code}


@dataclass(frozen=True)
class Frozen:
    """The pool and whom each of its codes stands for: (code, supervisor, name, salt)."""

    pool: Pool
    codes: list[tuple[str, int, str, str]]


def freeze(visit: Visit, departments: Sequence[Department], places: Sequence[Place]) -> Frozen:
    """Look at everybody of the wanted categories who was not released. Raises Invalid that says what the pool lacks."""
    wanted = [place.speciality for place in places]
    held = SocialSupervisor.objects.filter(category__in=wanted, released_on__isnull=True)
    rows = list(held.select_related("user").order_by("pk"))
    out = excluded(rows, visit, departments)
    candidates, exclusions, codes = [], [], []
    for one in rows:
        salt = secrets.token_hex(16)
        code = code_of(visit.number, register_number(one.pk), one.user.name, salt)
        codes.append((code, one.pk, one.user.name, salt))
        if one.pk in out:
            exclusions.append(Exclusion(code, out[one.pk]))
        else:
            candidates.append(Candidate(code, (one.category,)))
    pool = Pool(visit.number, tuple(candidates), tuple(exclusions))
    _check_large_enough(pool, places)
    return Frozen(pool, codes)


def _check_large_enough(pool: Pool, places: Sequence[Place]) -> None:
    names = dict(SocialSupervisor.Category.choices)
    lacking = []
    for place in places:
        there = sum(place.speciality in one.specialities for one in pool.candidates)
        if there < place.count:
            words = _("%(category)s: %(there)s can be drawn, %(wanted)s are wanted.")
            values = {"category": names[place.speciality], "there": there, "wanted": place.count}
            lacking.append(words % values)
    if lacking:
        kept = _("%(n)s were left out by the rules.") % {"n": len(pool.exclusions)}
        raise Invalid(fields={"places": " ".join([*lacking, kept])}, code="pool_too_small")


# --- the published record -----------------------------------------------------------------------------------------------


def places_of(visit: Visit) -> list[Place]:
    return [Place(one["speciality"], one["count"]) for one in visit.places]


def record_of(visit: Visit) -> dict[str, Any]:
    """Everything that replays the draw, with the names of those who hold a seat. Three queries.

    What is stored is written down, not what would follow: a changed row shows as a difference when it is replayed.
    """
    held = list(visit.seats.live())
    codes = {one.supervisor_id: one for one in visit.codes.filter(supervisor__in=[one.supervisor_id for one in held])}
    openings = [
        {"code": one.code, "supervisor": register_number(pk), "name": one.name, "salt": one.salt}
        for pk, one in codes.items()
    ]
    seats = [
        {"speciality": one.category, "code": codes[one.supervisor_id].code, "position": one.position} for one in held
    ]
    return {
        "version": arithmetic.DOMAIN.decode(),
        "pool": visit.pool,
        "pool_digest": visit.pool_digest,
        "places": visit.places,
        "parties": [{"party": one.party, "commitment": one.commitment, "seed": one.seed} for one in visit.seeds.all()],
        "orders": visit.orders,
        "gone": visit.gone,
        "short_of": visit.short_of,
        "seats": sorted(seats, key=lambda one: (one["speciality"], one["position"])),
        "openings": sorted(openings, key=lambda one: one["code"]),
    }


def problems(published: Mapping[str, Any]) -> list[str]:
    """What does not follow from the rest; an empty list for an honest draw.

    That no reserve was left for a seat follows too, where the record says exactly what the replay finds.
    """
    found = arithmetic.problems(
        published,
        lambda one: code_of(published["pool"]["tender"], one["supervisor"], one["name"], one["salt"]),
    )
    return [text for text in found if text != published.get("short_of")]
