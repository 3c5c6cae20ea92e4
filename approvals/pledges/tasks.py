"""Celery entry points of pledges: thin, safe to repeat."""

from collections.abc import Callable

from approvals.pledges import actions
from portal.celery import app


@app.task(name="pledges.sweep")
def sweep() -> int:
    """Let what was not brought lapse, remind, and light the lamps of checks."""
    return sum(_until_nothing(batch) for batch in (actions.lapse_due, actions.remind_due, actions.light_lamps))


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
