"""A demonstration's own authority: a root and a signing certificate, made once and kept in the data directory.

It stands for the electronic authentication service that a centre in production gets its key from. What it signs is
trusted by nobody else, and its names say that it is a demonstration.
"""

import datetime as dt
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

ROOT_NAME = "海州市政务服务演示根证书（不具有法律效力）"
SIGNER_NAME = "海州市政务服务中心电子签章（演示）"
ROOT_YEARS, SIGNER_YEARS = 20, 5
BITS = 2048


@dataclass(frozen=True)
class Founded:
    """Where the authority's files lie."""

    key_file: Path
    root_file: Path
    passphrase: bytes


def found(folder: Path) -> Founded:
    """The authority in this folder, founded now where there is none. Two processes at once get the same one."""
    if not (folder / "signer.p12").exists():
        _make(folder)
    return Founded(folder / "signer.p12", folder / "root.pem", (folder / "passphrase").read_bytes())


def _make(folder: Path) -> None:
    """Everything is written beside, then moved into its place as a whole; whoever comes second keeps the first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix="authority-"))
    write(draft)
    try:
        os.rename(draft, folder)
    except OSError:
        for path in draft.iterdir():
            path.unlink()
        draft.rmdir()


def write(
    folder: Path, *, begin: dt.datetime | None = None, end: dt.datetime | None = None, signer: str = SIGNER_NAME
) -> None:
    """Root, key and password of a new authority; `begin` and `end` bound the signing certificate."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    root_key, signer_key = (rsa.generate_private_key(public_exponent=65537, key_size=BITS) for _n in range(2))
    root_name, signer_name = _name(ROOT_NAME), _name(signer)
    early = now - dt.timedelta(days=3650)
    root = (
        _begun(root_name, root_name, root_key.public_key(), early, now + dt.timedelta(days=365 * ROOT_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    until = end or now + dt.timedelta(days=365 * SIGNER_YEARS)
    certificate = (
        _begun(signer_name, root_name, signer_key.public_key(), begin or now - dt.timedelta(days=1), until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    passphrase = secrets.token_urlsafe(24).encode()
    packed = pkcs12.serialize_key_and_certificates(
        signer.encode()[:60], signer_key, certificate, [root], BestAvailableEncryption(passphrase)
    )
    _keep(folder / "root.pem", root.public_bytes(Encoding.PEM))
    _keep(folder / "passphrase", passphrase)
    _keep(folder / "signer.p12", packed)


def _begun(subject: x509.Name, issuer: x509.Name, key: Any, begin: dt.datetime, end: dt.datetime) -> Any:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "海州市政务服务中心（演示）"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=not signs_certificates, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _keep(path: Path, content: bytes) -> None:
    """Readable by the portal's own account only."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
