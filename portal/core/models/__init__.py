"""The tables of the ground floor, one file for each aggregate."""

from portal.core.models.events import Event, EventPersonal, Seal, SealLeaf, StreamHead
from portal.core.models.exchange import ImportChunk, ImportedRow, ImportJob, ImportNote, ImportReject

__all__ = [
    "Event",
    "EventPersonal",
    "ImportChunk",
    "ImportJob",
    "ImportNote",
    "ImportReject",
    "ImportedRow",
    "Seal",
    "SealLeaf",
    "StreamHead",
]
