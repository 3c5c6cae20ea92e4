"""The tables of the ground floor, one file for each aggregate."""

from portal.core.models.events import Event, EventPersonal, Seal, SealLeaf, StreamHead

__all__ = ["Event", "EventPersonal", "Seal", "SealLeaf", "StreamHead"]
