"""What changes cases: one function, one use case, one transaction."""

from approvals.cases.actions.filing import (
    add_material,
    discard_draft,
    remove_material,
    renew_draft,
    save_step,
    start_draft,
)
from approvals.cases.actions.handling import decide_proposal, propose, take_over, take_step
from approvals.cases.actions.portal import deem_accepted, light_lamps, reflow, return_unsupplemented

__all__ = [
    "add_material",
    "decide_proposal",
    "deem_accepted",
    "discard_draft",
    "light_lamps",
    "propose",
    "reflow",
    "remove_material",
    "renew_draft",
    "return_unsupplemented",
    "save_step",
    "start_draft",
    "take_over",
    "take_step",
]
