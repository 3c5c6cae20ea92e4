"""What happens after a step of a case: its certificate follows, and uses begin to count."""

from typing import Any

from approvals.certificates.actions.issuing import follow
from approvals.certificates.actions.using import note_uses
from portal.core.events import on_event
from portal.core.jobs import Job, job

FOLLOWED = ("issue", "revoke", "correct")
FILED = ("submit", "resubmit")


@job("certificates.follow")
def follow_job(payload: dict[str, Any], _job: Job) -> None:
    """The certificate follows the case."""
    follow(payload["stream_id"])


@job("certificates.note_uses")
def note_uses_job(payload: dict[str, Any], _job: Job) -> None:
    """What was filed with counts from now on."""
    note_uses(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`."""
    for code in FOLLOWED:
        on_event(f"case.{code}", "certificates.follow")
    for code in FILED:
        on_event(f"case.{code}", "certificates.note_uses")
