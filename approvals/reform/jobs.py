"""What happens after a case was accepted at a lower level."""

from typing import Any

from approvals.reform.actions import hand_up
from approvals.reform.models import Delegation
from portal.core.events import on_event
from portal.core.jobs import Job, job


@job("reform.hand_up")
def hand_up_job(payload: dict[str, Any], _job: Job) -> None:
    """A case accepted below goes up for its decision, where the delegation says so."""
    hand_up(payload["stream_id"])


def anything_delegated() -> bool:
    return Delegation.objects.filter(extent="accept").exists()


def connect() -> None:
    """Called in `ready()`."""
    for code in ("accept", "deem_accepted"):
        on_event(f"case.{code}", "reform.hand_up", when=anything_delegated)
