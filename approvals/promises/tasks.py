"""Celery entry points of promises: thin, safe to repeat."""

from approvals.promises import actions
from portal.celery import app


@app.task(name="promises.sweep")
def sweep() -> int:
    """Remind the departments whose reply is due soon or overdue."""
    total = 0
    while done := actions.light_lamps():
        total += done
    return total
