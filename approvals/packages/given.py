"""Certificates in place of materials of a package (免证办): which ones fit, and what is on record of each use.

A certificate stands in for a merged material when its type stands in for it in every item that asks for it. The consent
is given once for the filing; at the filing each case gets its own copy and its own use on the holder's record.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case, CaseMaterial
from approvals.certificates.models import Certificate, CertificateUse, MaterialSource
from approvals.certificates.standing import objection
from approvals.packages.draft import Draft
from approvals.packages.merging import MergedMaterial
from approvals.packages.models import PackageFiling, PackagePaper, principal_of
from portal.core.errors import WrongState


@dataclass(frozen=True)
class Offer:
    """A held certificate beside a material: given already, can be given, or not, with the reason."""

    certificate: Certificate
    reason: str
    attached: bool


def types_for(draft: Draft) -> dict[str, frozenset[int]]:
    """Key of a merged material → the types that stand in for it with every item that asks for it. One query."""
    codes = [part.item.code for part in draft.parts]
    known: dict[tuple[str, str], set[int]] = {}
    for item, material, kind in MaterialSource.objects.filter(item_code__in=codes).values_list(
        "item_code", "material_code", "type_id"
    ):
        known.setdefault((item, material), set()).add(kind)
    found = {one.key: _common(one, known) for one in draft.materials}
    return {key: types for key, types in found.items() if types}


def _common(merged: MergedMaterial, known: dict[tuple[str, str], set[int]]) -> frozenset[int]:
    sets = [known.get((code, material.code), set()) for code, material in merged.asked]
    return frozenset(set.intersection(*sets)) if sets else frozenset()


def held_by_applicant(filing: PackageFiling) -> "QuerySet[Certificate]":
    """Those of the applicant of this filing: the firm's for the firm, the person's for the person; none of an agent's
    for somebody else."""
    rows = Certificate.objects.exclude(state="withdrawn").select_related("type", "document__file")
    if filing.organisation_id is not None:
        return rows.filter(organisation=filing.organisation_id)
    if principal_of(filing) is not None:
        return rows.none()
    return rows.filter(holder=filing.applicant_id, organisation__isnull=True, holder__isnull=False)


def offers(draft: Draft) -> dict[str, list[Offer]]:
    """The applicant's certificates beside each material, by its key. Two queries, one where nothing stands in."""
    types = types_for(draft)
    if not types:
        return {}
    wanted = frozenset().union(*types.values())
    held = list(held_by_applicant(draft.filing).filter(type__in=wanted).order_by("-issued_on", "-pk")[:100])
    given = {(paper.key, paper.certificate_id) for paper in draft.papers}
    found = {
        key: [Offer(one, objection(one), (key, one.pk) in given) for one in held if one.type_id in kinds]
        for key, kinds in types.items()
    }
    return {key: rows for key, rows in found.items() if rows}


def title_of(certificate: Certificate) -> str:
    return f"{certificate.type.name} {certificate.number}"[:200]


def refuse_ended(draft: Draft) -> None:
    """Raises WrongState for a certificate that has ended since it was given. Reads nothing."""
    for paper in draft.papers:
        if paper.certificate is not None and (reason := objection(paper.certificate)):
            words = _("A certificate among your materials can no longer be used: %(reason)s Please remove it there.")
            raise WrongState(words, code="certificate_ended", reason=reason)


def note_uses(draft: Draft, cases: Sequence[Case]) -> None:
    """A use for each case that got a copy; two statements, none where nothing was given. The day is written by the job
    that follows each filing, as for a single case."""
    papers = {(paper.key, paper.file.name): paper for paper in draft.papers if paper.certificate_id and paper.file}
    if not papers:
        return
    keys = {(code, m.code): one.key for one in draft.materials for code, m in one.asked}
    by_pk = {case.pk: case for case in cases}
    rows = CaseMaterial.objects.filter(case__in=list(by_pk), file__isnull=False).select_related("material")
    CertificateUse.objects.bulk_create(
        _use(paper, by_pk[row.case_id], row)
        for row in rows
        if row.material is not None
        and (paper := papers.get((keys.get((by_pk[row.case_id].item.code, row.material.code), ""), row.title)))
    )


def _use(paper: PackagePaper, case: Case, row: CaseMaterial) -> CertificateUse:
    certificate, by, at = paper.certificate, paper.authorised_by_id, paper.authorised_at
    assert certificate is not None and by is not None and at is not None  # noqa: S101 - a constraint holds it
    return CertificateUse(
        certificate=certificate, type_id=certificate.type_id, case=case, case_material=row,
        department_id=case.department_id, item_code=case.item.code, item_name=case.item.name,
        material_code=row.material.code if row.material else "", authorised_by_id=by, authorised_at=at,
    )  # fmt: skip
