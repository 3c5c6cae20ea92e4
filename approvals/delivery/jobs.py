"""What happens after a step of a case: the delivery follows."""

from typing import Any

from approvals.delivery import actions
from portal.core.events import on_event
from portal.core.jobs import Job, job

FOLLOWED = ("approve", "refuse", "deem_granted", "issue", "deliver", "deliver_confirmed", "revoke", "correct")


@job("delivery.follow")
def follow_job(payload: dict[str, Any], _job: Job) -> None:
    """The delivery follows the case."""
    actions.follow(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`."""
    for code in FOLLOWED:
        on_event(f"case.{code}", "delivery.follow")
