"""Celery entry points of the hotline: thin, safe to repeat."""

from collections.abc import Callable

from hotline.actions import sweeps
from portal.celery import app


@app.task(name="hotline.sweep")
def sweep() -> dict[str, int]:
    """Every few minutes: escalate what has used up a share of its limit, and whatever else has come to its time."""
    return {
        "escalated": until_nothing(sweeps.escalate),
        "province": until_nothing(sweeps.remind_of_province),
        "resumed": until_nothing(sweeps.resume_due),
        "orders": until_nothing(sweeps.light_orders),
    }


def until_nothing(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total
