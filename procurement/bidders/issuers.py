"""Which certification authorities are trusted: entering and ending them, and whose signature stands under a certificate.

An entry is the certificate that signs the firms' certificates itself. A root above it is not asked for: what is trusted
is what is listed, so an authority with several issuing certificates is entered once for each.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now
from procurement.bidders import policies, signatures
from procurement.bidders.models import Certificate, TrustedIssuer

NAMED = 20  # authorities that a refusal names
LOCK = "bidders.issuers"
REQUIRED = ("name", "source")
NOT_LISTED = _(
    "This certificate was issued by %(issuer)s, and that authority's signature is not among those that are trusted here"
    " today. Trusted are: %(names)s."
)
NONE_LISTED = _("No certification authority is trusted here yet. Please ask the trading centre.")


@dataclass(frozen=True, kw_only=True)
class IssuerDraft:
    """What an officer types; `pem` is the authority's public certificate."""

    name: str
    pem: str
    source: str
    starts_on: dt.date
    ends_on: dt.date | None = None


def issuer_of(pem: str, at: dt.datetime) -> TrustedIssuer | None:
    """The authority, trusted at this moment, whose key has signed the certificate. One query."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    rows = TrustedIssuer.objects.trusted(at).filter(subject=signatures.name_of(certificate.issuer))
    return next((one for one in rows.order_by("pk") if _has_issued(one, certificate)), None)


def check_issuer(read: signatures.Read, at: dt.datetime) -> TrustedIssuer:
    """The same for a certificate that is handed in. Raises Invalid beside `file`, with the authorities that count."""
    found = issuer_of(read.pem, at)
    if found is not None:
        return found
    names = TrustedIssuer.objects.trusted(at).order_by("name", "pk").values_list("name", flat=True)
    told = "、".join(dict.fromkeys(names[:NAMED]))
    raise Invalid(fields={"file": NOT_LISTED % {"issuer": read.issuer, "names": told} if told else NONE_LISTED})


def is_trusted(certificate: Certificate, at: dt.datetime) -> bool:
    """Whether its authority is trusted at the moment and has signed it: the signature is checked, not the row believed."""
    one = certificate.authority
    if one is None or not one.is_trusted(at):
        return False
    return _has_issued(one, x509.load_pem_x509_certificate(certificate.pem.encode()))


def _has_issued(issuer: TrustedIssuer, certificate: x509.Certificate) -> bool:
    return signatures.has_issued(x509.load_pem_x509_certificate(issuer.pem.encode()), certificate)


@action
def enter_issuer(actor: Actor, draft: IssuerDraft) -> TrustedIssuer:
    """Trust an authority from a day on. Certificates that it has signed and that rested on nobody trusted count again.

    Raises NotAllowed, Invalid with `fields`.
    """
    if actor.user is None or not policies.may_trust(actor.user):
        raise NotAllowed()
    values, wrong = _clean(draft)
    certificate = _read(draft.pem, wrong)
    if certificate is None or wrong:
        raise Invalid(fields=wrong)
    return put(actor, certificate, entered_by=actor.user, **values)


def put(actor: Actor, certificate: x509.Certificate, **values: Any) -> TrustedIssuer:
    """Write the entry in the caller's transaction. Raises Invalid where the authority is trusted already."""
    db.lock_name(LOCK)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    if TrustedIssuer.objects.filter(fingerprint=fingerprint, ended_at__isnull=True).exists():
        raise Invalid(fields={"pem": _("This authority's certificate stands in the list already.")})
    made = TrustedIssuer.objects.create(
        pem=certificate.public_bytes(Encoding.PEM).decode(), subject=signatures.name_of(certificate.subject),
        fingerprint=fingerprint, key_identifier=signatures.key_digest(certificate),
        algorithm=signatures.kind_of_key(certificate), valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc, entered_at=now(), **values,
    )  # fmt: skip
    _adopt(made)
    record(made, "issuer.entered", actor, data={"name": made.name, "sha256": made.fingerprint, "ground": made.source})
    return made


def _adopt(issuer: TrustedIssuer) -> None:
    """Certificates in use that this key has signed and that rest on no authority, or on one that ended, rest on it."""
    rows = Certificate.objects.filter(ended_at__isnull=True, issuer=issuer.subject).select_related("authority")
    for one in rows.iterator(chunk_size=500):
        is_free = one.authority is None or one.authority.ended_at is not None
        if is_free and one.pem and _has_issued(issuer, x509.load_pem_x509_certificate(one.pem.encode())):
            Certificate.objects.filter(pk=one.pk).update(authority=issuer)


def _clean(draft: IssuerDraft) -> tuple[dict[str, Any], dict[str, type_of_message]]:
    values = {"name": " ".join(draft.name.split()), "source": draft.source.strip()}
    wrong: dict[str, type_of_message] = {name: _("Please fill this in.") for name in REQUIRED if not values[name]}
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    return {**values, "starts_on": draft.starts_on, "ends_on": draft.ends_on}, wrong


def _read(pem: str, wrong: dict[str, type_of_message]) -> x509.Certificate | None:
    """The authority's certificate; what is wrong with it is added beside `pem`."""
    try:
        found = signatures.parsed(pem.strip().encode())
        signatures.kind_of_key(found)
    except Invalid as error:
        wrong["pem"] = error.fields["file"]
        return None
    if not _may_issue(found):
        wrong["pem"] = _("This is no authority's certificate: it does not say that its holder issues certificates.")
    elif not found.not_valid_before_utc <= now() <= found.not_valid_after_utc:
        wrong["pem"] = _("This certificate does not hold today. Please enter the authority's present one.")
    elif found.issuer == found.subject and not signatures.has_issued(found, found):
        wrong["pem"] = _("This certificate names itself as its issuer but is not signed with its own key.")
    return found


def _may_issue(certificate: x509.Certificate) -> bool:
    """RFC 5280, 4.2.1.3 and 4.2.1.9: an authority, whose key is for signing certificates where uses are named."""
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as missing:
        return missing.oid == x509.KeyUsage.oid
    except ValueError:
        return False


@action
def end_issuer(actor: Actor, issuer_id: int, *, reason: str) -> TrustedIssuer:
    """Trust it no longer from now on: its certificates stay readable and sign nothing more; what was signed stays signed.

    Raises NotAllowed, NotFound, WrongState, Invalid with `fields`.
    """
    if actor.user is None or not policies.may_trust(actor.user):
        raise NotAllowed()
    try:
        one = db.lock_row(TrustedIssuer.objects.listed(), issuer_id)
    except TrustedIssuer.DoesNotExist:
        raise NotFound() from None
    if one.ended_at is not None:
        raise WrongState()
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write why it is no longer trusted.")})
    one.ended_at, one.ended_why = now(), reason.strip()[:200]
    one.save(update_fields=["ended_at", "ended_why"])
    record(one, "issuer.ended", actor, data={"reason": one.ended_why})
    return one
