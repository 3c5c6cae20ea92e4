"""The signature adapter: reading public certificates, and checking what was signed with their keys.

Algorithms are entries of a table, so that an authority's own module (SM2 on a token, a signature server) joins by
`register`. What ships here checks RSA, ECDSA and Ed25519; a certificate of any other kind is refused with a sentence
instead of being taken without a check.
"""

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid
from portal.core.time import now

LARGEST_BYTES = 20_000
# With what an authority may have signed; Ed25519 names no hash of its own.
STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512, type(None))
SHORT = {x509.oid.NameOID.SERIAL_NUMBER: "SN"}  # where the credit code stands; else it would be written as numbers
NO_CERTIFICATE = _(
    "This is no certificate that we can read. Please upload the public certificate as a .pem or .cer file."
)
OTHER_KEY = _(
    "Keys of this kind cannot be checked here yet. Please ask your certification authority for an RSA or ECDSA one."
)

Check = Callable[[Any, bytes, bytes], None]


@dataclass(frozen=True)
class Algorithm:
    """One kind of key. `check(public key, message, signature)` raises InvalidSignature."""

    name: str
    key: type
    check: Check


def _rsa(key: Any, message: bytes, signature: bytes) -> None:
    key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


def _ecdsa(key: Any, message: bytes, signature: bytes) -> None:
    key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def _ed25519(key: Any, message: bytes, signature: bytes) -> None:
    key.verify(signature, message)


_algorithms: list[Algorithm] = [
    Algorithm("RSA", rsa.RSAPublicKey, _rsa),
    Algorithm("ECDSA", ec.EllipticCurvePublicKey, _ecdsa),
    Algorithm("Ed25519", ed25519.Ed25519PublicKey, _ed25519),
]


def register(algorithm: Algorithm) -> None:
    """Let another kind of key be checked, before the ones known so far."""
    _algorithms.insert(0, algorithm)


@dataclass(frozen=True)
class Read:
    """What a certificate says."""

    pem: str
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    algorithm: str
    valid_from: dt.datetime
    valid_until: dt.datetime


def read(content: bytes) -> Read:
    """A public certificate (PEM or DER). Raises Invalid for what is none, has no known key, or does not hold now."""
    certificate = parsed(content)
    found = Read(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        subject=name_of(certificate.subject),
        issuer=name_of(certificate.issuer),
        serial=f"{certificate.serial_number:x}"[:64],
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        algorithm=kind_of_key(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )
    if not found.valid_from <= now() <= found.valid_until:
        raise Invalid(fields={"file": _("This certificate does not hold today. Please upload the present one.")})
    return found


def is_signed(pem: str, message: bytes, signature_base64: str) -> bool:
    """Whether the message was signed with the certificate's key; False also for what is no signature at all."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    try:
        signature = base64.b64decode("".join(signature_base64.split()), validate=True)
        _algorithm_of(certificate).check(certificate.public_key(), message, signature)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def public_of(pem: str) -> str:
    """The public key as the page compares it with a key file: raw for Ed25519, else the SHA-256 of its usual form."""
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw().hex()
    told = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(told).hexdigest()


def name_of(name: x509.Name) -> str:
    """A subject or issuer as it is written in the tables."""
    return name.rfc4514_string(SHORT)[:300]


def key_digest(certificate: x509.Certificate) -> str:
    """SHA-256 of the public key in its usual form (DER, SubjectPublicKeyInfo): what names a key whoever certified it."""
    told = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(told).hexdigest()


def has_issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the authority's key has signed the certificate; False also for an algorithm that is weak or unknown."""
    try:
        if not isinstance(certificate.signature_hash_algorithm, STRONG):
            return False
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def kind_of_key(certificate: x509.Certificate) -> str:
    """The name of the key's algorithm. Raises Invalid for one that cannot be checked."""
    return _algorithm_of(certificate).name


def parsed(content: bytes) -> x509.Certificate:
    """A certificate in PEM or DER. Raises Invalid beside `file` for anything else, and for a private key."""
    if len(content) > LARGEST_BYTES or b"PRIVATE KEY" in content:
        raise Invalid(fields={"file": NO_CERTIFICATE})
    try:
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificate(content)
        return x509.load_der_x509_certificate(content)
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid(fields={"file": NO_CERTIFICATE}) from None


def _algorithm_of(certificate: x509.Certificate) -> Algorithm:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid(fields={"file": OTHER_KEY}) from None
    found = next((one for one in _algorithms if isinstance(key, one.key)), None)
    if found is None:
        raise Invalid(fields={"file": OTHER_KEY})
    return found
