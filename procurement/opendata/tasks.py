"""Celery entry points of open data: thin, safe to repeat."""

from portal.celery import app
from procurement.opendata.sweeps import sweep


@app.task(name="opendata.sweep")
def nightly() -> int:
    """Publish what an event did not lead to; returns how many releases that made."""
    return sum(release is not None for _key, release in sweep())
