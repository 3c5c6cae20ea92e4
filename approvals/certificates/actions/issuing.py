"""The certificate follows its case: made when the case issues it, withdrawn when that step is undone."""

import datetime as dt

from approvals.cases.models import Case
from approvals.certificates import notices, writing
from approvals.certificates.actions.steps import PORTAL, counted, take
from approvals.certificates.models import HELD, Certificate, CertificateRenewal, IssuingItem, TypeVersion
from approvals.delivery.actions import wish_or_answer
from approvals.delivery.models import Way
from portal.core import db, documents
from portal.core.documents.numbering import next_document_number
from portal.core.events import record
from portal.core.jobs import GiveUp
from portal.core.numbers import query_code
from portal.core.time import local_date, now

ISSUED = frozenset({"issued", "delivered", "closed"})


def follow(case_id: int) -> Certificate | None:
    """Called by the job after a step of the case. Safe to repeat: it compares the case with what stands.

    The case is locked first, so two clerks or two workers make one certificate. Raises GiveUp where the application
    lacks what the type asks for.
    """
    rows = Case.objects.select_related("item", "department", "version__form", "applicant", "organisation", "principal")
    case = db.lock_row(rows, case_id)
    standing = Certificate.objects.filter(case=case).exclude(state="withdrawn").values_list("pk", flat=True).first()
    if case.state in ISSUED and case.outcome == "approved":
        return _issue(case) if standing is None and not case.imported else None
    if standing is None:
        return None
    return _revoke(case, standing) if case.state == "revoked" else _withdraw(standing)


def _issue(case: Case) -> Certificate | None:
    day = local_date(now())
    link = IssuingItem.objects.filter(item_code=case.item.code).select_related("type").first()
    if link is None or (link.type.closed_on is not None and link.type.closed_on <= day):
        return None
    version = version_on(link.type_id, day)
    if version is None:
        return None
    old = _renewed(case)
    certificate = _row(case, version, old, day)
    with counted(certificate):
        certificate.save(force_insert=True)
    certificate.document = documents.issue(certificate, writing.paper_of(certificate))
    certificate.save(update_fields=["document"])
    told = {"number": certificate.number, "case": case.number, "valid_until": certificate.valid_until}
    record(certificate, "certificate.issued", PORTAL, to_state="issued", data=told)
    if old is not None:
        take(old, "replace", PORTAL, changes={"replaced_by": certificate})
    notices.tell_issued(certificate)
    return certificate


def version_on(type_id: int, day: dt.date) -> TypeVersion | None:
    """The version that holds on the day; None before the first."""
    rows = TypeVersion.objects.select_related("type").filter(type=type_id, valid_from__lte=day)
    return rows.order_by("-valid_from").first()


def _renewed(case: Case) -> Certificate | None:
    """The certificate that this case renews, locked, as long as it can be replaced."""
    found = CertificateRenewal.objects.filter(case=case).values_list("certificate_id", flat=True).first()
    if found is None:
        return None
    old = db.lock_row(Certificate.objects.select_related("document", "organisation", "holder", "type"), found)
    return old if old.state in (*HELD, "expired") else None


def _row(case: Case, version: TypeVersion, old: Certificate | None, day: dt.date) -> Certificate:
    """The new row; the number, which has no gaps, is taken last."""
    holder = writing.holder_of(case)
    begins = day
    if old is not None and old.valid_until is not None and old.valid_until >= day:
        begins = old.valid_until + dt.timedelta(days=1)
    try:
        ends = writing.last_day(case, version, begins)
    except writing.NoEnd as error:
        raise GiveUp(str(error)) from None
    certificate = Certificate(
        type=version.type,
        version=version,
        department=case.department,
        case=case,
        check_code=query_code(),
        holder=holder.user,
        organisation=case.organisation,
        holder_name=holder.name,
        holder_number=holder.number,
        data=writing.lines_of(case, version),
        issued_at=now(),
        issued_on=day,
        valid_from=begins,
        valid_until=ends,
        renewed_on=day if old is not None else None,
        wants_paper=version.on_paper and wish_or_answer(case).way != Way.ELECTRONIC,
    )
    certificate.number = next_document_number(writing.series_of(certificate), day)
    return certificate


def _revoke(case: Case, certificate_id: int) -> Certificate:
    """The decision was revoked, and with it what it had issued; one that has expired or was replaced stays as it is."""
    rows = Certificate.objects.select_related("document", "organisation", "holder", "type")
    certificate = db.lock_row(rows, certificate_id)
    if certificate.state in HELD:
        take(certificate, "revoke", PORTAL, {"reason": f"办件{case.number}的决定已被撤销"})
    return certificate


def _withdraw(certificate_id: int) -> Certificate:
    """The issuing was undone under supervision: the certificate is withdrawn, and what it replaced holds again."""
    ids = [certificate_id, *Certificate.objects.filter(replaced_by=certificate_id).values_list("pk", flat=True)]
    rows = Certificate.objects.select_related("document", "organisation", "holder", "type")
    for certificate in db.lock_rows(rows, ids):
        if certificate.pk == certificate_id:
            withdrawn = certificate
        elif certificate.state == "replaced":
            take(certificate, "reinstate", PORTAL, changes={"replaced_by": None})
    if withdrawn.state in (*HELD, "expired"):
        take(withdrawn, "withdraw", PORTAL, changes={"renewed_on": None})
    return withdrawn
