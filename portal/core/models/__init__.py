"""The tables of the ground floor, one file for each aggregate."""

from portal.core.models.access import AccessLog
from portal.core.models.calendar import CalendarDay, CalendarOverride, CalendarState
from portal.core.models.documents import Document, DocumentCopy, Making
from portal.core.models.events import Event, EventPersonal, Seal, SealLeaf, StreamHead
from portal.core.models.exchange import ImportChunk, ImportedRow, ImportJob, ImportNote, ImportReject, ImportState
from portal.core.models.exports import ExportJob, ExportState
from portal.core.models.files import Scan, StoredFile
from portal.core.models.idempotency import IdempotencyRecord
from portal.core.models.jobs import BeatTick, Job, JobState, LeaseLost
from portal.core.models.notifications import Channel, MessageState, Notification, OutboxMessage
from portal.core.models.numbers import NumberCounter
from portal.core.models.retention import RetentionRun
from portal.core.models.rules import DatedRule
from portal.core.models.statistics import AbstractCell, DirtyKey, StatisticsShard

__all__ = [
    "AbstractCell",
    "AccessLog",
    "BeatTick",
    "CalendarDay",
    "CalendarOverride",
    "CalendarState",
    "Channel",
    "DatedRule",
    "DirtyKey",
    "Document",
    "DocumentCopy",
    "Event",
    "EventPersonal",
    "ExportJob",
    "ExportState",
    "IdempotencyRecord",
    "ImportChunk",
    "ImportJob",
    "ImportNote",
    "ImportReject",
    "ImportState",
    "ImportedRow",
    "Job",
    "JobState",
    "LeaseLost",
    "Making",
    "MessageState",
    "Notification",
    "NumberCounter",
    "OutboxMessage",
    "RetentionRun",
    "Scan",
    "Seal",
    "SealLeaf",
    "StatisticsShard",
    "StoredFile",
    "StreamHead",
]
