"""What the signature of a PDF is worth: intact or altered, ours or somebody else's. Reads the file only, never the net."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from portal.core.documents.signing import outside_loops, trusted_roots

VALID, ALTERED, FOREIGN, UNSIGNED, UNREADABLE = "valid", "altered", "foreign", "unsigned", "unreadable"


@dataclass(frozen=True)
class Finding:
    """What one file's signature says. `signed_digests`: SHA-256 of each signed revision, as it was when it was signed."""

    verdict: str
    signer: str = ""
    signed_digests: tuple[str, ...] = ()
    appended: bool = False  # something was written behind the signed part


def examine(content: bytes) -> Finding:
    """Check the signatures of a PDF against our authority; never raises for a broken file."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator.errors import PathError, ValidationError

    if not content.startswith(b"%PDF-"):
        return Finding(UNREADABLE)
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        signatures = list(reader.embedded_signatures)
        return outside_loops(lambda: _judge(content, signatures)) if signatures else Finding(UNSIGNED)
    except (PdfError, PathError, ValidationError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError):
        return _broken(content)
    except RecursionError:
        return Finding(UNREADABLE)


def _judge(content: bytes, signatures: Sequence[Any]) -> Finding:
    from pyhanko.sign.diff_analysis import NO_CHANGES_DIFF_POLICY
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature

    digests, signer, verdict, appended = [], "", VALID, False
    for one in signatures:
        start, length, second, rest = (int(value) for value in one.byte_range)
        digests.append(sha256(content[: second + rest]).hexdigest())
        status = validate_pdf_signature(one, _context(), diff_policy=NO_CHANGES_DIFF_POLICY)
        signer = str(status.signing_cert.subject.native.get("common_name", ""))
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        appended = appended or second + rest < len(content)
        if not status.intact or not status.valid:
            verdict = ALTERED
        elif not status.trusted:
            verdict = FOREIGN if verdict == VALID else verdict
        elif not whole or start != 0 or length <= 0:
            verdict = ALTERED
    return Finding(verdict, signer, tuple(digests), appended)


def _context() -> Any:
    from asn1crypto import x509 as asn1
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko_certvalidator import ValidationContext

    roots = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in trusted_roots()]
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")


def _broken(content: bytes) -> Finding:
    """A PDF that cannot be read any more: one with a signature in it was altered, the other is just no PDF."""
    return Finding(ALTERED if b"/ByteRange" in content else UNREADABLE)
