"""Celery entry points: thin, safe to repeat."""

from django.db import transaction

from portal.celery import app
from portal.core.jobs import enqueue
from procurement.oversight.jobs import NIGHTLY


@app.task(name="oversight.nightly")
def nightly() -> None:
    """Queue the pass over all tenders; one at a time, since the job has a key."""
    with transaction.atomic():
        enqueue(NIGHTLY, key=NIGHTLY)
