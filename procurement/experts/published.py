"""The published record of a draw: what it holds, and what in one does not follow from the rest.

`draw.record` gives pool, seeds and orders; beside it stand who left a seat and why, the seats that follow, and for
each seat the name and salt that open its code. Pure, but for reading the rows of a draw.
"""

from collections.abc import Mapping
from typing import Any

from portal.core import draw as arithmetic
from portal.core.draw import Place, Pool
from procurement.experts.models import Draw
from procurement.experts.pools import code_of, register_number


def label_of(draw: Draw) -> str:
    """The name under which the pool of a draw is frozen: the tender and which draw it is."""
    return f"{draw.project.number}/{draw.number}"


def pool_of(draw: Draw) -> Pool:
    """The frozen pool, from the row."""
    return arithmetic.pool_of(draw.pool)


def places_of(draw: Draw) -> list[Place]:
    return [Place(one["speciality"], one["count"]) for one in draw.places]


def record_of(draw: Draw) -> dict[str, Any]:
    """Everything that replays the draw, with the names of those who hold a seat. Four queries.

    What is stored is written down, not what would follow: a changed row shows as a difference when it is replayed.
    """
    openings = []
    held = set(draw.members.live().filter(expert__isnull=False).values_list("expert", flat=True))
    for one in draw.codes.filter(expert__in=held).order_by("code"):
        openings.append(
            {"code": one.code, "expert": register_number(one.expert_id), "name": one.name, "salt": one.salt}
        )
    code_of_expert = {one.expert_id: one.code for one in draw.codes.filter(expert__in=held)}
    seats = [
        {"speciality": one.speciality, "code": code_of_expert[one.expert_id or 0], "position": one.position}
        for one in draw.members.live().filter(expert__isnull=False).order_by("pk")
    ]
    return {
        "version": arithmetic.DOMAIN.decode(),
        "pool": draw.pool,
        "pool_digest": draw.pool_digest,
        "places": draw.places,
        "parties": [
            {"party": one.party, "commitment": one.commitment, "seed": one.seed} for one in draw.seeds.order_by("party")
        ],
        "orders": draw.orders,
        "gone": draw.gone,
        "seats": sorted(seats, key=lambda one: (one["speciality"], one["position"])),
        "openings": openings,
    }


def problems(published: Mapping[str, Any]) -> list[str]:
    """What does not follow from the rest; an empty list for an honest draw."""
    return arithmetic.problems(published, lambda one: _code_of(published, one))


def _code_of(published: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    return code_of(published["pool"]["tender"], one["expert"], one["name"], one["salt"])
