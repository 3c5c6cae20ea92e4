"""A demonstration's certification authority: real X.509 certificates that prove nothing outside of the demonstration.

Its own key follows from the installation's secret, so nothing of it is stored. The firm's key is made in the browser; here
comes its public half with a signature that shows possession, as in a certificate request.
"""

import datetime as dt
import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.time import local_date, now
from portal.people.models import Organisation
from procurement.bidders import signers
from procurement.bidders.issuers import LOCK, put
from procurement.bidders.models import Certificate, TrustedIssuer

NAME = "演示电子认证中心（不具法律效力）"
GROUND = "仅供演示，系统自动登记"
FOUNDED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
DOMAIN = "haizhou.demo-authority.v1"
KEY_BYTES = 32
BEFORE = dt.timedelta(minutes=1)  # clocks of two machines are never the same
# What a visitor may ask for; the short one shows what becomes of a certificate that has run out.
TERMS = {"year": dt.timedelta(days=365), "minutes": dt.timedelta(minutes=10)}
NOT_SHOWN = _("The request is not signed with the key that it names. Please make the key once more.")


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{DOMAIN}:{settings.SECRET_KEY}".encode()).digest())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def request_text(organisation: Organisation, public: str) -> str:
    """What the browser signs to show that it has the private half: one text for each firm and key."""
    return f"{DOMAIN}\n{organisation.uscc}\n{public}"


def issue(organisation: Organisation, public: str, signature: str, term: str) -> bytes:
    """A certificate for the firm, in PEM. Raises Invalid for a key whose possession is not shown."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), request_text(organisation, public).encode())
        length = TERMS[term]
    except (ValueError, KeyError, InvalidSignature):
        raise Invalid(NOT_SHOWN) from None
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, organisation.name[:64]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, organisation.uscc),
        ]
    )
    stand()
    at = now()
    made = x509.CertificateBuilder(
        issuer_name=_named(NAME), subject_name=subject, public_key=key, serial_number=x509.random_serial_number(),
        not_valid_before=at - BEFORE, not_valid_after=at + length,
    )  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return made.add_extension(usage, critical=True).sign(_key(), None).public_bytes(Encoding.PEM)


def own_certificate() -> x509.Certificate:
    """The authority's own certificate, signed with its own key: the same one whenever it is asked for."""
    key = _key()
    made = x509.CertificateBuilder(
        issuer_name=_named(NAME), subject_name=_named(NAME), public_key=key.public_key(), serial_number=1,
        not_valid_before=FOUNDED, not_valid_after=FOUNDED.replace(year=FOUNDED.year + 100),
    )  # fmt: skip
    return made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, None)


def stand() -> TrustedIssuer:
    """The authority's entry in the list of trusted ones, written at its first use; it counts in demo mode only.

    Once it was ended there it stays ended.
    """
    own = own_certificate()
    with transaction.atomic():
        db.lock_name(LOCK)
        found = TrustedIssuer.objects.filter(fingerprint=own.fingerprint(SHA256()).hex(), demo_only=True)
        one = found.order_by("-pk").first()
        values = {"name": NAME, "source": GROUND, "starts_on": local_date(FOUNDED), "demo_only": True}
        return one or put(Actor.system("demo_authority"), own, **values)


def issued(certificate: Certificate) -> bool:
    """Whether this certificate is one of ours: by the issuer's signature, not by its name."""
    try:
        found = x509.load_pem_x509_certificate(certificate.pem.encode())
        _key().public_key().verify(found.signature, found.tbs_certificate_bytes)
    except (ValueError, InvalidSignature):
        return False
    return True


signers.register(
    signers.Signer(
        code="demo",
        name=_("Key file of the demonstration's authority"),
        script="js/signing-demo.js",
        template="bidders/_signer_demo.html",
        owns=issued,
        demo_only=True,
    )
)
