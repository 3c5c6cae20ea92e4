"""What changes promises: rounds with their replies, and proposals. Other rooms import only what stands here."""

from approvals.promises.actions.proposals import decide_proposal, propose, propose_for_finding
from approvals.promises.actions.rounds import accept, close_round, light_lamps, open_round, reply, send_back

__all__ = [
    "accept",
    "close_round",
    "decide_proposal",
    "light_lamps",
    "open_round",
    "propose",
    "propose_for_finding",
    "reply",
    "send_back",
]
