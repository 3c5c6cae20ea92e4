"""The tables of cases, one file for each aggregate."""

from approvals.cases.models.case import ApplicantType, Case, CaseContent, Channel, Kind
from approvals.cases.models.cells import ItemCell, WindowCell
from approvals.cases.models.parts import (
    CaseMaterial,
    CaseOverdueSpan,
    CaseStop,
    Consultation,
    Proposal,
    SupplementRequest,
)
from approvals.cases.models.principal import CasePrincipal, PrincipalFields, lacks_power_of_attorney, principal_of

__all__ = [
    "ApplicantType",
    "Case",
    "CaseContent",
    "CaseMaterial",
    "CaseOverdueSpan",
    "CasePrincipal",
    "CaseStop",
    "Channel",
    "Consultation",
    "ItemCell",
    "Kind",
    "PrincipalFields",
    "Proposal",
    "SupplementRequest",
    "WindowCell",
    "lacks_power_of_attorney",
    "principal_of",
]
