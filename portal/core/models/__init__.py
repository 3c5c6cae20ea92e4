"""The core's tables, one file for each aggregate."""

from portal.core.models.idempotency import IdempotencyRecord
from portal.core.models.jobs import BeatTick, Job, JobState
from portal.core.models.notifications import Channel, MessageState, Notification, OutboxMessage

__all__ = [
    "BeatTick",
    "Channel",
    "IdempotencyRecord",
    "Job",
    "JobState",
    "MessageState",
    "Notification",
    "OutboxMessage",
]
