"""The Word document is made by a job: charts take a second or two."""

from typing import Any

from portal.core.jobs import Job, job
from portal.supervision.reports.actions import RENDER, render


@job(RENDER)
def render_job(payload: dict[str, Any], _job: Job) -> None:
    """Make the document that somebody asked for."""
    render(payload["file"])
