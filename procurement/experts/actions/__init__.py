"""What changes experts: the pool, the blocks, the draws, the calls."""

from procurement.experts.actions.calling import answer, check_in, expire_calls, name_representative, replace
from procurement.experts.actions.drawing import PlanDraft, commit, declare_failed, freeze, lapse, reveal
from procurement.experts.actions.following import follow_deadline
from procurement.experts.actions.pool import (
    ExpertDraft,
    JobDraft,
    add_employment,
    add_kin,
    add_leave,
    apply,
    block,
    end_employment,
    end_leave,
    enter,
    remove_kin,
    rewrite,
    take_step,
    unblock,
)

__all__ = [
    "ExpertDraft",
    "JobDraft",
    "PlanDraft",
    "add_employment",
    "add_kin",
    "add_leave",
    "answer",
    "apply",
    "block",
    "check_in",
    "commit",
    "declare_failed",
    "end_employment",
    "end_leave",
    "enter",
    "expire_calls",
    "follow_deadline",
    "freeze",
    "lapse",
    "name_representative",
    "remove_kin",
    "replace",
    "reveal",
    "rewrite",
    "take_step",
    "unblock",
]
