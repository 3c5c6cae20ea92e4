"""Celery entry points of calls: thin, safe to repeat."""

from hotline.calls import actions
from portal.celery import app


@app.task(name="calls.sweep")
def sweep() -> int:
    """Take the numbers out of old calls, and forgotten drafts away."""
    total = actions.sweep_drafts()
    while done := actions.erase_numbers():
        total += done
    return total
