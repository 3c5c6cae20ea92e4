"""Types of certificates, the certificates themselves, their uses as material, and what is printed of them."""

from approvals.certificates.models.cells import CertificateCell, UseCell
from approvals.certificates.models.certificate import (
    HELD,
    Certificate,
    CertificateProposal,
    CertificateRenewal,
)
from approvals.certificates.models.printing import Print
from approvals.certificates.models.types import CertificateType, IssuingItem, MaterialSource, TypeVersion
from approvals.certificates.models.uses import CertificateUse

__all__ = [
    "HELD",
    "Certificate",
    "CertificateCell",
    "CertificateProposal",
    "CertificateRenewal",
    "CertificateType",
    "CertificateUse",
    "IssuingItem",
    "MaterialSource",
    "Print",
    "TypeVersion",
    "UseCell",
]
