"""What changes cases: one function, one use case, one transaction."""

from approvals.cases.actions.drafts import purge_drafts
from approvals.cases.actions.filing import (
    add_material,
    discard_draft,
    remove_material,
    renew_draft,
    save_step,
    start_draft,
)
from approvals.cases.actions.handling import decide_proposal, propose, take_over, take_step
from approvals.cases.actions.portal import (
    deem_accepted,
    deem_granted,
    light_lamps,
    reflow,
    return_unsupplemented,
    tell_late_refusals,
    warn_of_expiry,
)
from approvals.cases.actions.window import Conclusion, conclude_at_once, correct_on_the_spot

__all__ = [
    "Conclusion",
    "add_material",
    "conclude_at_once",
    "correct_on_the_spot",
    "decide_proposal",
    "deem_accepted",
    "deem_granted",
    "discard_draft",
    "light_lamps",
    "propose",
    "purge_drafts",
    "reflow",
    "remove_material",
    "renew_draft",
    "return_unsupplemented",
    "save_step",
    "start_draft",
    "take_over",
    "take_step",
    "tell_late_refusals",
    "warn_of_expiry",
]
