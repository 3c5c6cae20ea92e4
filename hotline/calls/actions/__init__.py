"""Everything that changes calls, drafts and extensions."""

from hotline.calls.actions.drafts import discard_draft, save_draft, sweep_drafts
from hotline.calls.actions.extensions import assign_extension
from hotline.calls.actions.recording import Desk, record_at_desk
from hotline.calls.actions.reports import Received, erase_numbers, receive

__all__ = [
    "Desk",
    "Received",
    "assign_extension",
    "discard_draft",
    "erase_numbers",
    "receive",
    "record_at_desk",
    "save_draft",
    "sweep_drafts",
]
