"""Celery entry points of cases: thin, safe to repeat."""

from collections.abc import Callable

from approvals.cases import actions
from portal.celery import app


@app.task(name="cases.deem_accepted")
def deem_accepted() -> int:
    """Accept what the law deems accepted, batch after batch."""
    return _until_nothing(actions.deem_accepted)


@app.task(name="cases.return_unsupplemented")
def return_unsupplemented() -> int:
    """Return what was not supplemented in time."""
    return _until_nothing(actions.return_unsupplemented)


@app.task(name="cases.sweep_deadlines")
def sweep_deadlines() -> int:
    """Light the lamps that are due, those of a "no" that waits for its second person included."""
    return _until_nothing(lambda: sum(actions.light_lamps())) + _until_nothing(actions.tell_late_refusals)


@app.task(name="cases.deem_granted")
def deem_granted() -> int:
    """Grant the renewals that the law deems granted; tell the departments of those that stand still."""
    return _until_nothing(actions.deem_granted) + _until_nothing(actions.warn_of_expiry)


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
