"""Celery entry points of packages: thin, safe to repeat."""

from approvals.packages import actions
from portal.celery import app


@app.task(name="packages.sweep")
def sweep() -> int:
    """Light the lamps of packages that are due soon or overdue."""
    total = 0
    while done := actions.light_lamps():
        total += done
    return total
