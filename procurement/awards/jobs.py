"""Later work of awards: what follows from the tender's own events below."""

from typing import Any

from portal.core.jobs import Job, job
from procurement.awards import actions

BEGIN, ENDED = "awards.begin", "awards.ended"


@job(BEGIN, steps=True)
def begin(payload: dict[str, Any], _job: Job) -> None:
    """The evaluation was concluded: its limits begin to run."""
    actions.begin(payload["stream_id"])


@job(ENDED, steps=True)
def ended(payload: dict[str, Any], _job: Job) -> None:
    """The tender failed or was terminated: the register of deals says so."""
    actions.write_ended(payload["stream_id"])
