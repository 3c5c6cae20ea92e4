"""What happens after a step of the catalogue: the proposals follow."""

from typing import Any

from approvals.promises.actions.proposals import follow
from portal.core.events import on_event
from portal.core.jobs import Job, job

FOLLOWED = ("published", "version_discarded", "cancel", "merge")


@job("promises.follow")
def follow_job(payload: dict[str, Any], _job: Job) -> None:
    """The open proposal of an item follows its versions."""
    follow(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`."""
    for code in FOLLOWED:
        on_event(f"item.{code}", "promises.follow")
