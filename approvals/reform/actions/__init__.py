"""What changes the standing of items. Other rooms import only what stands here."""

from approvals.reform.actions.delegations import hand_up, take_back
from approvals.reform.actions.requests import Wanted, decide, propose, take_effect_due

__all__ = ["Wanted", "decide", "hand_up", "propose", "take_back", "take_effect_due"]
