"""The tables of sealed bids, one file for each aggregate."""

from procurement.bids.models.again import PastRoot, TakingAgain
from procurement.bids.models.book import Book, Submission
from procurement.bids.models.decryption import OwnLayer, WindowDecision
from procurement.bids.models.joint import Consortium, ConsortiumMember
from procurement.bids.models.keys import CentreKey, OfficerKey
from procurement.bids.models.opening import (
    OpenedBid,
    OpenedFile,
    Opener,
    Opening,
    OpeningObjection,
    OpeningPart,
)
from procurement.bids.models.outage import Outage, PortalWatch

__all__ = [
    "Book",
    "CentreKey",
    "Consortium",
    "ConsortiumMember",
    "OfficerKey",
    "OpenedBid",
    "OpenedFile",
    "Opener",
    "Opening",
    "OpeningObjection",
    "OpeningPart",
    "Outage",
    "OwnLayer",
    "PastRoot",
    "PortalWatch",
    "Submission",
    "TakingAgain",
    "WindowDecision",
]
