"""The tables of cases, one file for each aggregate."""

from approvals.cases.models.case import ApplicantType, Case, CaseContent, Channel, Kind
from approvals.cases.models.cells import ItemCell, WindowCell
from approvals.cases.models.parts import CaseMaterial, CaseOverdueSpan, CaseStop, Proposal, SupplementRequest

__all__ = [
    "ApplicantType",
    "Case",
    "CaseContent",
    "CaseMaterial",
    "CaseOverdueSpan",
    "CaseStop",
    "Channel",
    "ItemCell",
    "Kind",
    "Proposal",
    "SupplementRequest",
    "WindowCell",
]
