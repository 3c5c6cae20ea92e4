"""Celery entry points of the rankings: thin, safe to repeat."""

from portal.celery import app
from portal.supervision.scores import actions


@app.task(name="scores.weekly")
def weekly() -> int:
    """Rank the weeks that are due: those that ended since, on the first working day after them."""
    return actions.compute_due()


@app.task(name="scores.lamps")
def lamps() -> int:
    """Tell of answers and measures that are late."""
    return actions.light_lamps()
