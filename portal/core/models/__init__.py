"""The tables of the ground floor, one file for each aggregate."""

from portal.core.models.access import AccessLog
from portal.core.models.calendar import CalendarDay, CalendarOverride, CalendarState
from portal.core.models.events import Event, EventPersonal, Seal, SealLeaf, StreamHead
from portal.core.models.files import Scan, StoredFile
from portal.core.models.numbers import NumberCounter
from portal.core.models.rules import DatedRule

__all__ = [
    "AccessLog", "CalendarDay", "CalendarOverride", "CalendarState", "DatedRule", "Event", "EventPersonal",
    "NumberCounter", "Scan", "Seal", "SealLeaf", "StoredFile", "StreamHead",
]  # fmt: skip
