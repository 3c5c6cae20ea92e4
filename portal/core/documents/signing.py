"""Signing papers: a PAdES signature (profile B-B) over the finished PDF, with the key that the settings name.

One adapter for all papers. `SIGNING_KEY_FILE` is a PKCS#12 file with the key, its certificate and the chain;
`SIGNING_ROOTS` a PEM file with the roots that a reader of ours trusts. A demonstration makes an authority of its own in
the data directory. Without a key papers stay unsigned, and the health page says so; with a key that cannot be used no
paper is made, so that nobody takes an unsigned one for a signed one.

The profile is B-B: no time stamp of a third party and no embedded revocation data (B-T, B-LT), since both need a
service outside. What proves the day is the digest in the paper's chain of events, which is sealed every night.
"""

import asyncio
import contextlib
import datetime as dt
import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.documents import authority

WARN = dt.timedelta(days=30)
FIELD = "Signature1"

for noisy in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(noisy).setLevel(logging.ERROR)


class KeyUnusable(Exception):
    """A key is named and cannot sign now; the text is for whoever looks after the portal."""


@dataclass(frozen=True)
class SigningKey:
    """What is known of the key in use; `certificate` is the signer's."""

    path: Path
    passphrase: bytes
    certificate: x509.Certificate
    signer: Any

    @property
    def name(self) -> str:
        """The signer as the paper's row keeps it: common name and serial number."""
        return f"{common_name(self.certificate)} #{self.certificate.serial_number:x}"

    @property
    def valid_until(self) -> dt.datetime:
        return self.certificate.not_valid_after_utc


@dataclass(frozen=True)
class Signed:
    """A PDF with its signature, and whose it is; `by` is empty where nothing was signed."""

    content: bytes
    by: str


def wall_clock() -> dt.datetime:
    """A signature is of the real moment, whatever clock a demonstration drives."""
    return dt.datetime.now(dt.UTC)


def common_name(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()


# --- the key ----------------------------------------------------------------------------------------------------------

_loaded: dict[tuple[str, int, bytes], SigningKey] = {}


def is_configured() -> bool:
    """Whether papers are to be signed at all."""
    return bool(settings.SIGNING_KEY_FILE or settings.SIGNING_DEMO)


def current_key() -> SigningKey | None:
    """The key in use; None where none is named. Raises KeyUnusable for one that is missing, locked, or out of date."""
    if not is_configured():
        return None
    key = _load()
    now = wall_clock()
    if key.valid_until <= now:
        raise KeyUnusable(_("The signing certificate expired on %(day)s.") % {"day": key.valid_until.date()})
    if key.certificate.not_valid_before_utc > now:
        begin = key.certificate.not_valid_before_utc.date()
        raise KeyUnusable(_("The signing certificate is not valid before %(day)s.") % {"day": begin})
    return key


def _load() -> SigningKey:
    path, passphrase = _named()
    try:
        known = (str(path), path.stat().st_mtime_ns, passphrase)
        if known not in _loaded:
            _loaded.clear()
            _loaded[known] = _read(path, passphrase)
    except OSError:
        raise KeyUnusable(_("The file of the signing key cannot be read.")) from None
    return _loaded[known]


def _named() -> tuple[Path, bytes]:
    """Where the key lies and what opens it; the demonstration's authority is founded at the first call."""
    if settings.SIGNING_KEY_FILE:
        return Path(settings.SIGNING_KEY_FILE), settings.SIGNING_KEY_PASS.encode()
    found = authority.found(Path(settings.DATA_DIR) / "authority")
    return found.key_file, found.passphrase


def _read(path: Path, passphrase: bytes) -> SigningKey:
    from pyhanko.sign import signers

    content = path.read_bytes()
    try:
        _key, certificate, _chain = pkcs12.load_key_and_certificates(content, passphrase or None)
    except ValueError:
        raise KeyUnusable(_("The signing key cannot be opened: wrong password, or not a PKCS#12 file.")) from None
    signer = signers.SimpleSigner.load_pkcs12_data(content, [], passphrase or None)
    if certificate is None or _key is None or signer is None:
        raise KeyUnusable(_("The file of the signing key holds no key with its certificate."))
    return SigningKey(path, passphrase, certificate, signer)


# --- signing ----------------------------------------------------------------------------------------------------------


def sign(content: bytes, *, reason: str, place: str) -> Signed:
    """The PDF with an invisible signature at its end, or as it is where no key is named. Raises KeyUnusable."""
    key = current_key()
    if key is None:
        return Signed(content, "")
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason,
        location=place, name=common_name(key.certificate),
    )  # fmt: skip
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    out = outside_loops(lambda: signers.PdfSigner(metadata, key.signer).sign_pdf(writer))
    return Signed(out.getvalue(), key.name)


def outside_loops(call: Callable[[], Any]) -> Any:
    """The library runs a loop of its own, which it cannot inside another one: then a thread of its own does it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(call).result()


# --- whom we trust ----------------------------------------------------------------------------------------------------


def trusted_roots() -> list[x509.Certificate]:
    """The roots that stand for our authority. Empty where none are named or they cannot be read."""
    if settings.SIGNING_ROOTS:
        return _pem(Path(settings.SIGNING_ROOTS))
    if settings.SIGNING_DEMO and not settings.SIGNING_KEY_FILE:
        return _pem(authority.found(Path(settings.DATA_DIR) / "authority").root_file)
    return []


def _pem(path: Path) -> list[x509.Certificate]:
    with contextlib.suppress(OSError, ValueError):
        return x509.load_pem_x509_certificates(path.read_bytes())
    return []


# --- health -----------------------------------------------------------------------------------------------------------


def reading() -> tuple[bool, str]:
    """Whether papers can be signed, in a few words without a secret."""
    if not is_configured():
        return True, "papers are unsigned: no signing key is named"
    try:
        key = current_key()
    except KeyUnusable as error:
        return False, f"no paper can be made: {error}"
    if key is None:
        return True, "papers are unsigned"
    left = key.valid_until - wall_clock()
    if left < WARN:
        return False, f"the signing certificate expires in {left.days} days"
    return True, f"signed by {common_name(key.certificate)} until {key.valid_until.date()}"
