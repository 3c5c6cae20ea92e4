"""Celery entry points of the queue: thin, safe to repeat."""

from collections.abc import Callable

from hall.queue import actions
from portal.celery import app


@app.task(name="queue.tell_near")
def tell_near() -> int:
    """Tell people that their turn is near."""
    return actions.tell_near()


@app.task(name="queue.sweep")
def sweep() -> int:
    """Expire what is over, close forgotten services, end yesterday's places at windows."""
    return sum(_until_nothing(batch) for batch in (actions.expire_over, actions.close_forgotten, actions.end_sessions))


@app.task(name="queue.erase_phones")
def erase_phones() -> int:
    """Forget telephone numbers."""
    return _until_nothing(actions.erase_phones)


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
