"""The tables of tenders, one file for each aggregate."""

from procurement.tenders.models.bond import Bond
from procurement.tenders.models.cells import TenderCell
from procurement.tenders.models.failed import FailedLot
from procurement.tenders.models.invitation import Invitation
from procurement.tenders.models.papers import Document, Download, Notice, Opinion, Question, Subscription
from procurement.tenders.models.project import Lot, Project

__all__ = [
    "Bond",
    "Document",
    "Download",
    "FailedLot",
    "Invitation",
    "Lot",
    "Notice",
    "Opinion",
    "Project",
    "Question",
    "Subscription",
    "TenderCell",
]
