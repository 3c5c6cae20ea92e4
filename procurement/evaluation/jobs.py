"""Later work of evaluation: what follows from the tender's own events below."""

from typing import Any

from portal.core.events import on_event
from portal.core.jobs import Job, job
from procurement.evaluation import actions

COPY_SHEETS = "evaluation.copy_sheets"


@job(COPY_SHEETS, steps=True)
def copy_sheets(payload: dict[str, Any], _job: Job) -> None:
    """A tender that repeats lots begins with their scoring sheets."""
    actions.copy_sheets(payload["stream_id"])


def connect() -> None:
    """Called in `ready()`."""
    on_event("tender.registered", COPY_SHEETS)
