"""Celery entry points of patrols: thin, safe to repeat."""

from hall.patrols import actions
from portal.celery import app


@app.task(name="patrols.light_lamps")
def light_lamps() -> int:
    """Light the lamps of findings that are overdue."""
    total = 0
    while done := actions.light_lamps():
        total += done
    return total
