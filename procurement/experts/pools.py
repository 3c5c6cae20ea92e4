"""Freezing the pool for one tender: everybody with a wanted speciality is in it or left out by a named rule."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.draw import Candidate, Exclusion, Place, Pool
from portal.core.errors import Invalid
from portal.core.hashing import canonical
from procurement.experts.avoidance import excluded
from procurement.experts.models import Expert, Speciality
from procurement.tenders.models import Project

CODE_LENGTH = 24
DOMAIN = "haizhou.expert-code.v1"


def code_of(tender: str, expert: str, name: str, salt: str) -> str:
    """The code under which somebody stands in the published pool: a digest that the person's name later opens."""
    body = {"domain": DOMAIN, "tender": tender, "expert": expert, "name": name, "salt": salt}
    return hashlib.sha256(canonical(body).encode()).hexdigest()[:CODE_LENGTH]


def register_number(expert_id: int) -> str:
    """The number of an expert in the pool, as it is published."""
    return f"ZJ{expert_id:06d}"


@dataclass(frozen=True)
class Frozen:
    """The pool and whom each of its codes stands for: (code, expert, name, salt)."""

    pool: Pool
    codes: list[tuple[str, int, str, str]]


def freeze(project: Project, places: Sequence[Place], evaluates_at: dt.datetime, label: str) -> Frozen:
    """Look at everybody with a wanted speciality. Raises Invalid that says what the pool lacks."""
    wanted = [place.speciality for place in places]
    held = Expert.objects.filter(specialities__code__in=wanted, state="approved").distinct()
    rows = list(held.prefetch_related("specialities").order_by("pk"))
    out = excluded(Expert.objects.filter(pk__in=[one.pk for one in rows]), project, evaluates_at)
    candidates, exclusions, codes = [], [], []
    for one in rows:
        salt = secrets.token_hex(16)
        code = code_of(label, register_number(one.pk), one.name, salt)
        codes.append((code, one.pk, one.name, salt))
        if one.pk in out:
            exclusions.append(Exclusion(code, out[one.pk]))
        else:
            mine = tuple(s.code for s in one.specialities.all() if s.code in wanted)
            candidates.append(Candidate(code, mine))
    pool = Pool(label, tuple(candidates), tuple(exclusions))
    check_large_enough(pool, places)
    return Frozen(pool, codes)


def check_large_enough(pool: Pool, places: Sequence[Place]) -> None:
    """Raises Invalid with a sentence for each speciality of which too few are left, and how many rules kept out."""
    names = {one.code: str(one) for one in Speciality.objects.all()}
    lacking = []
    for place in places:
        there = sum(place.speciality in one.specialities for one in pool.candidates)
        if there < place.count:
            lacking.append(
                _("%(speciality)s: %(there)s can be drawn, %(wanted)s are wanted, %(more)s more are missing.")
                % {
                    "speciality": names.get(place.speciality, place.speciality),
                    "there": there,
                    "wanted": place.count,
                    "more": place.count - there,
                }
            )
    total = sum(place.count for place in places)
    if not lacking and len(pool.candidates) < total:
        lacking.append(
            _("%(there)s people can be drawn for %(wanted)s places: the same ones stand under several specialities.")
            % {"there": len(pool.candidates), "wanted": total}
        )
    if lacking:
        kept = _("%(n)s experts were left out by the rules of avoidance.") % {"n": len(pool.exclusions)}
        raise Invalid(fields={"places": " ".join([*lacking, kept])}, code="pool_too_small")
