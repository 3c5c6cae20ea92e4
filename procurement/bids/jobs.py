"""Later work of bids: after a step of a tender its opening follows."""

from typing import Any

from portal.core.events import on_event
from portal.core.jobs import Job, job
from procurement.bids import actions

FOLLOW = "bids.follow"
STEPS = ("announce", "receive", "change", "close", "fail", "terminate")


@job(FOLLOW, steps=True)
def follow(payload: dict[str, Any], _job: Job) -> None:
    """The sweep does the same later, should this job be late."""
    actions.follow(payload["stream_id"])


def connect() -> None:
    for step in STEPS:
        on_event(f"tender.{step}", FOLLOW)
