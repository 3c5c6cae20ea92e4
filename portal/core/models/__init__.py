"""The tables of the ground floor, one file for each aggregate."""

from portal.core.models.events import Event, EventPersonal, Seal, SealLeaf, StreamHead
from portal.core.models.statistics import AbstractCell, DirtyKey, StatisticsShard

__all__ = [
    "AbstractCell",
    "DirtyKey",
    "Event",
    "EventPersonal",
    "Seal",
    "SealLeaf",
    "StatisticsShard",
    "StreamHead",
]
