"""What changes the counter's data: one function, one use case, one transaction."""

from approvals.counter.actions.handover import decide_handover, propose_handover
from approvals.counter.actions.intake import (
    Noted,
    begin_intake,
    choose_item,
    drop_intake,
    file_intake,
    note_materials,
    take_over_intake,
)
from approvals.counter.actions.papers import Taking, give_back, leave_paper
from approvals.counter.actions.people import Visitor
from approvals.counter.actions.purging import purge_all_intakes, purge_intakes
from approvals.counter.actions.scopes import set_scope

__all__ = [
    "Noted",
    "Taking",
    "Visitor",
    "begin_intake",
    "choose_item",
    "decide_handover",
    "drop_intake",
    "file_intake",
    "give_back",
    "leave_paper",
    "note_materials",
    "propose_handover",
    "purge_all_intakes",
    "purge_intakes",
    "set_scope",
    "take_over_intake",
]
