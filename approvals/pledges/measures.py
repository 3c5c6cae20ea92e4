"""Which figures promises and commitments give to the statistics: each counts on the day of its own event."""

from typing import Any

from django.db.models import Q

from approvals.pledges.models import Commitment, CommitmentCell, PromisedCell, PromisedMaterial
from approvals.pledges.models.cells import COMMITMENT_FIGURES, MATERIAL_FIGURES
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, register_block
from portal.core.statistics.read import MONTH, Sums, period

KEYS = {"department_id": "counted_for_id", "item_id": "item_id"}
PROMISED_MEASURES = MeasureSet(
    "promised_materials",
    PromisedMaterial,
    cuboids=[Cuboid("item", PromisedCell, KEYS)],
    facts=[
        Fact("promised", "promised_on"),
        Fact("settled", "settled_on"),
        Fact("settled_late", "settled_on", Q(brought_late=True)),
        Fact("lapsed", "lapsed_on"),
    ],
)
COMMITMENT_MEASURES = MeasureSet(
    "commitments",
    Commitment,
    cuboids=[Cuboid("item", CommitmentCell, KEYS)],
    facts=[
        Fact("signed", "filed_on"),
        Fact("decided", "decided_on"),
        Fact("kept", "kept_on"),
        Fact("broken", "broken_on"),
    ],
)
DIMENSIONS = {"department": "department_id", "item": "item_id", "month": MONTH}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; two queries."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    found: dict[Any, dict[str, int]] = {}
    for measures, names in ((PROMISED_MEASURES, MATERIAL_FIGURES), (COMMITMENT_MEASURES, COMMITMENT_FIGURES)):
        rows = period(measures, "item", scope.first, scope.last, by=by, filters=filters, figures=names)
        for key, row in rows.items():
            found.setdefault(key, {}).update(row)
    return found if by is None else {key: row for key, row in found.items() if any(row.values())}


PLEDGES = Block(
    "pledges", order=(*MATERIAL_FIGURES, *COMMITMENT_FIGURES), sums=figures, dimensions=frozenset(DIMENSIONS)
)


def connect() -> None:
    """Called in `ready()`."""
    register_block(PLEDGES)
