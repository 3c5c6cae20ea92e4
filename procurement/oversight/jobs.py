"""Later work: documents are read and a tender is screened after its opening, evaluation and award; all of them nightly."""

from typing import Any

from portal.core.jobs import Job, job
from procurement.oversight import gathering, screening

SCREEN, NIGHTLY = "oversight.screen", "oversight.nightly"
# After each of these a tender has something new to be seen in it.
EVENTS = ("tender.open", "tender.evaluate", "tender.award", "tender.unaward", "tender.contract")


@job(SCREEN, steps=True, lease_seconds=600)
def screen(payload: dict[str, Any], running: Job) -> None:
    """Read the documents that nobody has read yet, each on its own, then look for signs. Safe to repeat."""
    project = payload["stream_id"]
    for bid in gathering.unread(project):
        gathering.read_bid(bid)
    screening.screen_tender(project)


@job(NIGHTLY, steps=True, lease_seconds=3600)
def nightly(_payload: dict[str, Any], _job: Job) -> None:
    """All tenders of the last months, and the signs across them."""
    screening.screen_window()
