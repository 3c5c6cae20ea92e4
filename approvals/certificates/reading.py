"""What the pages read of certificates: cards, lines, uses, viewings, offers beside a material."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from approvals.cases.models import Case
from approvals.certificates.actions.using import fits
from approvals.certificates.lifecycle import TONES
from approvals.certificates.models import Certificate, CertificateUse, MaterialSource
from approvals.certificates.standing import label_today, objection, state_today
from approvals.certificates.writing import read_lines
from portal.core.documents.typesetting import qr_code
from portal.core.models import AccessLog
from portal.core.time import today

STREAM = "certificates.certificate"
SOON = 90  # days in which a card says that it expires soon
OFFERED = 20


@dataclass(frozen=True)
class Card:
    """A certificate in a list: the row with its state in words and colour; `days_left` only when it ends soon."""

    row: Certificate
    label: Any
    tone: str
    days_left: int | None
    holds: bool


def card(certificate: Certificate) -> Card:
    state = state_today(certificate)
    left = (certificate.valid_until - today()).days if certificate.valid_until else None
    soon = left if state == "issued" and left is not None and left <= SOON else None
    tone = "amber" if soon is not None else TONES.get(state, "grey")
    return Card(certificate, label_today(certificate), tone, soon, state == "issued")


def lines(certificate: Certificate) -> list[tuple[str, str]]:
    """The lines of its type, in the reader's language where there is a label."""
    english = (get_language() or "").startswith("en")
    return [(other if english and other else label, value) for label, other, value in read_lines(certificate)]


def code_to_show(certificate: Certificate) -> SafeString:
    """The QR code that leads a stranger to the public check."""
    address = f"{settings.SITE_URL.rstrip('/')}/check/{certificate.document_id}/{certificate.check_code}/"
    return mark_safe(qr_code(address))  # noqa: S308 - drawn by our own library from our own address


def uses_of(certificate: Certificate) -> list[CertificateUse]:
    """To whom it was given, newest first; one query."""
    rows = certificate.uses.select_related("department", "case", "authorised_by").order_by("-pk")
    return list(rows[:50])


def viewings_of(certificate: Certificate) -> list[AccessLog]:
    """Who looked at it besides those who hold it, newest first; one query."""
    rows = AccessLog.objects.filter(stream=STREAM, stream_id=certificate.pk)
    return list(rows.exclude(role__in=("citizen", "agent")).order_by("-at")[:20])


# --- beside a material ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A held certificate beside a material: can be given, or not, with the reason."""

    certificate: Certificate
    reason: str


def offers(request: HttpRequest, case: Case, material_code: str) -> list[Offer]:
    """The applicant's certificates that could stand in for this material; two queries for a whole page."""
    types = _types_of(request, case)
    wanted = types.get(material_code)
    if wanted is None:
        return []
    found = [one for one in _held(request, case, set(types.values())) if one.type_id == wanted and fits(one, case)]
    return [Offer(one, objection(one)) for one in found][:OFFERED]


def _types_of(request: HttpRequest, case: Case) -> dict[str, int]:
    """The types by material code, read once for each request."""
    key = "_certificate_types"
    if key not in request.__dict__:
        rows = MaterialSource.objects.filter(item_code=case.item.code).values_list("material_code", "type_id")
        request.__dict__[key] = dict(rows)
    found: dict[str, int] = request.__dict__[key]
    return found


def _held(request: HttpRequest, case: Case, types: set[int]) -> Sequence[Certificate]:
    key = "_certificates_held"
    if key not in request.__dict__:
        rows: QuerySet[Certificate] = Certificate.objects.exclude(state="withdrawn").filter(type__in=types)
        if case.organisation_id is not None:
            rows = rows.filter(organisation=case.organisation_id)
        else:
            rows = rows.filter(holder=case.applicant_id, organisation__isnull=True)
        request.__dict__[key] = list(rows.select_related("type").order_by("-issued_on", "-pk")[:100])
    found: Sequence[Certificate] = request.__dict__[key]
    return found
