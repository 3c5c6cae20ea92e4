"""What changes tickets: the public face of the hotline for its own pages and for the rooms above."""

from hotline.actions.calling import (
    Answers,
    answer_as_caller,
    answer_link,
    call_back,
    link_of,
    may_still_reopen,
    miss,
    reopen_as_caller,
    send_link,
)
from hotline.actions.floods import group_flood
from hotline.actions.handling import (
    answer_directly,
    ask_assistance,
    dispatch,
    draft_reply,
    give_opinion,
    take_step,
)
from hotline.actions.orders import answer_order, issue_order
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
from hotline.actions.requests import ask, decide
from hotline.actions.settings import save_category

__all__ = [
    "CALLER",
    "AlreadyHere",
    "Answers",
    "Caller",
    "TicketDraft",
    "add",
    "answer_as_caller",
    "answer_directly",
    "answer_link",
    "answer_order",
    "ask",
    "ask_assistance",
    "call_back",
    "decide",
    "dispatch",
    "draft_reply",
    "find_by_code",
    "give_opinion",
    "group_flood",
    "issue_order",
    "link_of",
    "may_still_reopen",
    "miss",
    "new_ticket",
    "record",
    "record_and_answer",
    "record_and_dispatch",
    "reopen_as_caller",
    "save_category",
    "send_link",
    "take_step",
    "urge",
]
