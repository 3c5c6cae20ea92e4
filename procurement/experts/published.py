"""The published record of a draw: what it holds, and what in one does not follow from the rest.

`draw.record` gives pool, seeds and orders; beside it stand who left a seat and why, the seats that follow, and for
each seat the name and salt that open its code. Pure, but for reading the rows of a draw.
"""

from collections.abc import Mapping
from typing import Any

from procurement import draw as arithmetic
from procurement.draw import Candidate, DrawError, Exclusion, Place, Pool
from procurement.experts.models import Draw
from procurement.experts.pools import code_of, register_number


def label_of(draw: Draw) -> str:
    """The name under which the pool of a draw is frozen: the tender and which draw it is."""
    return f"{draw.project.number}/{draw.number}"


def pool_of(draw: Draw) -> Pool:
    """The frozen pool, from the row."""
    body = draw.pool
    return Pool(
        body["tender"],
        tuple(Candidate(one["code"], tuple(one["specialities"])) for one in body["candidates"]),
        tuple(Exclusion(one["code"], one["rule"]) for one in body["exclusions"]),
    )


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
    found = arithmetic.replay(published)
    try:
        return found + _seats(published) + _openings(published)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [*found, f"the record is not complete: {type(error).__name__}: {error}"]


def _seats(published: Mapping[str, Any]) -> list[str]:
    """The seats are those that the orders give once the named ones are gone, and everybody gone stood in an order."""
    places = [Place(one["speciality"], one["count"]) for one in published["places"]]
    gone = [one["code"] for one in published["gone"]]
    drawn = {code for codes in published["orders"].values() for code in codes}
    wrong = [f"{code} is said to be gone, but was never drawn" for code in gone if code not in drawn]
    wrong += [f"{one['code']} is gone without a reason" for one in published["gone"] if not one["why"]]
    try:
        follow = arithmetic.seats(published["orders"], places, set(gone))
    except DrawError as error:
        return [*wrong, str(error)]
    expected = sorted((one.speciality, one.position, one.code) for one in follow)
    found = sorted((one["speciality"], one["position"], one["code"]) for one in published["seats"])
    if expected != found:
        wrong.append("the seats are not those that the orders give")
    return wrong


def _openings(published: Mapping[str, Any]) -> list[str]:
    """Every seat's code is opened by a name and a salt, and by nothing else."""
    tender = published["pool"]["tender"]
    wrong = [
        f"{one['code']} does not stand for {one['name']}"
        for one in published["openings"]
        if code_of(tender, one["expert"], one["name"], one["salt"]) != one["code"]
    ]
    opened = {one["code"] for one in published["openings"]}
    seated = {one["code"] for one in published["seats"]}
    wrong += [f"nobody is named for {code}" for code in sorted(seated - opened)]
    wrong += [f"{code} is named without a seat" for code in sorted(opened - seated)]
    return wrong
