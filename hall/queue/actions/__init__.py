"""The use cases of the queue, each one transaction."""

from hall.queue.actions.calling import call_next, call_one, take_step
from hall.queue.actions.layout import (
    QueueDraft,
    ServiceDraft,
    add_service,
    change_queue,
    close_queue,
    issue_device,
    make_hall,
    make_queue,
    note_seen,
    open_queue,
    retire_service,
    revoke_device,
)
from hall.queue.actions.sessions import leave_window, open_window, pause_window, resume_window
from hall.queue.actions.sweeps import close_forgotten, end_sessions, erase_phones, expire_over, tell_near
from hall.queue.actions.taking import follow_step, note_reprint, take_number

__all__ = [
    "QueueDraft",
    "ServiceDraft",
    "add_service",
    "call_next",
    "call_one",
    "change_queue",
    "close_forgotten",
    "close_queue",
    "end_sessions",
    "erase_phones",
    "expire_over",
    "follow_step",
    "issue_device",
    "leave_window",
    "make_hall",
    "make_queue",
    "note_reprint",
    "note_seen",
    "open_queue",
    "open_window",
    "pause_window",
    "resume_window",
    "retire_service",
    "revoke_device",
    "take_number",
    "take_step",
    "tell_near",
]
