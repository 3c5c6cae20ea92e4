"""What changes tickets: the public face of the hotline for its own pages and for the rooms above."""

from hotline.actions.handling import (
    answer_directly,
    ask_assistance,
    dispatch,
    draft_reply,
    give_opinion,
    take_step,
)
from hotline.actions.recording import (
    CALLER,
    AlreadyHere,
    Caller,
    TicketDraft,
    add,
    find_by_code,
    new_ticket,
    record,
    record_and_answer,
    record_and_dispatch,
    urge,
)

__all__ = [
    "CALLER",
    "AlreadyHere",
    "Caller",
    "TicketDraft",
    "add",
    "answer_directly",
    "ask_assistance",
    "dispatch",
    "draft_reply",
    "find_by_code",
    "give_opinion",
    "new_ticket",
    "record",
    "record_and_answer",
    "record_and_dispatch",
    "take_step",
    "urge",
]
