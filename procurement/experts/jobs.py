"""Later work of experts: after the deadline of a tender has moved, its planned evaluation follows."""

from typing import Any

from portal.core.events import on_event
from portal.core.jobs import Job, job
from procurement.experts import actions

FOLLOW = "experts.follow_deadline"
MOVING = ("take_again", "change")


@job(FOLLOW, steps=True)
def follow_deadline(payload: dict[str, Any], _job: Job) -> None:
    """Compares and does what is missing, so a second run changes nothing."""
    actions.follow_deadline(payload["stream_id"])


def connect() -> None:
    for step in MOVING:
        on_event(f"tender.{step}", FOLLOW)
