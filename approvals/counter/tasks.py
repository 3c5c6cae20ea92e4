"""Celery entry points of the counter: thin, safe to repeat."""

from approvals.counter import actions
from portal.celery import app


@app.task(name="counter.purge")
def purge() -> int:
    """Every night: intakes that nobody finished, with what was typed and scanned in them."""
    total = 0
    while done := actions.purge_intakes():
        total += done
    return total
