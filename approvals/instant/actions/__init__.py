"""What changes rule sets and decisions of the portal: one function, one use case, one transaction."""

from approvals.instant.actions.reviewing import replay, review, switch_on
from approvals.instant.actions.ruling import publish, retire, try_out, write

__all__ = ["publish", "replay", "retire", "review", "switch_on", "try_out", "write"]
