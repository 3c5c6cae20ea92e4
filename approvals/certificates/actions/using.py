"""Certificates as material (免证办): the holder consents once, the paper's own file is attached, the use is on record."""

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.filing import editable, hang
from approvals.cases.models import Case, principal_of
from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.models import Material
from approvals.certificates import policies
from approvals.certificates.actions.steps import PORTAL, locked
from approvals.certificates.measures import USE_MEASURES
from approvals.certificates.models import Certificate, CertificateUse, MaterialSource
from approvals.certificates.standing import objection
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.time import now, today


def fits(certificate: Certificate, case: Case) -> bool:
    """The certificate is the applicant's own in this case: the firm's for the firm, the person's for the person."""
    if case.organisation_id is not None:
        return certificate.organisation_id == case.organisation_id
    if principal_of(case) is not None or certificate.organisation_id is not None:
        return False
    return certificate.holder_id is not None and certificate.holder_id == case.applicant_id


@action
def use(actor: Actor, certificate_id: int, case_id: int, material_id: int, *, consent: bool) -> CertificateUse:
    """Give the certificate to this case in place of the material. A second call finds the first one's use.

    Raises NotFound (also for a certificate or a material that do not go together), Invalid without consent,
    WrongState for a certificate that does not hold today and for one whose file is being made.
    """
    case = editable(actor, case_id)
    certificate = locked(certificate_id, actor)
    material = Material.objects.filter(pk=material_id, version=case.version_id).first()
    if actor.user is None or not policies.may_use(actor.user, certificate) or not fits(certificate, case):
        raise NotFound()
    if material is None or not _stands_in(certificate, case, material):
        raise NotFound()
    if not consent:
        raise Invalid(fields={"consent": _("Without your consent the certificate is not given away.")})
    if reason := objection(certificate):
        raise WrongState(_("This certificate cannot be used: %(reason)s"), reason=reason)
    found = CertificateUse.objects.filter(
        certificate=certificate, case=case, case_material__material=material, case_material__replaced_at__isnull=True
    )
    if (before := found.first()) is not None:
        return before
    row = hang(actor, case, _copy(certificate, actor), material=material, title=_title(certificate))
    made = CertificateUse(
        certificate=certificate, type=certificate.type, case=case, case_material=row, department_id=case.department_id,
        item_code=case.item.code, item_name=case.item.name, material_code=material.code,
        authorised_by=actor.user, authorised_at=now(),
    )  # fmt: skip
    made.save(force_insert=True)
    told = {"item": case.item.code, "material": material.code, "department": case.department.code}
    record(certificate, "certificate.given", actor, from_state=certificate.state, to_state=certificate.state, data=told)
    return made


def _stands_in(certificate: Certificate, case: Case, material: Material) -> bool:
    rows = MaterialSource.objects.filter(item_code=case.item.code, material_code=material.code)
    return rows.filter(type=certificate.type_id).exists()


def _title(certificate: Certificate) -> str:
    return f"{certificate.type.name} {certificate.number}"[:200]


def _copy(certificate: Certificate, actor: Actor) -> StoredFile:
    """A snapshot: the same content under a row of the case's own, whatever becomes of the certificate later."""
    document = certificate.document
    if document is None or document.file is None:
        raise WrongState(_("The file of this certificate is still being made. Please try again in a minute."))
    source = document.file
    return StoredFile.objects.create(
        sha256=source.sha256, size=source.size, name=f"{_title(certificate)}.pdf", mime=source.mime, kind=FILE_KIND,
        created_at=now(), owner_user_id=actor.user_id, owner_name=actor.name[:100], scan=source.scan,
    )  # fmt: skip


# --- what follows from filing -------------------------------------------------------------------------------------------


def given_to(case: Case) -> list[CertificateUse]:
    """The uses that stand in the case now."""
    rows = CertificateUse.objects.filter(case=case, case_material__replaced_at__isnull=True)
    return list(rows.exclude(case_material=None).select_related("certificate").order_by("pk"))


def refusal(case: Case, _step: str) -> DomainError | None:
    """The guard of filing: a certificate that has ended since it was attached is not filed with."""
    for one in given_to(case):
        if reason := objection(one.certificate):
            words = _("A certificate among your materials can no longer be used: %(reason)s Please remove it there.")
            return WrongState(words, code="certificate_ended", reason=reason)
    return None


def note_uses(case_id: int) -> int:
    """Called by the job after a filing: from that day on the department sees what it was given. Safe to repeat."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None or case.is_draft:
        return 0
    noted = 0
    for pk in [one.pk for one in given_to(case) if one.used_on is None]:
        row = db.lock_row(CertificateUse.objects.select_related("certificate"), pk)
        if row.used_on is not None:
            continue
        with statistics.watch(USE_MEASURES, row):
            row.used_on = case.submitted_on or today()
            row.save(update_fields=["used_on"])
        told = {"case": case.number, "item": row.item_code}
        record(row.certificate, "certificate.used", PORTAL, data=told)
        noted += 1
    return noted
