"""Everything that changes the rules of dispatch."""

from hotline.routing.actions.books import discard, put_live, start_draft, try_draft
from hotline.routing.actions.broken import disable_broken
from hotline.routing.actions.rules import RuleDraft, move_rule, remove_rule, save_rule

__all__ = [
    "RuleDraft",
    "disable_broken",
    "discard",
    "move_rule",
    "put_live",
    "remove_rule",
    "save_rule",
    "start_draft",
    "try_draft",
]
