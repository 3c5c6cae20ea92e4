"""Celery entry points of evaluation: thin, safe to repeat."""

from portal.celery import app
from procurement.evaluation import actions


@app.task(name="evaluation.lapse")
def lapse() -> int:
    """Close the clarifications whose limit has passed, until none is left."""
    total = 0
    while done := actions.lapse_due():
        total += done
    return total
