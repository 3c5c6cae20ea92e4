"""The tables of awards, one file for each aggregate."""

from procurement.awards.models.award import Award, Choice, Procedure, ResultNotice, SaleResult, Vote, WithdrawnAward
from procurement.awards.models.contract import Change, Contract, Milestone, Payment, Subcontract
from procurement.awards.models.penalty import Penalty
from procurement.awards.models.remedy import Remedy, RemedyFile

__all__ = [
    "Award",
    "Change",
    "Choice",
    "Contract",
    "Milestone",
    "Payment",
    "Penalty",
    "Procedure",
    "Remedy",
    "RemedyFile",
    "ResultNotice",
    "SaleResult",
    "Subcontract",
    "Vote",
    "WithdrawnAward",
]
