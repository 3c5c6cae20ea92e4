"""Later work of awards: what follows from the tender's own events below."""

from typing import Any

from portal.core.jobs import Job, job
from procurement.awards import actions

BEGIN, ENDED, LOT_FAILED = "awards.begin", "awards.ended", "awards.lot_failed"


@job(BEGIN, steps=True)
def begin(payload: dict[str, Any], _job: Job) -> None:
    """The evaluation was concluded: its limits begin to run."""
    actions.begin(payload["stream_id"])


@job(ENDED, steps=True)
def ended(payload: dict[str, Any], _job: Job) -> None:
    """The tender failed or was terminated: the register of deals says so."""
    actions.write_ended(payload["stream_id"])


@job(LOT_FAILED, steps=True)
def lot_failed(payload: dict[str, Any], _job: Job) -> None:
    """A lot failed while the tender goes on: the register of deals says so."""
    actions.write_failed_lots(payload["stream_id"])
