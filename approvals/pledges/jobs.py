"""What happens after a step of a case: its promises and its commitment follow."""

from typing import Any

from approvals.pledges.actions.following import follow
from portal.core.events import on_event
from portal.core.jobs import Job, job

FOLLOWED = (
    "submit", "resubmit", "approve", "deem_granted", "refuse", "not_accept", "return_unsupplemented", "withdraw",
    "terminate", "revoke", "correct", "proposal_rejected",
)  # fmt: skip


@job("pledges.follow")
def follow_job(payload: dict[str, Any], _job: Job) -> None:
    """What was promised follows the case."""
    follow(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`."""
    for code in FOLLOWED:
        on_event(f"case.{code}", "pledges.follow")
