"""Celery entry points of ratings: thin, safe to repeat."""

from collections.abc import Callable

from hall.ratings import actions
from portal.celery import app


@app.task(name="ratings.settle_expired")
def settle_expired() -> int:
    """Note where nobody rated."""
    return _until_nothing(actions.settle_expired)


@app.task(name="ratings.light_lamps")
def light_lamps() -> int:
    """Light the lamps that are due."""
    return _until_nothing(actions.light_lamps)


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
