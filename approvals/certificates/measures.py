"""Which figures certificates give to the statistics: issued, renewed, suspended, revoked, printed, and used as material."""

from typing import Any

from django.db.models import Q

from approvals.certificates.models import Certificate, CertificateCell, CertificateUse, UseCell
from approvals.certificates.models.cells import FIGURES, USE_FIGURES
from portal.core.statistics import Cuboid, Fact, MeasureSet
from portal.core.statistics.blocks import Block, Scope, register_block
from portal.core.statistics.read import MONTH, Sums, period

COUNTED = ~Q(state="withdrawn")
KEYS = {"department_id": "department_id", "type_id": "type_id"}

CERTIFICATE_MEASURES = MeasureSet(
    "certificates",
    Certificate,
    cuboids=[Cuboid("type", CertificateCell, KEYS)],
    facts=[
        Fact("issued", "issued_on", COUNTED),
        Fact("renewed", "renewed_on", COUNTED),
        Fact("suspended", "suspended_on", COUNTED),
        Fact("revoked", "revoked_on", COUNTED),
        Fact("printed", "printed_on", COUNTED),
    ],
)
USE_MEASURES = MeasureSet(
    "certificate_uses",
    CertificateUse,
    cuboids=[Cuboid("type", UseCell, KEYS)],
    facts=[Fact("uses", "used_on", Q())],
)
DIMENSIONS = {"department": "department_id", "month": MONTH}


def figures(scope: Scope) -> dict[Any, Sums]:
    """The sums of the block for the scope; two queries."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    found: dict[Any, dict[str, int]] = {}
    for measures, names in ((CERTIFICATE_MEASURES, FIGURES), (USE_MEASURES, USE_FIGURES)):
        rows = period(measures, "type", scope.first, scope.last, by=by, filters=filters, figures=names)
        for key, row in rows.items():
            found.setdefault(key, {}).update(row)
    return found if by is None else {key: row for key, row in found.items() if any(row.values())}


CERTIFICATES = Block("certificates", order=(*FIGURES, *USE_FIGURES), sums=figures, dimensions=frozenset(DIMENSIONS))


def connect() -> None:
    """Called in `ready()`."""
    register_block(CERTIFICATES)
