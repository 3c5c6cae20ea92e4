"""The tables of pledges, one file for each aggregate."""

from approvals.pledges.models.cells import CommitmentCell, PromisedCell
from approvals.pledges.models.commitments import SCAN, Commitment, CommitmentText
from approvals.pledges.models.credit import CreditRecord, CreditRequest
from approvals.pledges.models.materials import PromisedMaterial, ToleranceTerms

__all__ = [
    "SCAN",
    "Commitment",
    "CommitmentCell",
    "CommitmentText",
    "CreditRecord",
    "CreditRequest",
    "PromisedCell",
    "PromisedMaterial",
    "ToleranceTerms",
]
