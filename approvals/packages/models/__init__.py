"""The tables of packages: what they consist of, what was filed, and their cells."""

from approvals.packages.models.cells import PackageCell
from approvals.packages.models.filings import PackageFiling, PackagePaper, PackagePart
from approvals.packages.models.packages import Package, PackageItem, PackageVersion
from approvals.packages.models.principal import PackagePrincipal, principal_of
from approvals.packages.models.signature import PackageSignature

__all__ = [
    "Package",
    "PackageCell",
    "PackageFiling",
    "PackageItem",
    "PackagePaper",
    "PackagePart",
    "PackagePrincipal",
    "PackageSignature",
    "PackageVersion",
    "principal_of",
]
