"""What changes social supervision: the register, the draw for a visit, the seats, the reports."""

from hall.social.actions.drawing import PlanDraft, call_off, commit, freeze, lapse, publish, reveal
from hall.social.actions.register import SupervisorDraft, appoint, reappoint, release
from hall.social.actions.seats import answer, expire_invitations
from hall.social.actions.visiting import note_finding, report, withdraw_finding

__all__ = [
    "PlanDraft",
    "SupervisorDraft",
    "answer",
    "appoint",
    "call_off",
    "commit",
    "expire_invitations",
    "freeze",
    "lapse",
    "note_finding",
    "publish",
    "reappoint",
    "release",
    "report",
    "reveal",
    "withdraw_finding",
]
