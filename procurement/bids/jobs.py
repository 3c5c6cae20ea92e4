"""Later work of bids: after a step of a tender its opening follows, after a refused bond its bid is judged anew."""

from typing import Any

from portal.core.events import on_event
from portal.core.jobs import Job, job
from procurement.bids import actions

FOLLOW = "bids.follow"
JUDGE_ANEW = "bids.judge_anew"
STEPS = ("announce", "receive", "change", "close", "fail", "terminate")


@job(FOLLOW, steps=True)
def follow(payload: dict[str, Any], _job: Job) -> None:
    """The sweep does the same later, should this job be late."""
    actions.follow(payload["stream_id"])


@job(JUDGE_ANEW, steps=True)
def judge_anew(payload: dict[str, Any], _job: Job) -> None:
    """The beginning of the evaluation does the same, should this job be late."""
    actions.judge_anew(payload["stream_id"])


def connect() -> None:
    on_event("bond.reject", JUDGE_ANEW)
    for step in STEPS:
        on_event(f"tender.{step}", FOLLOW)
