"""Celery entry points of certificates: thin, safe to repeat."""

from collections.abc import Callable

from approvals.certificates import actions
from portal.celery import app


@app.task(name="certificates.sweep")
def sweep() -> dict[str, int]:
    """End what has expired, and remind of what is about to."""
    return {"expired": _until_nothing(actions.expire_due), "reminders": _until_nothing(actions.remind_due)}


def _until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
