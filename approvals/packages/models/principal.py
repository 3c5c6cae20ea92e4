"""The person for whom somebody else files a package with a power of attorney (授权委托书)."""

from django.db import models

from approvals.cases.models import PrincipalFields
from approvals.packages.models.filings import PackageFiling


class PackagePrincipal(PrincipalFields):
    """The applicant of a filing that another account makes: `filing.applicant` is then the agent (经办人).

    At the filing each case gets a row of its own; this one stays with the draft's answers.
    """

    filing = models.OneToOneField(PackageFiling, models.CASCADE, related_name="principal")

    def __str__(self) -> str:
        return f"principal of package {self.filing_id}"


def principal_of(filing: PackageFiling) -> PackagePrincipal | None:
    """Whom the agent files for; None when the account files for itself or for an organisation."""
    if filing.organisation_id is not None:
        return None
    found: PackagePrincipal | None = getattr(filing, "principal", None)
    return found
