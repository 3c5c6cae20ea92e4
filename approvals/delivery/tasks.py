"""Celery entry points of deliveries: thin, safe to repeat."""

from collections.abc import Callable

from approvals.delivery import actions
from portal.celery import app


@app.task(name="delivery.ask_carriers")
def ask_carriers() -> int:
    """Ask the carriers about the letters that are on their way."""
    return _until_nothing(actions.ask_carriers)


@app.task(name="delivery.sweep")
def sweep() -> dict[str, int]:
    """Light the lamps that are due, and remind of what waits at the window."""
    return {"lamps": _until_nothing(actions.light_lamps), "reminders": _until_nothing(actions.remind_due)}


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
