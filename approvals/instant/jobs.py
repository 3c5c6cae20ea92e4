"""What happens after a filing: the portal decides it, or leaves it to a person."""

from typing import Any

from approvals.instant.actions.deciding import decide
from portal.core.events import on_event
from portal.core.jobs import Job, job


@job("instant.decide")
def decide_job(payload: dict[str, Any], _job: Job) -> None:
    """Look at one filing."""
    decide(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`. A supplement is looked at by a person, who asked for it."""
    on_event("case.submit", "instant.decide")
